/**
 * A model's file: the alphabet, the tree, the index of what followed each context, the weights.
 *
 * All places of the model's text are sorted by what stands before them, so every context is one
 * range of rows; the symbols that follow are bits along a binary tree, so the counts for one
 * decision are two ranks. Source: docs/spec/text.md sections 3 and 7.
 */

import { PeerError } from "../../errors";
import { inflate } from "../inflate";
import { type Alphabet, alphabetOf, END } from "./alphabet";

/** A child that is a symbol has this bit; one without it is a node. */
export const LEAF = 0x8000;
/** The node that asks whether the text ends: 1 is END. */
export const ROOT = 0;
/** A row of weights: one for each input, and one for the bias. */
export const ROW = 9;
/** Of each input. */
export const STATES = 401;

const MAGIC = "meshnode text 1\n";
/** Three times the larger of the two models; a file that yields more is none. */
const PAYLOAD_BYTES_MAX = 2_000_000;

/**
 * Everything that is known of one language.
 *
 * Shapes: `children` two a node; `bases` and `before` by node, `firsts` and `counts` by symbol;
 * `ones[i]` counts the ones in all bytes before byte i, `before` those before a node's first byte;
 * a way is the nodes below the root that lead to a symbol, each as node * 2 + bit.
 */
export interface Model {
  readonly alphabet: Alphabet;
  readonly children: Uint16Array;
  readonly counts: Uint32Array;
  readonly firsts: Uint32Array;
  readonly bits: Uint8Array;
  readonly ones: Uint32Array;
  readonly bases: Uint32Array;
  readonly before: Uint32Array;
  readonly odds: Int16Array;
  readonly byNode: Int16Array;
  readonly bySides: Int16Array;
  readonly byAmounts: Int16Array;
  readonly ways: readonly (readonly number[])[];
}

/** Return the model in a file's bytes, or throw `PeerError` ("bad_file"). */
export function readModel(file: Uint8Array): Model {
  if (String.fromCharCode(...file.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new PeerError("bad_file", "not a text model of version 1");
  }
  const payload = inflate(file.subarray(MAGIC.length), new Uint8Array(), PAYLOAD_BYTES_MAX);
  const blocks = blocksOf(payload);
  const block = (at: number) => blocks[at] ?? new DataView(new ArrayBuffer(0));
  const alphabet = alphabetOf(unsigned32(block(0)));
  const children = Uint16Array.from(numbers(block(1), 2), (at) => block(1).getUint16(at));
  const rows = unsigned32(block(2));
  const bits = new Uint8Array(block(3).buffer, block(3).byteOffset, block(3).byteLength);
  const counts = filed(rows, alphabet.newline);
  const ones = onesBefore(bits);
  const bases = basesOf(children, rows);
  return {
    alphabet,
    children,
    counts,
    firsts: firstsOf(counts),
    bits,
    ones,
    bases,
    before: bases.map((base) => ones[base] as number),
    odds: signed16(block(4)),
    byNode: signed16(block(5)),
    bySides: signed16(block(6)),
    byAmounts: signed16(block(7)),
    ways: waysOf(children, rows.length),
  };
}

/** Return the parts of a payload, each after its length in bytes. */
function blocksOf(payload: Uint8Array): readonly DataView[] {
  const whole = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const blocks: DataView[] = [];
  let at = 0;
  while (at + 4 <= payload.length) {
    const length = whole.getUint32(at);
    blocks.push(new DataView(payload.buffer, payload.byteOffset + at + 4, length));
    at += 4 + length;
  }
  return blocks;
}

function numbers(block: DataView, width: number): number[] {
  return Array.from({ length: block.byteLength / width }, (_, place) => place * width);
}

function unsigned32(block: DataView): Uint32Array {
  return Uint32Array.from(numbers(block, 4), (at) => block.getUint32(at));
}

function signed16(block: DataView): Int16Array {
  return Int16Array.from(numbers(block, 2), (at) => block.getInt16(at));
}

/** Return counts with what follows a newline filed under END, as the beginning of a text. */
function filed(rows: Uint32Array, newline: number): Uint32Array {
  const counts = rows.slice();
  counts[END] = (rows[END] as number) + (rows[newline] as number);
  counts[newline] = 0;
  return counts;
}

function firstsOf(counts: Uint32Array): Uint32Array {
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum - count;
  });
}

function onesBefore(bits: Uint8Array): Uint32Array {
  const ones = new Uint32Array(bits.length + 1);
  bits.forEach((byte, at) => {
    ones[at + 1] = (ones[at] as number) + (ONES_IN_BYTE[byte] as number);
  });
  return ones;
}

/** How many bits of a byte are 1. */
export const ONES_IN_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let left = byte; left > 0; left >>= 1) {
    ones += left & 1;
  }
  return ones;
});

/** Return where the bits of each node begin; children come after their parents. */
function basesOf(children: Uint16Array, rows: Uint32Array): Uint32Array {
  const count = children.length / 2;
  const sizes = new Uint32Array(count);
  const size = (child: number) => (child & LEAF ? rows[child & ~LEAF] : sizes[child]) as number;
  for (let node = count - 1; node >= 0; node--) {
    sizes[node] = size(children[2 * node] as number) + size(children[2 * node + 1] as number);
  }
  let base = 0;
  return sizes.map((rowCount) => {
    const begin = base;
    base += (rowCount + 7) >> 3;
    return begin;
  });
}

function waysOf(children: Uint16Array, symbolCount: number): readonly (readonly number[])[] {
  const toNode: number[][] = [[]];
  const toSymbol: number[][] = Array.from({ length: symbolCount }, () => []);
  children.forEach((child, at) => {
    const node = at >> 1;
    const way = node === ROOT ? [] : [...(toNode[node] ?? []), at];
    if (child & LEAF) {
      toSymbol[child & ~LEAF] = way;
    } else {
      toNode[child] = way;
    }
  });
  return toSymbol;
}
