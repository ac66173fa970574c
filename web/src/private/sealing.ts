/**
 * Which key of each device a message is sealed to, and how long it may live on nodes then.
 *
 * Invariant: what is sealed to a prekey is over before its secret is deleted, whatever the clocks of
 * two nodes differ by.
 * Source: docs/spec/private.md section 2.
 */

import { PREKEY_SECRET_MINUTES } from "../core/bodies/prekey";
import { fromHex, hex } from "../core/bytes";
import { agreementOf, isAcceptable } from "../core/keys";
import { LIFETIME_MINUTES, lifetimeCodeFor, longestLifetimeCode } from "../core/object";
import type { SealedTo } from "./records";
import { type Device, offerOf } from "./roster";

const DAY_MIN = 1440;
/** Longer is no sealed object carried; a message that is tried longer is sealed again. */
export const SEALED_MIN_MAX = 14 * DAY_MIN;
/** The carrying node dates the object, and its clock may be ahead of what it told us. */
const CLOCK_SLACK_MIN = 60;
const SHORTEST_MIN = LIFETIME_MINUTES[0] as number;

/** Return for each device its prekey, or its own key where no prekey lives long enough. */
export function keysFor(
  devices: readonly Device[],
  minute: number,
  community: Uint8Array,
): SealedTo[] {
  return devices.flatMap((device): SealedTo[] => {
    const key = fromHex(device.key);
    if (!isAcceptable(key)) {
      return [];
    }
    const offer = offerOf(device, community);
    if (offer !== null && minute < offer.expiresMin) {
      const untilMin = Math.min(offer.createdMin, minute) + PREKEY_SECRET_MINUTES - CLOCK_SLACK_MIN;
      if (untilMin - minute >= SHORTEST_MIN) {
        return [{ device: device.key, publicKey: offer.publicKey, untilMin }];
      }
    }
    return [{ device: device.key, publicKey: hex(agreementOf(key)), untilMin: null }];
  });
}

/** Return the first minute at which a secret of these may be gone; null: they stay. */
export function deadlineMin(keys: readonly SealedTo[]): number | null {
  const ends = keys.flatMap(({ untilMin }) => (untilMin === null ? [] : [untilMin]));
  return ends.length > 0 ? Math.min(...ends) : null;
}

/**
 * Return how many minutes an object should live to reach `endMin` without living beyond `untilMin`.
 *
 * It is one of the lifetimes there are, the next one up if it may be. Null: it is too late.
 */
export function lifetimeMinutes(
  { endMin, untilMin }: { readonly endMin: number; readonly untilMin: number | null },
  minute: number,
): number | null {
  if (endMin <= minute) {
    return null;
  }
  const code = lifetimeCodeFor(Math.min(endMin - minute, SEALED_MIN_MAX));
  const wanted = LIFETIME_MINUTES[code] as number;
  const room = untilMin === null ? wanted : untilMin - minute;
  if (wanted <= room) {
    return wanted;
  }
  return room >= SHORTEST_MIN ? (LIFETIME_MINUTES[longestLifetimeCode(room)] as number) : null;
}
