/**
 * Text codecs 2 and 3: text to bytes and back with one model.
 *
 * Bytes know their number, so the text's end is asked for only where few bytes are left; writing
 * takes the shortest form that reads back, and reading refuses all others. Load this module, and
 * the model's file, when a text needs it. Source: docs/spec/text.md.
 */

import { characters, equal } from "../../bytes";
import { PeerError } from "../../errors";
import { checkedFile } from "../files";
import type { Attempt, ModelName, Predictor } from "../texts";
import { escapeBits, unitsOf } from "./alphabet";
import { EVEN } from "./coder";
import { type Model, ROOT, readModel } from "./model";
import { Reading } from "./reading";
import { bytesLeast, CHARACTERS_MAX, type Step, writeSteps } from "./steps";
import { probability } from "./tables";
import { Walk } from "./walk";

/** After so many symbols the two languages are far apart, or it does not matter. */
const PROBE_STEPS = 20;

/**
 * Return the codec that a model's file makes.
 *
 * Throws `PeerError` ("bad_file") if the file is another one.
 */
export function readPredictor(name: ModelName, file: Uint8Array): Predictor {
  const model = readModel(checkedFile(name, file));
  return {
    write: (text) => attempt(model, text),
    read: (data, bytesMax) => read(model, data, bytesMax),
  };
}

function attempt(model: Model, text: string): Attempt {
  const isTooLong = characters(text) > CHARACTERS_MAX;
  const run = stepsOf(model, isTooLong ? "" : text);
  const steps: Step[] = [];
  for (let next = run.next(); !next.done; next = run.next()) {
    steps.push(next.value);
    if (steps.length === PROBE_STEPS) {
      break;
    }
  }
  return {
    probe: () => bytesLeast(steps.slice(0, PROBE_STEPS)),
    finish: () => {
      steps.push(...run);
      return isTooLong ? null : writeSteps(steps);
    },
  };
}

function read(model: Model, data: Uint8Array, bytesMax: number): string {
  const reading = new Reading(model, data, bytesMax);
  const form = writeSteps(reading.steps());
  if (form === null || !equal(form, data)) {
    throw new PeerError("not_canonical", "there is a shorter form of this text");
  }
  return reading.text();
}

/** Yield what has to be decided to say a text, its end included. */
function* stepsOf(model: Model, text: string): Generator<Step> {
  const walk = new Walk(model);
  for (const unit of unitsOf(model.alphabet, text)) {
    const endOdds = walk.odds(ROOT);
    walk.take(0);
    const ones: number[] = [];
    const bits: number[] = [];
    for (const place of model.ways[unit.symbol] ?? []) {
      ones.push(probability(walk.odds(place >> 1)));
      bits.push(place & 1);
      walk.take(place & 1);
    }
    walk.advance(unit.symbol);
    for (const bit of escapeBits(unit.escaped)) {
      ones.push(EVEN);
      bits.push(bit);
    }
    yield { endOdds, ones, bits };
  }
  yield { endOdds: walk.odds(ROOT), ones: [], bits: [] };
}
