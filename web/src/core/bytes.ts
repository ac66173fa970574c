/**
 * Bytes: their forms as text, and bounded reading and writing. Not for: meaning.
 *
 * Every read past the end throws `PeerError("truncated")`; `finish` refuses trailing bytes.
 */

import { CallerError, PeerError } from "./errors";

/** Five bytes hold 35 bits, more than any number on our wire. */
const VARINT_BYTES_MAX = 5;
const VARINT_END = 2 ** (7 * VARINT_BYTES_MAX);
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The number of letters, digits and what else there is in a text: code points, never UTF-16. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) {
    count += 1;
  }
  return count;
}

/** Return bytes as lower-case hexadecimal digits. */
export function hex(data: Uint8Array): string {
  let digits = "";
  for (const byte of data) {
    digits += byte.toString(16).padStart(2, "0");
  }
  return digits;
}

/**
 * Return the bytes that hexadecimal digits of either case stand for.
 *
 * Throws `PeerError` ("not_canonical") if something else is among them or one is missing.
 */
export function fromHex(digits: string): Uint8Array {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) {
    throw new PeerError("not_canonical", "not pairs of hexadecimal digits");
  }
  const data = new Uint8Array(digits.length / 2);
  for (let at = 0; at < data.length; at++) {
    data[at] = Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  }
  return data;
}

/** Return bytes in base64url without padding (RFC 4648 section 5). */
export function base64url(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += 3) {
    const group = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    const letters = Math.min(4, data.length - at + 1);
    for (let place = 0; place < letters; place++) {
      text += BASE64URL[(group >> (18 - 6 * place)) & 63];
    }
  }
  return text;
}

/**
 * Return the bytes that a text in base64url stands for.
 *
 * Throws `PeerError` ("not_canonical") for other letters, padding, and forms that `base64url` does
 * not make: each value has one form.
 */
export function fromBase64url(text: string): Uint8Array {
  const data = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text) {
    const value = BASE64URL.indexOf(letter);
    if (value < 0) {
      throw new PeerError("not_canonical", "a letter that base64url does not have");
    }
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      data[at++] = bits >> held;
    }
  }
  if (base64url(data) !== text) {
    throw new PeerError("not_canonical", "base64url in another than its one form");
  }
  return data;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Return a text as UTF-8.
 *
 * Throws `CallerError` for half of a surrogate pair, which is no character.
 */
export function utf8(text: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) {
    throw new CallerError("half of a surrogate pair is no character");
  }
  return encoder.encode(text);
}

/** Return the text that is here in UTF-8, or throw `PeerError` ("bad_utf8"). */
export function fromUtf8(data: Uint8Array): string {
  try {
    return decoder.decode(data);
  } catch {
    throw new PeerError("bad_utf8", "text is not valid UTF-8");
  }
}

/** Return all parts, one after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Return whether both are the same bytes. Takes as long as they are alike: not for secrets. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** Return -1, 0 or 1 as the first comes before, with or after the second, byte by byte. */
export function compare(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    const difference = (one[at] as number) - (other[at] as number);
    if (difference !== 0) {
      return Math.sign(difference);
    }
  }
  return Math.sign(one.length - other.length);
}

/** Return `value` in `length` bytes, big-endian. Shapes: 0..2^53-1, `length` 1..8. */
export function uint(value: number, length: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * length)) {
    throw new CallerError(`${value} does not fit ${length} bytes`);
  }
  const data = new Uint8Array(length);
  let left = value;
  for (let at = length - 1; at >= 0; at--) {
    data[at] = left % 256;
    left = Math.floor(left / 256);
  }
  return data;
}

/** Return `value` as a little-endian base-128 number in its shortest form. Shapes: 0..2^35-1. */
export function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= VARINT_END) {
    throw new CallerError(`${value} does not fit a varint (0..2^35-1)`);
  }
  const data: number[] = [];
  let left = value;
  while (left > 0x7f) {
    data.push((left % 128) | 0x80);
    left = Math.floor(left / 128);
  }
  data.push(left);
  return Uint8Array.from(data);
}

/** Reads fields from bytes in order; never beyond their end. What it returns are copies. */
export class Reader {
  readonly #data: Uint8Array;
  #position = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.#data.length - this.#position;
  }

  /** Return the next `length` bytes. */
  take(length: number): Uint8Array {
    const end = this.#position + length;
    if (length < 0 || end > this.#data.length) {
      throw new PeerError("truncated", `${length} bytes wanted, ${this.remaining} left`);
    }
    const taken = this.#data.slice(this.#position, end);
    this.#position = end;
    return taken;
  }

  /** Return all bytes that are left. */
  rest(): Uint8Array {
    return this.take(this.remaining);
  }

  /** Return the next byte. */
  byte(): number {
    return this.uint(1);
  }

  /** Return the next `length` bytes as a big-endian number. Shapes: `length` 1..6. */
  uint(length: number): number {
    let value = 0;
    for (const byte of this.take(length)) {
      value = value * 256 + byte;
    }
    return value;
  }

  /** Return a little-endian base-128 number of at most five bytes, shortest form only. */
  varint(): number {
    let value = 0;
    for (let index = 0; index < VARINT_BYTES_MAX; index++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        if (byte === 0 && index > 0) {
          throw new PeerError("not_canonical", "a varint is longer than it needs to be");
        }
        return value;
      }
    }
    throw new PeerError("not_canonical", "a varint is longer than five bytes");
  }

  /** Return a length-prefixed block of at most `bytesMax` bytes. */
  block(bytesMax: number): Uint8Array {
    const length = this.varint();
    if (length > bytesMax) {
      throw new PeerError("oversize", `a block of ${length} bytes, at most ${bytesMax}`);
    }
    return this.take(length);
  }

  /** Throw `PeerError` ("trailing_bytes") unless everything has been read. */
  finish(): void {
    if (this.remaining > 0) {
      throw new PeerError("trailing_bytes", `${this.remaining} bytes left over`);
    }
  }
}

/** Puts fields one after the other; each method returns the writer. */
export class Writer {
  readonly #parts: Uint8Array[] = [];

  /** Append bytes as they are. */
  put(data: Uint8Array): this {
    this.#parts.push(data);
    return this;
  }

  /** Append one byte. */
  byte(value: number): this {
    return this.uint(value, 1);
  }

  /** Append a big-endian number of `length` bytes. */
  uint(value: number, length: number): this {
    return this.put(uint(value, length));
  }

  /** Append a little-endian base-128 number. */
  varint(value: number): this {
    return this.put(varint(value));
  }

  /** Append bytes behind their length. */
  block(data: Uint8Array): this {
    return this.varint(data.length).put(data);
  }

  /** Return all that was appended. */
  bytes(): Uint8Array {
    return concat(...this.#parts);
  }
}
