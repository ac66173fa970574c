/**
 * Raw deflate (RFC 1951) to bytes, with a preset dictionary and a bound.
 *
 * Of our own because what is refused has to be the same as in Python: bytes after the end, a
 * stream without end, more than may come out, and sets of codes that zlib does not take.
 */

import { PeerError } from "../errors";

const CODE_BITS_MAX = 15;
const END_OF_BLOCK = 256;
const LITERALS_MAX = 286;
const DISTANCES_MAX = 30;
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTH_BASES = [...sums(3, 4, 28), 258];
const DISTANCE_BASES = sums(1, 2, DISTANCES_MAX);

/** A set of prefix codes: how many there are of each length, and their symbols in order. */
interface Codes {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
  readonly longest: number;
}

/**
 * Return what a raw deflate stream yields, at most `bytesMax` bytes.
 *
 * Throws `PeerError`: `bad_compression`, `truncated`, `trailing_bytes` or `oversize`.
 */
export function inflate(data: Uint8Array, dictionary: Uint8Array, bytesMax: number): Uint8Array {
  const stream = new Stream(data, dictionary, bytesMax);
  while (!stream.block()) {
    // Blocks until the last one.
  }
  return stream.finish();
}

class Stream {
  readonly #data: Uint8Array;
  readonly #begin: number;
  readonly #end: number;
  #out: Uint8Array;
  #length: number;
  #at = 0;
  #held = 0;
  #heldBits = 0;

  constructor(data: Uint8Array, dictionary: Uint8Array, bytesMax: number) {
    this.#data = data;
    this.#begin = dictionary.length;
    this.#end = dictionary.length + bytesMax;
    this.#out = new Uint8Array(dictionary.length + Math.min(bytesMax, 4 * data.length + 1024));
    this.#out.set(dictionary);
    this.#length = dictionary.length;
  }

  /** Read one block; return whether it was the last one. */
  block(): boolean {
    const isLast = this.#bits(1) === 1;
    const kind = this.#bits(2);
    if (kind === 0) {
      this.#stored();
    } else if (kind === 1) {
      this.#coded(FIXED_LITERALS, FIXED_DISTANCES);
    } else if (kind === 2) {
      this.#coded(...this.#dynamic());
    } else {
      throw damaged("a block of unknown kind");
    }
    return isLast;
  }

  finish(): Uint8Array {
    const left = this.#data.length - this.#at;
    if (left > 0) {
      throw new PeerError("trailing_bytes", `${left} bytes after the text`);
    }
    return this.#out.slice(this.#begin, this.#length);
  }

