/**
 * Prekeys: a device announces a key for messages to it, and deletes the secret three weeks later.
 *
 * Here are the body of an announcement and the secrets of this device. Not for: which prekey a
 * sender takes (`sealing`). Invariants: time is the community's, and the latest that this device
 * ever knew; what was deleted is nowhere any more; a number is not used twice among those kept.
 * Source: docs/spec/private.md sections 2 and 9.
 */

import { concat, Reader, uint } from "../core/bytes";
import { CallerError, PeerError } from "../core/errors";
import { AGREEMENT_KEY_BYTES, isAgreeable } from "../core/keys";

const DAY_MIN = 1440;
/** How long after its creation the secret is kept: what is sealed to it has to be over then. */
export const PREKEY_SECRET_MIN = 21 * DAY_MIN;
/** A new one each week: each lives two, so those who were away for one still find a live one. */
const PREKEY_EVERY_MIN = 7 * DAY_MIN;
/** How long the object that announces one lives. */
export const PREKEY_MIN = 14 * DAY_MIN;
/** One byte: the device's own name for the secret. */
const PREKEY_NUMBERS = 256;

/** What a prekey says. Shapes: `number` 0..255; `publicKey` is canonical, of no small order. */
export interface PrekeyFields {
  readonly number: number;
  readonly publicKey: Uint8Array;
}

/** A prekey of this device with its secret, which is 32 bytes. */
export interface Prekey {
  readonly number: number;
  readonly secret: Uint8Array;
  readonly createdMin: number;
}

/** Return the body; its codec is 0. */
export function encodePrekey({ number, publicKey }: PrekeyFields): Uint8Array {
  if (!isAgreeable(publicKey)) {
    throw new CallerError("the prekey has no valid form");
  }
  return concat(uint(number, 1), publicKey);
}

/** Return the fields of a prekey's body, or throw `PeerError`. */
export function decodePrekey(codec: number, body: Uint8Array): PrekeyFields {
  if (codec !== 0) {
    throw new PeerError("unexpected_codec", `codec ${codec} in a prekey`);
  }
  const reader = new Reader(body);
  const number = reader.byte();
  const publicKey = reader.take(AGREEMENT_KEY_BYTES);
  reader.finish();
  if (!isAgreeable(publicKey)) {
    throw new PeerError("bad_key", "a prekey is not canonical or of small order");
  }
  return { number, publicKey };
}

/** Return the minute at which a secret is deleted. */
export function deletedMin(prekey: Prekey): number {
  return prekey.createdMin + PREKEY_SECRET_MIN;
}

/** Return the prekeys whose secrets are still kept; the same list if they all are. */
export function keptPrekeys(prekeys: readonly Prekey[], minute: number): readonly Prekey[] {
  const kept = prekeys.filter((one) => minute < deletedMin(one));
  return kept.length === prekeys.length ? prekeys : kept;
}

/**
 * Return whether a new prekey is to be announced: a week after the last one, or none is there.
 *
 * One that was made by a clock that ran ahead does not put the next one off by more than a week.
 */
export function isPrekeyDue(prekeys: readonly Prekey[], minute: number): boolean {
  return !prekeys.some(({ createdMin }) => Math.abs(minute - createdMin) < PREKEY_EVERY_MIN);
}

/** Return a new prekey made of 32 fresh random bytes, to be put at the end. */
export function nextPrekey(
  prekeys: readonly Prekey[],
  secret: Uint8Array,
  createdMin: number,
): Prekey {
  const taken = prekeys.map((one) => one.number);
  let number = ((prekeys.at(-1)?.number ?? -1) + 1) % PREKEY_NUMBERS;
  while (taken.includes(number)) {
    number = (number + 1) % PREKEY_NUMBERS;
  }
  return { number, secret, createdMin };
}
