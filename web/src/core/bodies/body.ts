/**
 * What the modules of bodies share: numbers that are words, and parts that several bodies have.
 *
 * Invariant: what these functions read has one form only.
 */

import { type Reader, uint, utf8 } from "../bytes";
import { CallerError, PeerError } from "../errors";
import { FINGERPRINT_BYTES, isAcceptable, PUBLIC_KEY_BYTES } from "../keys";
import { CREATED_MIN_MAX, OBJECT_ID_BYTES, SHORT_ID_BYTES } from "../object";

/** A body and the codec of its text, as `composeObject` takes them. */
export interface Body {
  readonly codec: number;
  readonly body: Uint8Array;
}

/** What of an object says what its body means; every `SignedObject` has it. */
export interface Carried extends Body {
  readonly parent: Uint8Array | null;
}

/** Words and their numbers on the wire. */
export type Table = Readonly<Record<string, number>>;
export type WordOf<Words extends Table> = keyof Words & string;

export const NOTHING = new Uint8Array();

/** Return a body without text. */
export function plainBody(...parts: readonly Uint8Array[]): Body {
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return { codec: 0, body };
}

/** Return the word of a number, or throw `PeerError` with this reason. */
export function wordOf<Words extends Table>(
  words: Words,
  number: number,
  reason: string,
): WordOf<Words> {
  const word = Object.keys(words).find((one) => words[one] === number);
  if (word === undefined) {
    throw new PeerError(reason, `number ${number}`);
  }
  return word as WordOf<Words>;
}

/** Return the number of a word; a word from outside that is not in the table is our mistake. */
export function numberOf<Words extends Table>(words: Words, word: WordOf<Words>): number {
  const number = Object.hasOwn(words, word) ? words[word] : undefined;
  if (number === undefined) {
    throw new CallerError(`${word} is not one of ${Object.keys(words).join(", ")}`);
  }
  return number;
}

/** Refuse a text codec where there is no text. */
export function requirePlain(codec: number, what: string): void {
  if (codec !== 0) {
    throw new PeerError("unexpected_codec", `codec ${codec} in ${what}`);
  }
}

/** Return the parent, or throw `PeerError` with this reason. */
export function requireParent(
  parent: Uint8Array | null,
  what: string,
  reason = "missing_parent",
): Uint8Array {
  if (parent === null) {
    throw new PeerError(reason, `${what} names no object`);
  }
  return parent;
}

/** Refuse bits that have no meaning. */
export function requireNone(bits: number, what: string): void {
  if (bits !== 0) {
    throw new PeerError("not_canonical", `bits of ${what} that are kept: ${bits}`);
  }
}

/** Return a number that was read, or throw `PeerError` if it is out of bounds. */
export function bounded(
  value: number,
  smallest: number,
  largest: number,
  reason = "bad_value",
): number {
  if (!(value >= smallest && value <= largest)) {
    throw new PeerError(reason, `${value} is outside ${smallest}..${largest}`);
  }
  return value;
}

/** Return whether a number that is to be written is whole and within its bounds. */
export function isWithin(value: number, smallest: number, largest: number): boolean {
  return Number.isInteger(value) && value >= smallest && value <= largest;
}

/** Return a minute since 2024-01-01 as three bytes. */
export function encodeMinute(minute: number): Uint8Array {
  if (!isWithin(minute, 0, CREATED_MIN_MAX)) {
    throw new CallerError(`minute ${minute} is outside 0..${CREATED_MIN_MAX}`);
  }
  return uint(minute, 3);
}

/** Return the next minute since 2024-01-01. */
export function readMinute(reader: Reader): number {
  return reader.uint(3);
}

/** Return the 32 bytes of a key, or throw `CallerError` if it has no valid form. */
export function encodeKey(publicKey: Uint8Array): Uint8Array {
  if (!isAcceptable(publicKey)) {
    throw new CallerError("a public key has no valid form");
  }
  return publicKey;
}

/** Return the next key, canonical and not of small order. */
export function readKey(reader: Reader): Uint8Array {
  const publicKey = reader.take(PUBLIC_KEY_BYTES);
  if (!isAcceptable(publicKey)) {
    throw new PeerError("bad_key", "a key is not canonical or of small order");
  }
  return publicKey;
}

/** Return bytes that must have this length, or throw `CallerError`. */
export function ofLength(data: Uint8Array, length: number, what: string): Uint8Array {
  if (data.length !== length) {
    throw new CallerError(`${what} is ${length} bytes, not ${data.length}`);
  }
  return data;
}

/** Return a fingerprint as it is written. */
export function encodeFingerprint(fingerprint: Uint8Array): Uint8Array {
  return ofLength(fingerprint, FINGERPRINT_BYTES, "a fingerprint");
}

/** Return the next fingerprint. */
export function readFingerprint(reader: Reader): Uint8Array {
  return reader.take(FINGERPRINT_BYTES);
}

/** Return the 12 bytes of an id that the parent does not hold. */
export function restOf(target: Uint8Array): Uint8Array {
  return ofLength(target, OBJECT_ID_BYTES, "an id").slice(SHORT_ID_BYTES);
}

/** Return the whole id of a target, whose beginning is the parent. */
export function readTarget(reader: Reader, parent: Uint8Array | null, what: string): Uint8Array {
  const begin = requireParent(parent, what);
  const target = new Uint8Array(OBJECT_ID_BYTES);
  target.set(begin);
  target.set(reader.take(OBJECT_ID_BYTES - SHORT_ID_BYTES), SHORT_ID_BYTES);
  return target;
}

/** Return a word of ASCII letters as bytes. */
export function ascii(word: string): Uint8Array {
  return utf8(word);
}

/** Return bytes as letters one by one; what is no ASCII is no word that anything allows. */
export function fromAscii(data: Uint8Array): string {
  return String.fromCharCode(...data);
}
