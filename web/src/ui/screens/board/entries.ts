/**
 * One list of what is on the board: bulletins, offers, requests and meet-ups in one order.
 *
 * Not for: what the node leaves out (hidden things never come here). Invariants: the worst stands
 * first, then the newest; a drill and an alert that is over never stand above what is minor.
 */

import type { Bulletin, Severity } from "../../../node/documents/bulletins";
import type { BookableThing } from "../../../node/documents/meetups";
import type { Offer } from "../../../node/documents/offers";

export type Entry =
  | { readonly kind: "bulletin"; readonly bulletin: Bulletin }
  | { readonly kind: "offer" | "request"; readonly offer: Offer }
  | { readonly kind: "meetup"; readonly meetup: BookableThing };

export type EntryKind = Entry["kind"];

/** What somebody wants to see; null: everything. */
export interface Wish {
  readonly kind: EntryKind | "mine" | null;
  readonly category: string | null;
  readonly isEnding: boolean;
}

export const EVERYTHING: Wish = { kind: null, category: null, isEnding: false };

/** What ends within a day is near its end. */
const ENDING_S = 24 * 3600;
const RANKS: Readonly<Record<Severity, number>> = { info: 0, minor: 1, severe: 2, extreme: 3 };
const MEETUPS = "event";

/** Returns all of it, the worst first, then the newest. */
export function entriesOf(
  bulletins: readonly Bulletin[],
  offers: readonly Offer[],
  meetups: readonly BookableThing[],
): readonly Entry[] {
  const entries: Entry[] = [
    ...bulletins.map((bulletin) => ({ kind: "bulletin", bulletin }) as const),
    ...offers.map((offer) => ({ kind: offer.direction, offer }) as const),
    ...meetups.map((meetup) => ({ kind: "meetup", meetup }) as const),
  ];
  return entries.sort(
    (one, other) => rankOf(other) - rankOf(one) || (createdOf(other) > createdOf(one) ? 1 : -1),
  );
}

/** Returns what of it somebody wants to see; `me` is their fingerprint, null without one. */
export function wished(
  entries: readonly Entry[],
  wish: Wish,
  me: string | null,
  nowMs: number,
): readonly Entry[] {
  return entries.filter(
    (entry) =>
      (wish.kind === null ||
        (wish.kind === "mine"
          ? me !== null && entryAuthor(entry) === me
          : entry.kind === wish.kind)) &&
      (wish.category === null || categoryOf(entry) === wish.category) &&
      (!wish.isEnding || isEnding(entry, nowMs)),
  );
}

/** Returns the categories that are there, in the order of the alphabet of their identifiers. */
export function categoriesOf(entries: readonly Entry[]): readonly string[] {
  return [...new Set(entries.map(categoryOf))].sort();
}

/** Returns what something is about; a meet-up is an event. */
export function categoryOf(entry: Entry): string {
  switch (entry.kind) {
    case "bulletin":
      return entry.bulletin.category;
    case "meetup":
      return MEETUPS;
    default:
      return entry.offer.category;
  }
}

/** Returns what is unique about an entry among all kinds. */
export function idOf(entry: Entry): string {
  return documentOf(entry).id;
}

function rankOf(entry: Entry): number {
  if (entry.kind !== "bulletin") {
    return RANKS.info;
  }
  const { severity, is_drill, provenance } = entry.bulletin;
  const isOver = provenance !== null && provenance.state !== "in-force";
  return is_drill || isOver ? Math.min(RANKS.minor, RANKS[severity]) : RANKS[severity];
}

/** A meet-up ends with its last time; an offer with its window, if that is before it expires. */
function isEnding(entry: Entry, nowMs: number): boolean {
  switch (entry.kind) {
    case "bulletin":
      return entry.bulletin.expires_in_s <= ENDING_S;
    case "meetup":
      return leftS(entry.meetup.closes, nowMs) <= ENDING_S;
    default:
      return (
        entry.offer.expires_in_s <= ENDING_S ||
        (entry.offer.to !== null && leftS(entry.offer.to, nowMs) <= ENDING_S)
      );
  }
}

function leftS(moment: string, nowMs: number): number {
  return (Date.parse(moment) - nowMs) / 1000;
}

function createdOf(entry: Entry): string {
  return documentOf(entry).created;
}

/** Returns the fingerprint of who wrote it, if that is known. */
export function entryAuthor(entry: Entry): string | null {
  return documentOf(entry).author_fingerprint;
}

function documentOf(entry: Entry): Bulletin | Offer | BookableThing {
  switch (entry.kind) {
    case "bulletin":
      return entry.bulletin;
    case "meetup":
      return entry.meetup;
    default:
      return entry.offer;
  }
}
