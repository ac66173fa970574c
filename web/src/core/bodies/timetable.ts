/**
 * Timetables: when something takes place, for how many, and which node sells it.
 *
 * Invariants: an update must not have other terms; a timetable without an authority has no capacity
 * and is not booked. Source: docs/spec/capacity.md section 1.
 */

import { type Reader, Writer } from "../bytes";
import { LimitError, PeerError } from "../errors";
import { CREATED_MIN_MAX, SHORT_ID_BYTES } from "../object";
import { sort as sorts } from "../tables/capacity.json";
import {
  bounded,
  encodeFingerprint,
  encodeMinute,
  isWithin,
  numberOf,
  ofLength,
  readFingerprint,
  readMinute,
  requireNone,
  type WordOf,
  wordOf,
} from "./body";

/** Slots of one thing: every day of a year, or a day in steps of four minutes. */
export const SLOTS_MAX = 366;
/** Units in a slot: a park, a hall, a day of tickets. */
export const CAPACITY_MAX = 10_000;
/** Length of a slot, and from one slot's beginning to the next one's. */
export const SLOT_MINUTES_MAX = 31 * 1440;
/** How long something is kept for somebody who does not come. */
export const LEASE_MINUTES_MAX = 7 * 1440;
const SORT_MASK = 0x03;
const ALONE_FLAG = 0x04;
const SOLD_FLAG = 0x08;
const PLACE_FLAG = 0x01;

export type TimetableSort = WordOf<typeof sorts>;

/**
 * What is sold in each slot, and by whom.
 *
 * Shapes: `capacity` 1..10,000 units a slot; `claimMax` 1..capacity, of which one claim may ask for
 * so many in each slot; `leaseMinutes` 0: none, ..10,080; `authority` the fingerprint of the node
 * that owns all units at first; `isAutomatic`: it books by itself, without a host's word.
 */
export interface Terms {
  readonly capacity: number;
  readonly authority: Uint8Array;
  readonly claimMax: number;
  readonly leaseMinutes: number;
  readonly isAutomatic: boolean;
}

/**
 * When slots begin and end.
 *
 * Shapes: `startMin` a minute since 2024-01-01; `lengthMinutes` and `intervalMinutes` 1..44,640,
 * the second 0 where `count` is 1; `count` 1..366; `terms` null: come without booking.
 */
export interface Timetable {
  readonly startMin: number;
  readonly lengthMinutes: number;
  readonly intervalMinutes: number;
  readonly count: number;
  readonly sort: TimetableSort;
  readonly terms: Terms | null;
}

/** Return when a slot begins. */
export function slotStartMin(timetable: Timetable, slot: number): number {
  return timetable.startMin + slot * timetable.intervalMinutes;
}

/** Return the minute at which the last slot is over. */
export function closesMin(timetable: Timetable): number {
  return slotStartMin(timetable, timetable.count - 1) + timetable.lengthMinutes;
}

/** Return the bytes of a timetable, or throw `LimitError` for who asked for it. */
export function encodeTimetable(timetable: Timetable): Uint8Array {
  check(timetable);
  const { terms, count } = timetable;
  const sold = terms === null ? 0 : SOLD_FLAG | (terms.isAutomatic ? ALONE_FLAG : 0);
  const writer = new Writer()
    .byte(numberOf(sorts, timetable.sort) | sold)
    .put(encodeMinute(timetable.startMin))
    .varint(timetable.lengthMinutes)
    .varint(count);
  if (count > 1) {
    writer.varint(timetable.intervalMinutes);
  }
  if (terms !== null) {
    writer.varint(terms.capacity).varint(terms.claimMax).varint(terms.leaseMinutes);
    writer.put(encodeFingerprint(terms.authority));
  }
  return writer.bytes();
}

/** Return the next timetable, or throw `PeerError`. */
export function readTimetable(reader: Reader): Timetable {
  const flags = reader.byte();
  requireNone(flags & ~(SORT_MASK | ALONE_FLAG | SOLD_FLAG), "a timetable");
  const isSold = (flags & SOLD_FLAG) !== 0;
  const isAutomatic = (flags & ALONE_FLAG) !== 0;
  if (isAutomatic && !isSold) {
    throw new PeerError("not_canonical", "booked by itself, and not booked");
  }
  const sort = wordOf(sorts, flags & SORT_MASK, "bad_value");
  const startMin = readMinute(reader);
  const lengthMinutes = bounded(reader.varint(), 1, SLOT_MINUTES_MAX);
  const count = bounded(reader.varint(), 1, SLOTS_MAX);
  const intervalMinutes = count > 1 ? bounded(reader.varint(), 1, SLOT_MINUTES_MAX) : 0;
  const terms = isSold ? readTerms(reader, isAutomatic) : null;
  const found = { startMin, lengthMinutes, intervalMinutes, count, sort, terms };
  if (sort === "single" && count > 1) {
    throw new PeerError("not_canonical", `a single thing ${count} times`);
  }
  bounded(closesMin(found), 0, CREATED_MIN_MAX);
  return found;
}

/** Return whether there is a place, and its root. */
export function encodePlaceRoot(place: Uint8Array | null): Uint8Array {
  if (place === null) {
    return Uint8Array.of(0);
  }
  return new Writer()
    .byte(PLACE_FLAG)
    .put(ofLength(place, SHORT_ID_BYTES, "a place"))
    .bytes();
}

/** Return the next place's root; null: there is none. */
export function readPlaceRoot(reader: Reader): Uint8Array | null {
  const flags = reader.byte();
  requireNone(flags & ~PLACE_FLAG, "a place's root");
  return flags === 0 ? null : reader.take(SHORT_ID_BYTES);
}

function readTerms(reader: Reader, isAutomatic: boolean): Terms {
  const capacity = bounded(reader.varint(), 1, CAPACITY_MAX);
  const claimMax = bounded(reader.varint(), 1, capacity);
  const leaseMinutes = bounded(reader.varint(), 0, LEASE_MINUTES_MAX);
  return { capacity, authority: readFingerprint(reader), claimMax, leaseMinutes, isAutomatic };
}

function check(timetable: Timetable): void {
  const { count, intervalMinutes, terms } = timetable;
  require("slots", count, 1, SLOTS_MAX);
  require("minutes of a slot", timetable.lengthMinutes, 1, SLOT_MINUTES_MAX);
  if (count > 1) {
    require("minutes from one slot to the next", intervalMinutes, 1, SLOT_MINUTES_MAX);
  } else if (intervalMinutes !== 0) {
    throw new LimitError("One slot has no interval. Leave it out.", "one_interval");
  }
  if (timetable.sort === "single" && count > 1) {
    throw new LimitError("A single thing takes place once. Take slots for more.", "single");
  }
  if (timetable.startMin < 0 || closesMin(timetable) > CREATED_MIN_MAX) {
    throw new LimitError("The time is out of reach. Check the date.", "bad_time");
  }
  if (terms !== null) {
    require("units of a slot", terms.capacity, 1, CAPACITY_MAX);
    require("units of one claim", terms.claimMax, 1, terms.capacity);
    require("minutes of a lease", terms.leaseMinutes, 0, LEASE_MINUTES_MAX);
  }
}

function require(what: string, number: number, smallest: number, largest: number): void {
  if (!isWithin(number, smallest, largest)) {
    throw new LimitError(
      `${number} ${what} are not possible; choose ${smallest} to ${largest}.`,
      "bad_number",
      { what, number, smallest, largest },
    );
  }
}
