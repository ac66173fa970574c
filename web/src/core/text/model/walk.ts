/**
 * Where a text stands, and the odds of the next decision.
 *
 * Contexts: the last one to six symbols; all since the previous word began; the letters of the
 * current word after a space or a capital mark; all since the current word began. Integers only;
 * this is the innermost loop, hence the long function.
 * Source: docs/spec/text.md sections 4 and 5.
 */

import { CAPITAL, END } from "./alphabet";
import { type Model, ONES_IN_BYTE, ROW, STATES } from "./model";
import {
  AMOUNTS,
  COUNT_CLASS,
  COUNT_CLASSES,
  COUNT_MAX,
  NO_EVIDENCE,
  ODDS_MAX,
  SIDES,
} from "./tables";

const ORDERS = 6;
/** Slot of the context that began with the previous word. */
const PHRASE = 6;
const AFTER_SPACE = 7;
const AFTER_CAPITAL = 8;
/** Slot of the context that began with the current word: the next phrase. */
const WORD_ITSELF = 9;
const SLOTS = 10;
/** Input of the two word contexts together. */
const WORD = 7;
const INPUTS = 8;
const BIAS = 256;
const WEIGHT_BITS = 13;

/** One pass over one text: `odds` and `take` down the tree, then `advance`. */
export class Walk {
  readonly #model: Model;
  readonly #lows = new Int32Array(SLOTS);
  readonly #highs = new Int32Array(SLOTS);
  readonly #lowOnes = new Int32Array(SLOTS);
  readonly #highOnes = new Int32Array(SLOTS);
  readonly #states = new Int32Array(INPUTS);
  #inWord = false;
  #wordLetters = 0;
  #sides = 0;
  #amounts = 0;

  constructor(model: Model) {
    this.#model = model;
    this.#restart();
  }

  /** Return the log odds of a 1 at `node`, in 1/256, -2047..2047. */
  odds(node: number): number {
    this.#look(node);
    const { odds, byNode, bySides, byAmounts } = this.#model;
    const atNode = ROW * node;
    const atSides = ROW * this.#sides;
    const atAmounts = ROW * this.#amounts;
    let total = 0;
    for (let input = 0; input < ROW; input++) {
      const value =
        input < INPUTS ? (odds[STATES * input + (this.#states[input] as number)] as number) : BIAS;
      const weight =
        (byNode[atNode + input] as number) +
        (bySides[atSides + input] as number) +
        (byAmounts[atAmounts + input] as number);
      total += value * weight;
    }
    return Math.max(-ODDS_MAX, Math.min(ODDS_MAX, total >> WEIGHT_BITS));
  }

  /** Go down from the node that was looked at last. */
  take(bit: number): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      const lowOnes = this.#lowOnes[slot] as number;
      const highOnes = this.#highOnes[slot] as number;
      this.#lows[slot] = bit ? lowOnes : (this.#lows[slot] as number) - lowOnes;
      this.#highs[slot] = bit ? highOnes : (this.#highs[slot] as number) - highOnes;
    }
  }

  /** Move every context past `symbol`, to whose leaf the walk has come down. */
  advance(symbol: number): void {
    if (symbol === this.#model.alphabet.newline) {
      this.#restart();
      return;
    }
    // A context of order k becomes one of order k + 1; the empty one is the whole text.
    this.#lows.copyWithin(1, 0, ORDERS - 1);
    this.#highs.copyWithin(1, 0, ORDERS - 1);
    this.#set(0, 0, this.#model.counts[symbol] as number);
    const first = this.#model.firsts[symbol] as number;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.#lows[slot] !== this.#highs[slot]) {
        this.#set(
          slot,
          (this.#lows[slot] as number) + first,
          (this.#highs[slot] as number) + first,
        );
      }
    }
    this.#noteWord(symbol);
  }

