/**
 * What this phone's person asked for and holds: bookings and tickets, as the node knows them.
 *
 * Not for: how a claim is shown (`screens/places/claim`). Invariant: nothing here calls booked what
 * was only asked for; what the node says about a claim is all there is.
 */

import type { BookingClaim, BookingClaims, ClaimState } from "../node/documents/capacity";
import { nowMs } from "../words/now";
import { person } from "./app";
import { useDocument } from "./loading";
import { session } from "./session";

export interface Mine {
  /** What still counts or just went wrong, the next one first. */
  readonly bookings: readonly BookingClaim[];
  /** Numbers in queues, those that are called first. */
  readonly tickets: readonly BookingClaim[];
  /** Whether the node did not answer the last time. */
  readonly isOld: boolean;
  /** Whether nothing is known yet. */
  readonly isLoading: boolean;
}

/** Somebody waits, holds something, or has to learn that it came to nothing. */
const SHOWN: readonly ClaimState[] = [
  "asked",
  "booked",
  "called",
  "declined",
  "called-off",
  "lease-over",
  "impossible",
  "released",
];
const OPEN: readonly ClaimState[] = ["asked", "booked", "called"];

/** Returns what is mine; empty lists for who has not joined. */
export function useMine(): Mine {
  const fingerprint = person.value?.fingerprint;
  const { isForgotten, pairing } = session.value;
  const isHeard = fingerprint !== undefined && pairing !== null && !isForgotten;
  const path = isHeard ? "/claims" : null;
  const { document, isOld } = useDocument<BookingClaims>(path, { by: fingerprint });
  const isLoading = path !== null && document === null && !isOld;
  return { ...mineOf(document?.claims ?? [], nowMs()), isOld, isLoading };
}

/** Returns what of one's own claims still concerns somebody, in the order of urgency. */
export function mineOf(
  claims: readonly BookingClaim[],
  nowMs: number,
): Pick<Mine, "bookings" | "tickets"> {
  const shown = claims.filter((one) => isShown(one, nowMs));
  return {
    bookings: shown.filter((one) => one.sort !== "queue").sort(byTime),
    tickets: shown.filter((one) => one.sort === "queue").sort(calledFirst),
  };
}

/** Returns whether somebody still counts on a claim. */
export function isOpen(claim: BookingClaim): boolean {
  return OPEN.includes(claim.state);
}

function isShown(claim: BookingClaim, nowMs: number): boolean {
  const isOver = claim.ends !== null && Date.parse(claim.ends) < nowMs;
  return SHOWN.includes(claim.state) && !isOver;
}

function byTime(one: BookingClaim, other: BookingClaim): number {
  return (one.starts ?? one.created).localeCompare(other.starts ?? other.created);
}

function calledFirst(one: BookingClaim, other: BookingClaim): number {
  return Number(other.state === "called") - Number(one.state === "called");
}
