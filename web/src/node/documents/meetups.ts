/** Documents of meet-ups and slots, and of claims on them. Fields as in OpenAPI. */

import type { Notice } from "./bulletins";

/** A node that sells. `heard_s` 0: it is this one; null: it was not heard since the start. */
export interface SellingNode {
  readonly fingerprint: string;
  readonly name: string;
  readonly heard_s: number | null;
}

/** One of its times, with what is free as this node knows it. @schema BookableThing.slots */
export interface BookableSlot {
  readonly slot: number;
  readonly starts: string;
  readonly ends: string;
  readonly sold: number | null;
  readonly free: number | null;
  readonly free_here: number | null;
}

export interface BookableThing {
  readonly id: string;
  readonly root: string;
  readonly kind: "slots" | "meetup";
  readonly sort: string;
  readonly sort_words: string;
  readonly title: string | null;
  readonly where: string | null;
  readonly text: string | null;
  readonly place: string | null;
  readonly is_rightful: boolean;
  readonly author: string;
  readonly author_fingerprint: string | null;
  readonly author_name: string | null;
  readonly notices: readonly Notice[];
  readonly created: string;
  readonly expires: string;
  readonly starts: string;
  readonly closes: string;
  readonly length_s: number;
  readonly interval_s: number;
  readonly capacity: number | null;
  readonly claim_max: number | null;
  readonly is_automatic: boolean | null;
  readonly authority: SellingNode | null;
  readonly signed_up: number;
  readonly slots: readonly BookableSlot[];
}

export interface BookableThings {
  readonly things: readonly BookableThing[];
}

export interface WholeBookableThing extends BookableThing {
  readonly encoded: string;
}

export type BookingState =
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

export interface BookingClaim {
  readonly id: string;
  readonly root: string;
  readonly kind: "slots" | "meetup" | null;
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
  readonly state: BookingState;
  readonly state_words: string;
  readonly needs_word: boolean;
  readonly ahead: number | null;
  readonly kept_until: string | null;
  readonly sellers: readonly SellingNode[];
  readonly authority: SellingNode | null;
}

export interface BookingClaims {
  readonly claims: readonly BookingClaim[];
}
