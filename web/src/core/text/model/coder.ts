/**
 * A binary arithmetic coder: decisions and their probabilities to bytes and back.
 *
 * Not for: where probabilities come from; they are 1..65535 of 65536 for a 1. All numbers fit 32
 * bits without sign. Source: docs/spec/text.md section 6.
 */

/** The probability of a bit that nothing is known about. */
export const EVEN = 1 << 15;
const TOP = 0xffffffff;
const CODE_BYTES = 4;

/** Writes decisions; low and high are the interval that is left, both included. */
export class Encoder {
  #low = 0;
  #high = TOP;
  readonly #out: number[] = [];

  /** Write `bit`, which is 1 with a probability of `one` in 65536. */
  write(one: number, bit: number): void {
    let low = this.#low;
    let high = this.#high;
    const middle = middleOf(low, high, one);
    if (bit) {
      high = middle;
    } else {
      low = middle + 1;
    }
    while ((low ^ high) >>> 24 === 0) {
      this.#out.push(high >>> 24);
      low = (low << 8) >>> 0;
      high = ((high << 8) | 0xff) >>> 0;
    }
    this.#low = low;
    this.#high = high;
  }

  /** Return how many bytes the text takes if it ends here. */
  bytesLeast(): number {
    return this.#out.length + tailBytes(this.#low, this.#high);
  }

  /** Return all bytes: the smallest value in the interval, written to exactly `length`. */
  finish(length: number): Uint8Array {
    const data = new Uint8Array(length);
    data.set(this.#out);
    const tail = length - this.#out.length;
    const written = Math.min(tail, CODE_BYTES);
    let value = Math.ceil(this.#low / unitOf(written));
    for (let at = written - 1; at >= 0; at--) {
      data[this.#out.length + at] = value % 256;
      value = Math.floor(value / 256);
    }
    return data;
  }
}

/** Reads decisions; past the end of the data it reads zeros and `zone` falls below 0. */
export class Decoder {
  readonly #data: Uint8Array;
  #low = 0;
  #high = TOP;
  #value = 0;
  #next = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
    while (this.#next < CODE_BYTES) {
      this.#shift();
    }
  }

  /** Return the next bit, which is 1 with a probability of `one` in 65536. */
  read(one: number): number {
    let low = this.#low;
    let high = this.#high;
    const middle = middleOf(low, high, one);
    const bit = this.#value <= middle ? 1 : 0;
    if (bit) {
      high = middle;
    } else {
      low = middle + 1;
    }
    while ((low ^ high) >>> 24 === 0) {
      low = (low << 8) >>> 0;
      high = ((high << 8) | 0xff) >>> 0;
      this.#shift();
    }
    this.#low = low;
    this.#high = high;
    return bit;
  }

  /** Return how many bytes would be left over if the text ended here; negative: too few. */
  zone(): number {
    const consumed = this.#next - CODE_BYTES;
    return this.#data.length - consumed - tailBytes(this.#low, this.#high);
  }

  #shift(): void {
    this.#value = ((this.#value << 8) | (this.#data[this.#next] ?? 0)) >>> 0;
    this.#next += 1;
  }
}

/** Return the last value that means 1. */
function middleOf(low: number, high: number, one: number): number {
  const span = high - low;
  return low + (span >>> 16) * one + (((span & 0xffff) * one) >>> 16);
}

/** Return how many bytes tell a value in the interval, zeros understood after them. */
function tailBytes(low: number, high: number): number {
  for (let count = 0; count < CODE_BYTES; count++) {
    const unit = unitOf(count);
    if (Math.ceil(low / unit) * unit <= high) {
      return count;
    }
  }
  return CODE_BYTES;
}

/** Return what one step of a value in so many bytes means in the interval. */
function unitOf(bytes: number): number {
  return 2 ** (8 * (CODE_BYTES - bytes));
}
