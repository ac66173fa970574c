/**
 * Opening hours: for each day of the week up to two spans, in quarters of an hour.
 *
 * Invariants: a week has one form on the air; a span that goes past midnight belongs to the day on
 * which it begins.
 * Source: docs/spec/places.md section 1.1.
 */

import { type Reader, Writer } from "../bytes";
import { LimitError, PeerError } from "../errors";

export const QUARTER_MINUTES = 15;
export const DAY_QUARTERS = 96;
/** A break at noon; who has more of them says so in words. */
export const DAY_SPANS_MAX = 2;
/** A quarter to eight of the next morning: no night is longer, and it fits seven bits. */
export const END_QUARTER_MAX = 127;
const WEEKDAYS = 7;
const TWO_SPANS_FLAG = 0x80;
const FORM_UNSAID = 0;
/** Forms 1 to 7 are so many groups of days. */
const FORM_ALWAYS = 8;

/** From when to when, in quarters since the day began: 0..95, and above it 1..127. */
export interface OpenSpan {
  readonly start: number;
  readonly end: number;
}

/** The spans of one day in their order; none: closed. */
export type Day = readonly OpenSpan[];
/** Seven days from Monday on. */
export type Week = readonly Day[];

/** Day and night. */
export const ALWAYS: Week = Array.from({ length: WEEKDAYS }, () => [
  { start: 0, end: DAY_QUARTERS },
]);

/**
 * Return the form, 0..8, and the bytes of a week; null: nothing is said about it.
 *
 * Throws `LimitError` if a span is outside its bounds, or no day has any.
 */
export function encodeWeek(week: Week | null): {
  readonly form: number;
  readonly data: Uint8Array;
} {
  if (week === null) {
    return { form: FORM_UNSAID, data: new Uint8Array() };
  }
  if (isSame(week, ALWAYS)) {
    return { form: FORM_ALWAYS, data: new Uint8Array() };
  }
  const groups = new Map<string, { day: Day; mask: number }>();
  week.forEach((day, weekday) => {
    requireDay(day);
    const mask = (groups.get(keyOf(day))?.mask ?? 0) | (1 << weekday);
    if (day.length > 0) {
      groups.set(keyOf(day), { day, mask });
    }
  });
  if (groups.size === 0) {
    throw new LimitError(
      "It is never open like this. Leave the hours out, or say it in words.",
      "never_open",
    );
  }
  const writer = new Writer();
  for (const { day, mask } of groups.values()) {
    writer.byte(mask | (day.length === DAY_SPANS_MAX ? TWO_SPANS_FLAG : 0));
    for (const { start, end } of day) {
      writer.byte(start).byte(end);
    }
  }
  return { form: groups.size, data: writer.bytes() };
}

/** Return the week of that form, or throw `PeerError`. */
export function readWeek(reader: Reader, form: number): Week | null {
  if (form === FORM_UNSAID) {
    return null;
  }
  if (form === FORM_ALWAYS) {
    return ALWAYS;
  }
  if (form > FORM_ALWAYS) {
    throw new PeerError("bad_hours", `form ${form} of opening hours`);
  }
  const groups = Array.from({ length: form }, () => readGroup(reader));
  if (!areCanonical(groups)) {
    throw new PeerError("not_canonical", "groups of days overlap, repeat or are out of order");
  }
  const week = Array.from({ length: WEEKDAYS }, (_, weekday) => {
    const group = groups.find(({ mask }) => (mask >> weekday) & 1);
    return group === undefined ? [] : group.day;
  });
  if (isSame(week, ALWAYS)) {
    throw new PeerError("not_canonical", "day and night, said day by day");
  }
  return week;
}

interface Group {
  readonly mask: number;
  readonly day: Day;
}

function readGroup(reader: Reader): Group {
  const first = reader.byte();
  const mask = first & ~TWO_SPANS_FLAG;
  const count = first & TWO_SPANS_FLAG ? DAY_SPANS_MAX : 1;
  const day = Array.from({ length: count }, () => ({ start: reader.byte(), end: reader.byte() }));
  if (mask === 0 || !isDay(day)) {
    throw new PeerError("bad_hours", "a group without days, or spans out of bounds");
  }
  return { mask, day };
}

/** Return whether no two groups share a day or its spans, and each begins later in the week. */
function areCanonical(groups: readonly Group[]): boolean {
  const isApart = new Set(groups.map(({ day }) => keyOf(day))).size === groups.length;
  let taken = 0;
  let lowest = 0;
  for (const { mask } of groups) {
    if ((taken & mask) !== 0 || (mask & -mask) <= lowest) {
      return false;
    }
    taken |= mask;
    lowest = mask & -mask;
  }
  return isApart;
}

function requireDay(day: Day): void {
  if (!isDay(day)) {
    throw new LimitError(
      `A day has at most ${DAY_SPANS_MAX} times, one after the other, that begin before 24:00 and ` +
        "end before 8:00 of the next morning.",
      "bad_hours",
    );
  }
}

function isDay(day: Day): boolean {
  return (
    day.length <= DAY_SPANS_MAX &&
    day.every(({ start, end }, at) => {
      const before = day[at - 1];
      const isWithin = start >= 0 && start < DAY_QUARTERS && start < end && end <= END_QUARTER_MAX;
      return isWithin && (before === undefined || before.end < start);
    })
  );
}

function isSame(one: Week, other: Week): boolean {
  return one.map(keyOf).join("/") === other.map(keyOf).join("/");
}

function keyOf(day: Day): string {
  return day.map(({ start, end }) => `${start}-${end}`).join(",");
}
