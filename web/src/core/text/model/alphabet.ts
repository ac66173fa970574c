/**
 * Characters as symbols: capitals as a mark and the small letter, rare characters written out.
 *
 * Invariant: a text has exactly one form in symbols. Source: docs/spec/text.md section 2.
 */

/** The end of a text, and what stands before its first character. */
export const END = 0;
/** Characters follow that are not in the alphabet. */
export const ESCAPE = 1;
/** The next letter is a capital. */
export const CAPITAL = 2;
export const SPECIAL_COUNT = 3;

/** Between a small letter and its capital, in ASCII and in Latin-1. */
export const CASE_DISTANCE = 32;
export const ASTRAL = 0x10000;
export const NEAR_BITS = 7;
export const PLANE_BITS = 16;
export const ASTRAL_BITS = 20;

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** The characters that have a symbol; their code points, rising, follow the special ones. */
export interface Alphabet {
  readonly points: Uint32Array;
  readonly symbols: ReadonlyMap<number, number>;
  /** By symbol, whether it is a small letter. */
  readonly isLetter: Uint8Array;
  readonly newline: number;
  readonly space: number;
}

/** A symbol, and for `ESCAPE` the characters that it brings. */
export interface Unit {
  readonly symbol: number;
  readonly escaped: readonly number[];
}

/** Return the alphabet of these code points. */
export function alphabetOf(points: Uint32Array): Alphabet {
  const symbols = new Map(Array.from(points, (point, at) => [point, SPECIAL_COUNT + at]));
  const isLetter = new Uint8Array(SPECIAL_COUNT + points.length);
  points.forEach((point, at) => {
    isLetter[SPECIAL_COUNT + at] = isSmallLetter(point) ? 1 : 0;
  });
  const newline = symbols.get(NEWLINE) ?? END;
  const space = symbols.get(SPACE) ?? END;
  return { points, symbols, isLetter, newline, space };
}

/** Return whether a character is written without an escape. */
export function isKnown(alphabet: Alphabet, point: number): boolean {
  return alphabet.symbols.has(point) || alphabet.symbols.has(smallLetter(point));
}

/** Yield the symbols of a text, without the end. */
export function* unitsOf(alphabet: Alphabet, text: string): Generator<Unit> {
  let escaped: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    const symbol = alphabet.symbols.get(point);
    const small = alphabet.symbols.get(smallLetter(point));
    if (symbol === undefined && small === undefined) {
      escaped.push(point);
      continue;
    }
    if (escaped.length > 0) {
      yield { symbol: ESCAPE, escaped };
      escaped = [];
    }
    if (symbol !== undefined) {
      yield { symbol, escaped: [] };
    } else if (small !== undefined) {
      yield { symbol: CAPITAL, escaped: [] };
      yield { symbol: small, escaped: [] };
    }
  }
  if (escaped.length > 0) {
    yield { symbol: ESCAPE, escaped };
  }
}

/** Return whether this is a small letter of ASCII or Latin-1. */
export function isSmallLetter(point: number): boolean {
  return (point >= 0x61 && point <= 0x7a) || (point >= 0xdf && point <= 0xff && point !== 0xf7);
}

/** Return the small letter of a capital of ASCII or Latin-1, or -1. */
export function smallLetter(point: number): number {
  const isCapital =
    (point >= 0x41 && point <= 0x5a) || (point >= 0xc0 && point <= 0xde && point !== 0xd7);
  return isCapital ? point + CASE_DISTANCE : -1;
}

/** Return whether two characters are in the same block of 128. */
export function isNear(point: number, previous: number): boolean {
  return point >> NEAR_BITS === previous >> NEAR_BITS;
}

/** Return the bits of escaped characters; each says whether another follows. */
export function escapeBits(points: readonly number[]): number[] {
  const bits: number[] = [];
  let previous = 0;
  points.forEach((point, at) => {
    bits.push(...pointBits(point, previous), at + 1 < points.length ? 1 : 0);
    previous = point;
  });
  return bits;
}

function pointBits(point: number, previous: number): number[] {
  if (isNear(point, previous)) {
    return [1, ...bitsOf(point, NEAR_BITS)];
  }
  if (point < ASTRAL) {
    return [0, 0, ...bitsOf(point, PLANE_BITS)];
  }
  return [0, 1, ...bitsOf(point - ASTRAL, ASTRAL_BITS)];
}

function bitsOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => (value >> (count - 1 - at)) & 1);
}
