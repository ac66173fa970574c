/**
 * Moments and lengths of time as people say them.
 *
 * The node writes ISO 8601 in UTC; a phone's own clock may be wrong, so ages come from the node
 * (`..._s`) wherever it gives them. Digits are Western everywhere, hours are those of 24 hours.
 */

import { nowMs } from "./now";
import { catalogue, count, localeOf, say } from "./words";

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
/** From half a year on, a day and a month alone may be those of this year or of the next. */
const OTHER_YEAR_MS = 182 * DAY_S * 1000;

/** Returns how long ago something was. */
export function ago(ageS: number): string {
  if (ageS < MINUTE_S) {
    return say("just now");
  }
  if (ageS < HOUR_S) {
    return count("{count} minute ago", "{count} minutes ago", Math.floor(ageS / MINUTE_S));
  }
  if (ageS < 2 * DAY_S) {
    return count("{count} hour ago", "{count} hours ago", Math.round(ageS / HOUR_S));
  }
  return count("{count} day ago", "{count} days ago", Math.round(ageS / DAY_S));
}

/** Returns for how long something is still there. */
export function lasting(leftS: number): string {
  if (leftS < HOUR_S) {
    return count(
      "for {count} more minute",
      "for {count} more minutes",
      Math.max(1, Math.floor(leftS / MINUTE_S)),
    );
  }
  if (leftS < 2 * DAY_S) {
    return count("for {count} more hour", "for {count} more hours", Math.round(leftS / HOUR_S));
  }
  return count("for {count} more day", "for {count} more days", Math.round(leftS / DAY_S));
}

/** Returns the time of day of a moment, as in 14:05. */
export function clock(moment: string): string {
  return formatted(moment, { hour: "2-digit", minute: "2-digit" });
}

/** Returns day and time of a moment, as in Tue, 24 Nov, 14:05; far from now with the year. */
export function dayAndClock(moment: string): string {
  return formatted(moment, { ...dayFields(moment), hour: "2-digit", minute: "2-digit" });
}

/** Returns the day of a moment, as in Tue, 24 Nov; far from now with the year. */
export function day(moment: string): string {
  return formatted(moment, dayFields(moment));
}

function dayFields(moment: string): Intl.DateTimeFormatOptions {
  const isFar = Math.abs(Date.parse(moment) - nowMs()) > OTHER_YEAR_MS;
  return {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(isFar && ({ year: "numeric" } as const)),
  };
}

function formatted(moment: string, fields: Intl.DateTimeFormatOptions): string {
  const format = new Intl.DateTimeFormat(localeOf(catalogue.value.language), {
    ...fields,
    hourCycle: "h23",
  });
  return format.format(new Date(moment));
}
