/** Opening hours as a host fills them in: days, and from when to when, in quarters of an hour. */

import {
  DAY_QUARTERS,
  DAY_SPANS_MAX,
  type Day,
  type OpenSpan,
  QUARTER_MINUTES,
  type Week,
} from "../../core/bodies/opening";
import { LimitError } from "../../core/errors";

/** Open on no day: what a host begins with. */
export const NEVER: Week = Array.from({ length: 7 }, () => []);
const CLOCK = /^(\d{1,2}):(\d{2})$/;

/** Returns a day from what stands in its fields; a span that ends before it begins goes past midnight. */
export function dayOf(spans: readonly (readonly [string, string])[]): Day {
  const said = spans.filter(([from, to]) => from !== "" || to !== "");
  const day = said
    .map(([from, to]) => spanOf(from, to))
    .sort((one, other) => one.start - other.start);
  const isApart = day.every((one, at) => at === 0 || (day[at - 1]?.end ?? 0) < one.start);
  if (day.length > DAY_SPANS_MAX || !isApart) {
    throw new LimitError("These times overlap.", "bad_hours");
  }
  return day;
}

/** Returns a week in which some days, counted from Monday as 0, have these hours. */
export function withDays(week: Week, days: readonly number[], day: Day): Week {
  return week.map((before, weekday) => (days.includes(weekday) ? day : before));
}

/** Returns a quarter as a clock shows it; the end of the day is 24:00. */
export function clockOf(quarter: number): string {
  const minutes = (quarter > DAY_QUARTERS ? quarter - DAY_QUARTERS : quarter) * QUARTER_MINUTES;
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function spanOf(from: string, to: string): OpenSpan {
  const [start, end] = [quarterOf(from), quarterOf(to)];
  return { start, end: end > start ? end : end + DAY_QUARTERS };
}

function quarterOf(clock: string): number {
  const found = CLOCK.exec(clock);
  if (found === null) {
    throw new LimitError(`${clock} is no time.`, "bad_hours");
  }
  return Math.round((Number(found[1]) * 60 + Number(found[2])) / QUARTER_MINUTES);
}
