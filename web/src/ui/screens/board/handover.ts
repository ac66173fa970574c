/**
 * The spoken code of a hand-over on this phone: what to send, and checking what was said.
 *
 * Invariant: only so many wrong codes are listened to for one claim, also over reloads.
 * Source: docs/spec/exchange.md section 6, `meshnode/person/handover.py`.
 */

import { fromHex, hex } from "../../../core/bytes";
import { codeOf } from "../../../core/handover";
import type { Claim } from "../../../node/documents/offers";
import type { Person } from "../../../person/person";
import { confirmOf } from "./life";

/** A stranger at the door has five guesses in ten thousand. */
const WRONG_MAX = 5;
/** Claims whose wrong codes are remembered; the oldest are forgotten. */
const CLAIMS_MAX = 64;
const WRONG = "handover/wrong";

/** How a code was; `left` are the tries after it. */
export type Verdict =
  | { readonly isRight: true }
  | { readonly isRight: false; readonly left: number };

/** Returns the four digits for a claim, which this phone confirmed or is about to. */
export function codeFor(person: Person, claim: Claim): string {
  return codeOf(person.identity.device, fromHex(claim.id));
}

/** Returns whether this phone is the one that can check a claim's code. */
export function canCheck(person: Person, claim: Claim): boolean {
  return confirmOf(claim)?.key === hex(person.identity.device.id);
}

/** Returns whether somebody said the right code, and counts it where not; durable on return. */
export async function checkCode(person: Person, claim: Claim, said: string): Promise<Verdict> {
  const isRight = said.trim() === codeFor(person, claim);
  let before = 0;
  await person.values.change<readonly (readonly [string, number])[]>(WRONG, (counts = []) => {
    before = counts.find(([id]) => id === claim.id)?.[1] ?? 0;
    if (before >= WRONG_MAX) {
      return counts;
    }
    const others = counts.filter(([id]) => id !== claim.id);
    // Put last: what is used stays, what is old is forgotten first.
    return [...others, [claim.id, isRight ? 0 : before + 1] as const].slice(-CLAIMS_MAX);
  });
  if (before >= WRONG_MAX) {
    return { isRight: false, left: 0 };
  }
  return isRight ? { isRight } : { isRight, left: WRONG_MAX - before - 1 };
}
