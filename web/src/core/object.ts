/**
 * The signed object: one immutable thing that nodes replicate. Bytes in, bytes out.
 *
 * Not for: what a body means (`bodies/`). Invariants: an object's id is a hash of all its bytes;
 * `decodeObject` accepts exactly the bytes that `composeObject` can make, in one form only.
 * Source: docs/spec/object.md.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { concat, Reader, utf8, Writer } from "./bytes";
import { CallerError, LimitError, PeerError } from "./errors";
import { KEY_ID_BYTES, SIGNATURE_BYTES, type SigningKey, verify } from "./keys";
import kinds from "./tables/kinds.json";
import lifetimes from "./tables/lifetimes.json";

/** Every kind's number on the wire, by its name. */
export const KIND = kinds;
export type KindName = keyof typeof kinds;

/** Minutes of life for each of the sixteen lifetime codes, 1 h to 1 y. */
export const LIFETIME_MINUTES: readonly number[] = lifetimes;

export const OBJECT_ID_BYTES = 16;
export const SHORT_ID_BYTES = 4;
/** Eleven frames of 200 bytes: what one post may cost on the air. */
export const OBJECT_BYTES_MAX = 2048;
/** Leaves room for the longest header and the signature. */
export const BODY_BYTES_MAX = OBJECT_BYTES_MAX - 83;
/** Five varint bytes. */
export const SEQUENCE_MAX = 2 ** 35 - 1;
/** 24 bits since 2024-01-01, until November 2055. */
export const CREATED_MIN_MAX = 2 ** 24 - 1;
/** 2024-01-01 00:00 UTC, from which minutes count, as milliseconds since 1970. */
export const EPOCH_MS = 1_704_067_200_000;

const VERSION = 0;
const KIND_MASK = 0x1f;
const KIND_EXTENDED = 31;
const PARENT_FLAG = 0x10;
const SIGNATURE_DOMAIN = utf8("meshnode object 1\0");

/**
 * One decoded object; `encoded` are the exact bytes it came as.
 *
 * Shapes: `createdMin` counts minutes since 2024-01-01 00:00 UTC; `lifetimeCode` 0..15; `codec`
 * 0..7 names how the body's text is written; `author` 4 bytes, `parent` 4, `id` 16.
 */
export interface SignedObject {
  readonly kind: number;
  readonly codec: number;
  readonly lifetimeCode: number;
  readonly author: Uint8Array;
  readonly sequence: number;
  readonly createdMin: number;
  readonly parent: Uint8Array | null;
  readonly body: Uint8Array;
  readonly encoded: Uint8Array;
  readonly id: Uint8Array;
}

/** What `composeObject` needs beside the key. */
export interface Draft {
  readonly kind: number;
  readonly body: Uint8Array;
  readonly sequence: number;
  readonly createdMin: number;
  readonly lifetimeCode: number;
  readonly codec?: number;
  readonly parent?: Uint8Array | null;
}

/** Return the name of a kind's number, or null if this program does not know it. */
export function kindName(kind: number): KindName | null {
  const found = Object.entries(kinds).find(([, number]) => number === kind);
  return found === undefined ? null : (found[0] as KindName);
}

/** Return the minute since 2024-01-01 at which an object is over. */
export function expiresMin(thing: SignedObject): number {
  return thing.createdMin + (LIFETIME_MINUTES[thing.lifetimeCode] as number);
}

/** Return the id of an encoded object, 16 bytes. */
export function objectId(encoded: Uint8Array): Uint8Array {
  return sha256(encoded).slice(0, OBJECT_ID_BYTES);
}

/** Return the first four bytes of an object's id, as parents carry it. */
export function shortId(thing: { readonly id: Uint8Array }): Uint8Array {
  return thing.id.slice(0, SHORT_ID_BYTES);
}

/** Return whether the holder of `publicKey` signed these bytes for this community. */
export function isSignedBy(
  thing: SignedObject,
  publicKey: Uint8Array,
  community: Uint8Array,
): boolean {
  const content = thing.encoded.subarray(0, -SIGNATURE_BYTES);
  const signature = thing.encoded.subarray(-SIGNATURE_BYTES);
  return verify(publicKey, signature, signedMessage(content, publicKey, community));
}

/**
 * Return the object that `encoded` holds; its signature is not checked yet.
 *
 * Throws `PeerError`: the bytes are too long, too short, of another version or not canonical.
 */
