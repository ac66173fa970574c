/** Documents as a node writes them, for tests that are about a few of their fields. */

import type { CheckIn } from "../../src/node/documents/calls";
import type { BookableThing, BookingClaim } from "../../src/node/documents/capacity";
import type { ModeProposal } from "../../src/node/documents/modes";
import type { Said } from "../../src/node/documents/places";

export const ANNA = "a".repeat(32);
export const BERT = "b".repeat(32);

/** Anna's call for help, unless its fields say else. */
export function checkIn(fields: Partial<CheckIn> = {}): CheckIn {
  return {
    id: "1".repeat(32),
    root: "11111111",
    author_fingerprint: ANNA,
    author_name: "Anna",
    who: "Anna",
    on_behalf_of: null,
    state: "help",
    state_words: "needs help",
    persons: 1,
    needs: ["water"],
    needs_words: ["drinking water"],
    place: null,
    where: "Schillerstr. 12",
    text: "Bitte klopfen.",
    since: "2026-11-26T12:00:00Z",
    created: "2026-11-26T12:00:00Z",
    age_s: 60,
    expires: "2026-11-28T12:00:00Z",
    stage: "new",
    stage_words: "nobody has taken it yet",
    holders: [],
    closed: null,
    asked_again: null,
    acts: [],
    ...fields,
  };
}

/** A vaccination that the node itself books, unless its fields say else. */
export function thing(fields: Partial<BookableThing> = {}): BookableThing {
  return {
    id: "2".repeat(32),
    root: "22222222",
    kind: "slots",
    sort: "slots",
    sort_words: "time slots",
    title: "Impfung",
    where: null,
    text: null,
    place: "33333333",
    is_rightful: true,
    author_fingerprint: ANNA,
    author_name: "Anna",
    starts: "2026-11-27T08:00:00Z",
    closes: "2026-11-27T13:00:00Z",
    expires: "2026-11-29T00:00:00Z",
    length_s: 900,
    interval_s: 900,
    capacity: 2,
    claim_max: 2,
    lease_s: 0,
    is_automatic: true,
    authority: null,
    signed_up: 0,
    slots: [],
    ...fields,
  };
}

/** Bert's booking, unless its fields say else. */
export function booking(fields: Partial<BookingClaim> = {}): BookingClaim {
  return {
    id: "4455667788990011".repeat(2),
    root: "22222222",
    kind: "slots",
    sort: "slots",
    title: "Impfung",
    where: null,
    place: "33333333",
    by: BERT,
    by_name: "Bert",
    on_behalf: null,
    text: null,
    units: 1,
    first_slot: 1,
    slots: 1,
    starts: "2026-11-27T08:00:00Z",
    ends: "2026-11-27T08:15:00Z",
    created: "2026-11-26T12:00:00Z",
    expires: "2026-11-29T12:00:00Z",
    state: "booked",
    state_words: "booked",
    needs_word: false,
    ahead: null,
    kept_until: null,
    booked: [],
    sellers: [],
    authority: null,
    ...fields,
  };
}

/** Anna's word about a place, unless its fields say else. */
export function said(fields: Partial<Said> = {}): Said {
  return {
    id: "5".repeat(32),
    key: "aaaaaaaa",
    level: "some",
    people: null,
    source: "person",
    said_by: "Anna",
    said_as: "resident",
    said: "2026-11-26T12:00:00Z",
    age_s: 60,
    expires: "2026-11-26T18:00:00Z",
    ...fields,
  };
}

/** Anna's proposal of an outage, unless its fields say else. */
export function proposal(fields: Partial<ModeProposal> = {}): ModeProposal {
  return {
    id: "6677889900112233".repeat(2),
    mode: "outage",
    mode_words: "outage",
    is_drill: false,
    reason: null,
    supporters: [{ fingerprint: ANNA, name: "Anna", since: "2026-11-26T12:00:00Z" }],
    needed: 2,
    is_confirmed: false,
    is_in_force: false,
    created: "2026-11-26T12:00:00Z",
    until: "2026-11-27T00:00:00Z",
    ...fields,
  };
}
