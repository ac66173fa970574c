/** Documents as a node writes them, for tests that are about a few of their fields. */

import type { Bulletin } from "../../src/node/documents/bulletins";
import type { BookableThing } from "../../src/node/documents/meetups";
import type { Claim, OfferWithClaims } from "../../src/node/documents/offers";

export const ANNA = "a".repeat(32);
export const BERT = "b".repeat(32);

/** A bulletin of Anna's, unless its fields say else. */
export function bulletin(fields: Partial<Bulletin> = {}): Bulletin {
  return {
    id: "1".repeat(32),
    root: "1".repeat(8),
    kind: "bulletin",
    is_update: false,
    is_drill: false,
    author: "aaaaaaaa",
    author_fingerprint: ANNA,
    author_name: "Anna",
    author_class: "person",
    author_roles: [],
    title: null,
    text: "Kein Wasser.",
    template: null,
    category: "water",
    severity: "info",
    provenance: null,
    passed_on_by: [],
    notices: [],
    created: "2026-11-26T12:00:00Z",
    age_s: 60,
    expires: "2026-12-03T12:00:00Z",
    expires_in_s: 604_740,
    ...fields,
  };
}

/** An offer of Anna's, unless its fields say else. */
export function offer(fields: Partial<OfferWithClaims> = {}): OfferWithClaims {
  return {
    id: "2".repeat(32),
    root: "2".repeat(8),
    direction: "offer",
    sort: "goods",
    category: "water",
    item: { number: 1, id: "water", word: "drinking water" },
    headline: "drinking water",
    sentence: "Offered: drinking water, 20 litres.",
    title: null,
    text: null,
    quantity: { count: 20, unit: "litre", text: "20 litres" },
    remaining: 20,
    from: null,
    to: null,
    place: null,
    place_words: null,
    on_behalf: null,
    deposit: null,
    state: "open",
    state_sentence: "20 of 20 litres left.",
    author: "aaaaaaaa",
    author_fingerprint: ANNA,
    author_name: "Anna",
    claim_count: 0,
    claims_last: "2026-12-17T12:00:00Z",
    created: "2026-11-26T12:00:00Z",
    age_s: 60,
    expires: "2026-12-03T12:00:00Z",
    expires_in_s: 604_740,
    claims: [],
    calendar: null,
    ...fields,
  };
}

/** Bert's claim on it, unless its fields say else. */
export function claim(fields: Partial<Claim> = {}): Claim {
  return {
    id: "3".repeat(32),
    by: BERT,
    by_name: "Bert",
    on_behalf: null,
    text: null,
    quantity: 4,
    from: null,
    to: null,
    when: null,
    state: "asked",
    sentences: ["Asked for; not promised yet."],
    held_until: null,
    done_by: [],
    returned_by: [],
    is_conflict: false,
    is_overdue: false,
    created: "2026-11-26T13:00:00Z",
    expires: "2027-01-26T13:00:00Z",
    steps: [],
    ...fields,
  };
}

/** A step of somebody's. */
export function step(word: string, by: string): Claim["steps"][number] {
  const created = "2026-11-26T14:00:00Z";
  return {
    id: "4".repeat(32),
    step: word,
    key: "0".repeat(8),
    by,
    by_name: "",
    text: null,
    until: null,
    created,
  };
}

/** A meet-up of Anna's, unless its fields say else. */
export function meetup(fields: Partial<BookableThing> = {}): BookableThing {
  return {
    id: "5".repeat(32),
    root: "5".repeat(8),
    kind: "meetup",
    sort: "single",
    sort_words: "once",
    title: "Mittagstisch",
    where: "Gemeindehaus",
    text: null,
    place: null,
    is_rightful: true,
    author: "aaaaaaaa",
    author_fingerprint: ANNA,
    author_name: "Anna",
    notices: [],
    created: "2026-11-26T12:00:00Z",
    expires: "2026-12-03T12:00:00Z",
    starts: "2026-12-01T12:00:00Z",
    closes: "2026-12-01T13:30:00Z",
    length_s: 5400,
    interval_s: 0,
    capacity: null,
    claim_max: null,
    is_automatic: null,
    authority: null,
    signed_up: 0,
    slots: [],
    ...fields,
  };
}