  #bits(count: number): number {
    while (this.#heldBits < count) {
      const byte = this.#data[this.#at];
      if (byte === undefined) {
        throw new PeerError("truncated", "the compressed text has no end");
      }
      this.#at += 1;
      this.#held |= byte << this.#heldBits;
      this.#heldBits += 8;
    }
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#heldBits -= count;
    return value;
  }

  #symbol(codes: Codes): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= Math.max(1, codes.longest); length++) {
      code |= this.#bits(1);
      const count = codes.counts[length] as number;
      if (code - count < first) {
        return codes.symbols[index + code - first] as number;
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw damaged("a code that stands for nothing");
  }

  #put(byte: number): void {
    if (this.#length === this.#end) {
      throw new PeerError("oversize", `more than ${this.#end - this.#begin} bytes come out`);
    }
    if (this.#length === this.#out.length) {
      const larger = new Uint8Array(Math.min(this.#end, 2 * this.#out.length + 256));
      larger.set(this.#out);
      this.#out = larger;
    }
    this.#out[this.#length] = byte;
    this.#length += 1;
  }

  #stored(): void {
    this.#bits(this.#heldBits % 8);
    const length = this.#bits(16);
    if ((length ^ this.#bits(16)) !== 0xffff) {
      throw damaged("two lengths that do not belong together");
    }
    for (let place = 0; place < length; place++) {
      this.#put(this.#bits(8));
    }
  }

  #coded(literals: Codes, distances: Codes): void {
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol === END_OF_BLOCK) {
        return;
      }
      if (symbol < END_OF_BLOCK) {
        this.#put(symbol);
      } else {
        this.#copy(symbol - END_OF_BLOCK - 1, distances);
      }
    }
  }

  #copy(place: number, distances: Codes): void {
    const base = LENGTH_BASES[place];
    if (base === undefined) {
      throw damaged("a length that there is not");
    }
    const length = base + this.#bits(place < 8 || place === 28 ? 0 : (place >> 2) - 1);
    const symbol = this.#symbol(distances);
    const distanceBase = DISTANCE_BASES[symbol];
    if (distanceBase === undefined) {
      throw damaged("a distance that there is not");
    }
    const distance = distanceBase + this.#bits(symbol < 4 ? 0 : (symbol >> 1) - 1);
    if (distance > this.#length) {
      throw damaged("a distance beyond the beginning");
    }
    for (let copied = 0; copied < length; copied++) {
      this.#put(this.#out[this.#length - distance] as number);
    }
  }

  #dynamic(): readonly [Codes, Codes] {
    const literals = this.#bits(5) + 257;
    const distances = this.#bits(5) + 1;
    const given = this.#bits(4) + 4;
    if (literals > LITERALS_MAX || distances > DISTANCES_MAX) {
      throw damaged("more codes than there are");
    }
    const codeLengths = new Uint8Array(19);
    for (const symbol of CODE_LENGTH_ORDER.slice(0, given)) {
      codeLengths[symbol] = this.#bits(3);
    }
    const lengths = this.#lengths(codesOf(codeLengths, 0), literals + distances);
    if (lengths[END_OF_BLOCK] === 0) {
      throw damaged("a block that cannot end");
    }
    return [codesOf(lengths.subarray(0, literals), 1), codesOf(lengths.subarray(literals), 1)];
  }

  #lengths(codes: Codes, count: number): Uint8Array {
    const lengths = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      const symbol = this.#symbol(codes);
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      const previous = symbol === 16 ? lengths[at - 1] : 0;
      const times = this.#repeats(symbol);
      if (previous === undefined || at + times > count) {
        throw damaged("a repetition that does not fit");
      }
      lengths.fill(previous, at, at + times);
      at += times;
    }
    return lengths;
  }

  #repeats(symbol: number): number {
    if (symbol === 16) {
      return 3 + this.#bits(2);
    }
    return symbol === 17 ? 3 + this.#bits(3) : 11 + this.#bits(7);
  }
}

/**
 * Return the codes of these lengths.
 *
 * A set with codes to spare is refused, but for one code of `soleBits` bits, and no codes at all,
 * which is found out when one is used.
 */
function codesOf(lengths: Uint8Array, soleBits: number): Codes {
  const counts = new Uint16Array(CODE_BITS_MAX + 1);
  for (const length of lengths) {
    counts[length] = (counts[length] as number) + 1;
  }
  counts[0] = 0;
  const longest = Math.max(...lengths);
  let left = 1;
  for (const count of counts.subarray(1)) {
    left = 2 * left - count;
    if (left < 0) {
      throw damaged("more codes than fit");
    }
  }
  if (left > 0 && longest > soleBits) {
    throw damaged("a set of codes with gaps");
  }
  const offsets = sumsOf(counts);
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length > 0) {
      symbols[offsets[length] as number] = symbol;
      offsets[length] = (offsets[length] as number) + 1;
    }
  });
  return { counts, symbols, longest };
}

function sumsOf(counts: Uint16Array): Uint16Array {
  const offsets = new Uint16Array(counts.length);
  for (let at = 1; at < counts.length; at++) {
    offsets[at] = (offsets[at - 1] as number) + (counts[at - 1] as number);
  }
  return offsets;
}

const FIXED_LITERALS = codesOf(
  Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
  1,
);
const FIXED_DISTANCES = codesOf(new Uint8Array(32).fill(5), 1);

/** Return where lengths or distances begin: groups of `group`, each twice as far apart. */
function sums(first: number, group: number, count: number): number[] {
  const bases: number[] = [];
  let next = first;
  for (let place = 0; place < count; place++) {
    bases.push(next);
    next += 2 ** Math.max(0, Math.floor(place / group) - 1);
  }
  return bases;
}

function damaged(detail: string): PeerError {
  return new PeerError("bad_compression", detail);
}
