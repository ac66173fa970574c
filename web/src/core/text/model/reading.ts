/** One text on its way from bytes to characters. Source: docs/spec/text.md sections 2 and 6. */

import { PeerError } from "../../errors";
import { pointName } from "../characters";
import {
  ASTRAL,
  ASTRAL_BITS,
  CAPITAL,
  CASE_DISTANCE,
  ESCAPE,
  isKnown,
  isNear,
  isSmallLetter,
  NEAR_BITS,
  PLANE_BITS,
  SPECIAL_COUNT,
  smallLetter,
} from "./alphabet";
import { Decoder, EVEN } from "./coder";
import { LEAF, type Model, ROOT } from "./model";
import { CHARACTERS_MAX, END_ZONES, endProbability, type Step } from "./steps";
import { probability } from "./tables";
import { Walk } from "./walk";

/** The decisions of one step, while they are read. */
interface Decisions {
  readonly ones: number[];
  readonly bits: number[];
}

/** Reads once: first `steps`, then `text`. */
export class Reading {
  readonly #model: Model;
  readonly #walk: Walk;
  readonly #coder: Decoder;
  readonly #points: number[] = [];
  #bytesLeft: number;
  #isCapital = false;
  #wasEscape = false;

  constructor(model: Model, data: Uint8Array, bytesMax: number) {
    this.#model = model;
    this.#walk = new Walk(model);
    this.#coder = new Decoder(data);
    this.#bytesLeft = bytesMax;
  }

  /** Return the text that was read. */
  text(): string {
    return this.#points.map((point) => String.fromCodePoint(point)).join("");
  }

  /**
   * Read to the end and return what was decided.
   *
   * Throws `PeerError`: `truncated`, `oversize`, `bad_character` or `not_canonical`.
   */
  steps(): Step[] {
    const steps: Step[] = [];
    for (;;) {
      const zone = this.#coder.zone();
      if (zone < 0) {
        throw new PeerError("truncated", "the text has no end");
      }
      // Not only where it is asked for: the check of the form asks elsewhere.
      const endOdds = this.#walk.odds(ROOT);
      if (zone < END_ZONES && this.#coder.read(endProbability(endOdds, zone))) {
        this.#requireNoCapital("the text ends with the mark of a capital");
        return [...steps, { endOdds, ones: [], bits: [] }];
      }
      this.#walk.take(0);
      steps.push({ endOdds, ...this.#symbol() });
    }
  }

  #symbol(): Decisions {
    const { children } = this.#model;
    const decisions: Decisions = { ones: [], bits: [] };
    let child = children[2 * ROOT] as number;
    while (!(child & LEAF)) {
      const bit = this.#decide(probability(this.#walk.odds(child)), decisions);
      this.#walk.take(bit);
      child = children[2 * child + bit] as number;
    }
    const symbol = child & ~LEAF;
    this.#walk.advance(symbol);
    if (symbol === ESCAPE) {
      this.#escaped(decisions);
    } else {
      this.#known(symbol);
    }
    this.#wasEscape = symbol === ESCAPE;
    return decisions;
  }

  #known(symbol: number): void {
    if (symbol === CAPITAL) {
      this.#requireNoCapital("two marks of a capital");
      this.#isCapital = true;
      return;
    }
    const point = this.#model.alphabet.points[symbol - SPECIAL_COUNT] as number;
    if (!this.#isCapital) {
      this.#append(point);
      return;
    }
    if (!isSmallLetter(point) || smallLetter(point - CASE_DISTANCE) !== point) {
      throw new PeerError("not_canonical", `${pointName(point)} has no capital`);
    }
    this.#isCapital = false;
    this.#append(point - CASE_DISTANCE);
  }

  #escaped(decisions: Decisions): void {
    this.#requireNoCapital("an escape after the mark of a capital");
    if (this.#wasEscape) {
      throw new PeerError("not_canonical", "an escape after another one");
    }
    let previous = 0;
    do {
      previous = this.#escapedPoint(previous, decisions);
    } while (this.#plain(1, decisions));
  }

  #escapedPoint(previous: number, decisions: Decisions): number {
    const point = this.#rawPoint(previous, decisions);
    if (isKnown(this.#model.alphabet, point)) {
      throw new PeerError("not_canonical", `${pointName(point)} needs no escape`);
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      throw new PeerError("bad_character", pointName(point));
    }
    this.#append(point);
    return point;
  }

  #rawPoint(previous: number, decisions: Decisions): number {
    if (this.#plain(1, decisions)) {
      return (previous & ~0x7f) | this.#plain(NEAR_BITS, decisions);
    }
    const point = this.#plain(1, decisions)
      ? ASTRAL + this.#plain(ASTRAL_BITS, decisions)
      : this.#plain(PLANE_BITS, decisions);
    if (isNear(point, previous)) {
      throw new PeerError("not_canonical", `${pointName(point)} is near and written as far`);
    }
    return point;
  }

  #plain(count: number, decisions: Decisions): number {
    let value = 0;
    for (let place = 0; place < count; place++) {
      value = (value << 1) | this.#decide(EVEN, decisions);
    }
    return value;
  }

  #decide(one: number, decisions: Decisions): number {
    const bit = this.#coder.read(one);
    decisions.ones.push(one);
    decisions.bits.push(bit);
    return bit;
  }

  #append(point: number): void {
    const more = [0x80, 0x800, ASTRAL].filter((first) => point >= first).length;
    this.#bytesLeft -= 1 + more;
    if (this.#bytesLeft < 0 || this.#points.length === CHARACTERS_MAX) {
      throw new PeerError("oversize", "the text is longer than allowed");
    }
    this.#points.push(point);
  }

  #requireNoCapital(detail: string): void {
    if (this.#isCapital) {
      throw new PeerError("not_canonical", detail);
    }
  }
}
