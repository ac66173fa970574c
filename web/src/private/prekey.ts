/**
 * This device's prekeys: a new one each week, each secret deleted three weeks after its creation.
 *
 * Not for: what a prekey says on the wire (`core/bodies`), or which one a sender takes (`sealing`). Invariants: time is the community's, and the latest that this device
 * ever knew; what was deleted is nowhere any more; a number is not used twice among those kept.
 * Source: docs/spec/private.md sections 2 and 9.
 */

import { PREKEY_SECRET_MINUTES } from "../core/bodies/prekey";

const DAY_MIN = 1440;
/** A new one each week: each lives two, so those who were away for one still find a live one. */
const PREKEY_EVERY_MIN = 7 * DAY_MIN;
/** How long the object that announces one lives. */
export const PREKEY_MIN = 14 * DAY_MIN;
/** One byte: the device's own name for the secret. */
const PREKEY_NUMBERS = 256;

/** A prekey of this device with its secret, which is 32 bytes. */
export interface Prekey {
  readonly number: number;
  readonly secret: Uint8Array;
  readonly createdMin: number;
}

/** Return the minute at which a secret is deleted. */
export function deletedMin(prekey: Prekey): number {
  return prekey.createdMin + PREKEY_SECRET_MINUTES;
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
