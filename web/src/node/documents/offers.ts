/** Documents of offers, requests and what both sides said about them. Fields as in OpenAPI. */

export type Direction = "offer" | "request";
export type Stock = "open" | "held" | "promised" | "done" | "over";
export type Side = "author" | "claimant";
export type ClaimState =
  | "asked"
  | "held"
  | "confirmed"
  | "done"
  | "returned"
  | "declined"
  | "cancelled"
  | "missed"
  | "lapsed";

/** What it is about, from the list that everybody reads. @schema Offer.item */
export interface OfferItem {
  readonly number: number;
  readonly id: string | null;
  readonly word: string;
}

/** @schema Offer.quantity */
export interface OfferQuantity {
  readonly count: number;
  readonly unit: string | null;
  readonly text: string;
}

export interface Offer {
  readonly id: string;
  readonly root: string;
  readonly direction: Direction;
  readonly sort: string;
  readonly category: string;
  readonly item: OfferItem | null;
  readonly headline: string;
  readonly sentence: string;
  readonly title: string | null;
  readonly text: string | null;
  readonly quantity: OfferQuantity | null;
  readonly remaining: number | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly place: string | null;
  readonly place_words: string | null;
  readonly on_behalf: string | null;
  readonly deposit: string | null;
  readonly state: Stock;
  readonly state_sentence: string;
  readonly author: string;
  readonly author_fingerprint: string | null;
  readonly author_name: string | null;
  readonly claim_count: number;
  readonly claims_last: string;
  readonly created: string;
  readonly age_s: number | null;
  readonly expires: string;
  readonly expires_in_s: number;
}

export interface Offers {
  readonly total: number;
  readonly offers: readonly Offer[];
}

export interface OfferWithClaims extends Offer {
  readonly claims: readonly Claim[];
  readonly calendar: Calendar | null;
}

/** One side's step. */
export interface ClaimStep {
  readonly id: string;
  readonly step: string;
  readonly key: string;
  readonly by: string;
  readonly by_name: string;
  readonly text: string | null;
  readonly until: string | null;
  readonly created: string;
}

/** What became of one ask. */
export interface Claim {
  readonly id: string;
  readonly by: string;
  readonly by_name: string;
  readonly on_behalf: string | null;
  readonly text: string | null;
  readonly quantity: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly when: string | null;
  readonly state: ClaimState;
  readonly sentences: readonly string[];
  readonly held_until: string | null;
  readonly done_by: readonly Side[];
  readonly returned_by: readonly Side[];
  readonly is_conflict: boolean;
  readonly is_overdue: boolean;
  readonly created: string;
  readonly expires: string;
  readonly steps: readonly ClaimStep[];
}

/** A time at which something is lent. @schema Calendar.taken */
export interface TakenSpan {
  readonly claim: string;
  readonly from: string;
  readonly to: string;
  readonly when: string;
}

/** @schema Calendar.free */
export interface FreeSpan {
  readonly from: string;
  readonly to: string;
  readonly when: string;
}

export interface Calendar {
  readonly taken: readonly TakenSpan[];
  readonly free: readonly FreeSpan[];
}

/** @schema Matches.matches */
export interface Match {
  readonly score: number;
  readonly offer: Offer;
}

export interface Matches {
  readonly matches: readonly Match[];
}
