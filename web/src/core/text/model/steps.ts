/**
 * What has to be decided to say a text, and the bytes of that.
 *
 * Source: docs/spec/text.md section 6.
 */

import { Encoder } from "./coder";
import { probability } from "./tables";

/** More than a bulletin's 1681 with its title; bounds the work for a hostile string. */
export const CHARACTERS_MAX = 2048;
/** So many bytes before the end of the data it is asked whether the text ends. */
export const END_ZONES = 4;

/** Added to the odds of the end where no byte would be left over, or one. */
const END_NEAR_ODDS: readonly number[] = [768, -768];
/** Of the end where two or three bytes would be left over. */
const END_FAR = probability(-1280);
/** The shortest conceivable form, one for each zone of the end, and one to spare. */
const LENGTHS_TRIED = 6;

/**
 * The odds that the text ends here, and the decisions that say how it goes on instead.
 *
 * Shapes: a decision is a probability in `ones` and a bit at the same place; the last step of a
 * text has none.
 */
export interface Step {
  readonly endOdds: number;
  readonly ones: readonly number[];
  readonly bits: readonly number[];
}

/** Return how likely it is that the text ends where `zone` bytes would be left over. */
export function endProbability(odds: number, zone: number): number {
  const near = END_NEAR_ODDS[zone];
  return near === undefined ? END_FAR : probability(odds + near);
}

/** Return how many bytes the decisions take, the end not asked for. */
export function bytesLeast(steps: readonly Step[]): number {
  const coder = new Encoder();
  for (const step of steps) {
    writeDecisions(coder, step);
  }
  return coder.bytesLeast();
}

/** Return the shortest form that reads back, or null. */
export function writeSteps(steps: readonly Step[]): Uint8Array | null {
  const least = bytesLeast(steps);
  for (let length = least; length < least + LENGTHS_TRIED; length++) {
    const data = written(steps, length);
    if (data !== null) {
      return data;
    }
  }
  return null;
}

/** Return the form of exactly `length` bytes, if there is one. */
function written(steps: readonly Step[], length: number): Uint8Array | null {
  const coder = new Encoder();
  for (const step of steps) {
    const isEnd = step.bits.length === 0;
    const zone = length - coder.bytesLeast();
    if (zone < 0 || (isEnd && zone >= END_ZONES)) {
      return null;
    }
    if (zone < END_ZONES) {
      coder.write(endProbability(step.endOdds, zone), isEnd ? 1 : 0);
    }
    writeDecisions(coder, step);
  }
  return coder.bytesLeast() <= length ? coder.finish(length) : null;
}

function writeDecisions(coder: Encoder, step: Step): void {
  step.bits.forEach((bit, at) => {
    coder.write(step.ones[at] as number, bit);
  });
}