export function decodeObject(encoded: Uint8Array): SignedObject {
  if (encoded.length > OBJECT_BYTES_MAX) {
    throw new PeerError("oversize", `object of ${encoded.length} bytes`);
  }
  const reader = new Reader(encoded.subarray(0, Math.max(0, encoded.length - SIGNATURE_BYTES)));
  const first = reader.byte();
  const second = reader.byte();
  if (first >> 5 !== VERSION) {
    throw new PeerError("unknown_version", `object version ${first >> 5}, we know ${VERSION}`);
  }
  const extended = (first & KIND_MASK) === KIND_EXTENDED ? reader.byte() : 0;
  const author = reader.take(KEY_ID_BYTES);
  const sequence = reader.varint();
  const createdMin = reader.uint(3);
  const parent = second & PARENT_FLAG ? reader.take(SHORT_ID_BYTES) : null;
  const body = reader.rest();
  if (body.length > BODY_BYTES_MAX) {
    throw new PeerError("oversize", `body of ${body.length} bytes, at most ${BODY_BYTES_MAX}`);
  }
  return {
    kind: (first & KIND_MASK) + extended,
    codec: second >> 5,
    lifetimeCode: second & 0x0f,
    author,
    sequence,
    createdMin,
    parent,
    body,
    encoded: encoded.slice(),
    id: objectId(encoded),
  };
}

/**
 * Return a new object, signed by `key`.
 *
 * Shapes: `kind` 0..286, `codec` 0..7, `lifetimeCode` 0..15, `parent` 4 bytes.
 * Throws `LimitError` if the body is longer than an object may carry.
 */
export function composeObject(key: SigningKey, community: Uint8Array, draft: Draft): SignedObject {
  if (draft.body.length > BODY_BYTES_MAX) {
    throw new LimitError(
      `The content takes ${draft.body.length} bytes; at most ${BODY_BYTES_MAX} fit. Shorten the text.`,
      "too_long",
      { bytes: draft.body.length, most: BODY_BYTES_MAX },
    );
  }
  const content = concat(header(draft), key.id, afterAuthor(draft));
  const signature = key.sign(signedMessage(content, key.publicKey, community));
  return decodeObject(concat(content, signature));
}

/** Return the shortest lifetime code that lasts at least `minutes`, or throw `LimitError`. */
export function lifetimeCodeFor(minutes: number): number {
  const code = minutes > 0 ? LIFETIME_MINUTES.findIndex((lasts) => lasts >= minutes) : -1;
  if (code < 0) {
    throw new LimitError(
      `A lifetime of ${minutes} minutes is outside 1 minute to 1 year.`,
      "lifetime",
      { minutes },
    );
  }
  return code;
}

/** Return the longest lifetime code that lasts at most `minutes`, 0 if even that lasts longer. */
export function longestLifetimeCode(minutes: number): number {
  return Math.max(0, LIFETIME_MINUTES.filter((lasts) => lasts <= minutes).length - 1);
}

/** Return the minute since 2024-01-01 of a time in milliseconds since 1970. */
export function minuteAt(timeMs: number): number {
  return Math.floor((timeMs - EPOCH_MS) / 60_000);
}

function header(draft: Draft): Uint8Array {
  const codec = draft.codec ?? 0;
  const { kind, lifetimeCode } = draft;
  if (!isWithin(codec, 7) || !isWithin(lifetimeCode, 15) || !isWithin(kind, KIND_EXTENDED + 255)) {
    throw new CallerError(`kind ${kind}, codec ${codec} or lifetime ${lifetimeCode} out of range`);
  }
  const second = (codec << 5) | (draft.parent ? PARENT_FLAG : 0) | lifetimeCode;
  if (kind < KIND_EXTENDED) {
    return Uint8Array.of((VERSION << 5) | kind, second);
  }
  return Uint8Array.of((VERSION << 5) | KIND_EXTENDED, second, kind - KIND_EXTENDED);
}

function afterAuthor(draft: Draft): Uint8Array {
  const { sequence, createdMin, parent } = draft;
  if (!isWithin(sequence, SEQUENCE_MAX) || !isWithin(createdMin, CREATED_MIN_MAX)) {
    throw new CallerError(`sequence ${sequence} or minute ${createdMin} out of range`);
  }
  if (parent && parent.length !== SHORT_ID_BYTES) {
    throw new CallerError(`a parent is ${SHORT_ID_BYTES} bytes, not ${parent.length}`);
  }
  const writer = new Writer().varint(sequence).uint(createdMin, 3);
  return writer
    .put(parent ?? new Uint8Array())
    .put(draft.body)
    .bytes();
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

function signedMessage(
  content: Uint8Array,
  publicKey: Uint8Array,
  community: Uint8Array,
): Uint8Array {
  return concat(SIGNATURE_DOMAIN, community, publicKey, content);
}
