/** What can be booked, queued for or joined, and claims on it (`capacity_schemas.py`). */

export type BookableKind = "slots" | "meetup";
export type Sort = "slots" | "queue" | "single";
/** How a claim stands (docs/spec/capacity.md section 6). */
export type ClaimState =
  | "asked"
  | "booked"
  | "called"
  | "used"
  | "no-show"
  | "cancelled"
  | "declined"
  | "lease-over"
  | "released"
  | "impossible"
  | "called-off"
  | "gone";

/** A node that sells; `heard_s` 0: it is this one, null: not heard since the start. */
export interface SellingNode {
  readonly fingerprint: string;
  readonly name: string;
  readonly heard_s: number | null;
}

/** One time; `slot` counts from 1. Where nothing is sold the numbers are null. */
export interface Slot {
  readonly slot: number;
  readonly starts: string;
  readonly ends: string;
  readonly sold: number | null;
  readonly free: number | null;
  readonly free_elsewhere: number | null;
  readonly free_here: number | null;
}

export interface BookableThing {
  readonly id: string;
  readonly root: string;
  readonly kind: BookableKind;
  readonly sort: Sort;
  readonly sort_words: string;
  readonly title: string | null;
  readonly where: string | null;
  readonly text: string | null;
  readonly place: string | null;
  /** Whether its author may open it at its place; else nothing is sold. */
  readonly is_rightful: boolean;
  readonly author_fingerprint: string | null;
  readonly author_name: string | null;
  readonly starts: string;
  readonly closes: string;
  readonly expires: string;
  readonly length_s: number;
  readonly interval_s: number;
  readonly capacity: number | null;
  readonly claim_max: number | null;
  readonly lease_s: number | null;
  readonly is_automatic: boolean | null;
  readonly authority: SellingNode | null;
  readonly signed_up: number;
  readonly slots: readonly Slot[];
}

export interface BookableThings {
  readonly things: readonly BookableThing[];
}

/** Units of one slot; the first unit of a queue is the number of the ticket. */
export interface BookedUnits {
  readonly slot: number;
  readonly first_unit: number;
  readonly units: number;
  readonly generation: number;
}

export interface BookingClaim {
  readonly id: string;
  readonly root: string;
  readonly kind: BookableKind | null;
  readonly sort: Sort | null;
  readonly title: string | null;
  readonly where: string | null;
  readonly place: string | null;
  readonly by: string;
  readonly by_name: string;
  readonly on_behalf: string | null;
  readonly text: string | null;
  readonly units: number;
  readonly first_slot: number;
  readonly slots: number;
  readonly starts: string | null;
  readonly ends: string | null;
  readonly created: string;
  readonly expires: string;
  readonly state: ClaimState;
  readonly state_words: string;
  /** Whether a host has to say yes. */
  readonly needs_word: boolean;
  /** About so many are before it; a hint. */
  readonly ahead: number | null;
  readonly kept_until: string | null;
  readonly booked: readonly BookedUnits[];
  readonly sellers: readonly SellingNode[];
  readonly authority: SellingNode | null;
}

export interface BookingClaims {
  readonly claims: readonly BookingClaim[];
}