  /** Count what each context has seen at `node`, and class it. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one pass over ten ranges.
  #look(node: number): void {
    const { bits, ones } = this.#model;
    const base = this.#model.bases[node] as number;
    const before = this.#model.before[node] as number;
    let order = 0;
    let [first, last, state, zero, one] = [0, 0, NO_EVIDENCE, 0, 0];
    let [wordZeros, wordOnes] = [0, 0];
    let [lastLow, lastHigh] = [-1, -1];
    this.#states.fill(NO_EVIDENCE);
    for (let slot = 0; slot < SLOTS; slot++) {
      const low = this.#lows[slot] as number;
      const high = this.#highs[slot] as number;
      if (low === high) {
        this.#lowOnes[slot] = 0;
        this.#highOnes[slot] = 0;
        continue;
      }
      // A longer context often means the same places as the one before.
      if (low !== lastLow || high !== lastHigh) {
        lastLow = low;
        lastHigh = high;
        first = rank(bits, ones, base, low) - before;
        last = rank(bits, ones, base, high) - before;
        one = last - first;
        zero = high - low - one;
        state = stateOf(zero, one);
      }
      this.#lowOnes[slot] = first;
      this.#highOnes[slot] = last;
      if (slot < WORD) {
        this.#states[slot] = state;
        order = slot < ORDERS ? slot + 1 : order;
      } else if (slot < WORD_ITSELF && this.#wordLetters > 0) {
        wordZeros += zero;
        wordOnes += one;
      }
    }
    if (wordZeros > 0 || wordOnes > 0) {
      this.#states[WORD] = stateOf(wordZeros, wordOnes);
    }
    this.#choose(order);
  }

  /** Choose the rows of weights. */
  #choose(order: number): void {
    const side = (input: number) => SIDES[this.#states[input] as number] as number;
    const full = order === ORDERS ? 256 : 0;
    this.#sides = full | (side(2) << 6) | (side(3) << 4) | (side(4) << 2) | side(WORD);
    const amount = AMOUNTS[this.#states[WORD] as number] as number;
    this.#amounts = amount * (ORDERS + 1) + order;
  }

  #noteWord(symbol: number): void {
    const isLetter = this.#model.alphabet.isLetter[symbol] === 1;
    if ((isLetter || symbol === CAPITAL) && !this.#inWord) {
      this.#set(PHRASE, this.#lows[WORD_ITSELF] as number, this.#highs[WORD_ITSELF] as number);
      this.#setLast(WORD_ITSELF, symbol);
    }
    this.#inWord = isLetter || symbol === CAPITAL;
    if (isLetter) {
      this.#wordLetters += 1;
    } else {
      this.#forgetWord();
    }
  }

  #restart(): void {
    this.#lows.fill(0);
    this.#highs.fill(0);
    this.#inWord = false;
    this.#setLast(0, END);
    this.#setLast(WORD_ITSELF, END);
    this.#forgetWord();
  }

  #forgetWord(): void {
    this.#wordLetters = 0;
    this.#setLast(AFTER_SPACE, this.#model.alphabet.space);
    this.#setLast(AFTER_CAPITAL, CAPITAL);
  }

  /** Let a context be just this symbol. */
  #setLast(slot: number, symbol: number): void {
    const first = this.#model.firsts[symbol] as number;
    this.#set(slot, first, first + (this.#model.counts[symbol] as number));
  }

  #set(slot: number, low: number, high: number): void {
    this.#lows[slot] = low;
    this.#highs[slot] = high;
  }
}

/** Return how many ones there are in all bits before a row of the node that begins at `base`. */
function rank(bits: Uint8Array, ones: Uint32Array, base: number, row: number): number {
  const at = base + (row >> 3);
  // The byte after the last node's bits exists: a zero byte ends them all.
  const begun = ONES_IN_BYTE[(bits[at] as number) >> (8 - (row & 7))] as number;
  return (ones[at] as number) + begun;
}

function stateOf(zeros: number, ones: number): number {
  const zeroClass = COUNT_CLASS[Math.min(zeros, COUNT_MAX)] as number;
  return zeroClass * COUNT_CLASSES + (COUNT_CLASS[Math.min(ones, COUNT_MAX)] as number);
}
