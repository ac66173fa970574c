/** What is usual in a week, as one table: to look at, and to be read aloud cell by cell. */

import type { Pattern } from "../../../node/documents/places";
import { catalogue, localeOf, say } from "../../../words/words";
import { levelWord } from "./level";

/** Hours from which columns begin; nights are left out unless something is known of them. */
const FIRST_HOUR = 6;
const LAST_HOUR = 22;
const HOURS = 2;
/** Monday, 1 January 2024, in any zone: only the day's name is taken. */
const A_MONDAY = Date.UTC(2024, 0, 1, 12);
const DAY_MS = 86_400_000;

/** How full each part of each day usually is. */
export function UsualWeek({ pattern, nowMs }: { pattern: Pattern; nowMs: number }) {
  if (pattern.known_hours === 0) {
    return null;
  }
  const hours = columns(pattern);
  const now = new Date(nowMs);
  const today = (now.getDay() + 6) % 7;
  return (
    <table class="week">
      <caption>{say("Usually, by what this node saw: the taller the bar, the fuller")}</caption>
      <thead>
        <tr>
          <td />
          {hours.map((hour) => (
            <th key={hour} scope="col">
              {hour}
              <span class="unseen">{say("o'clock")}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {pattern.week.map((day, number) => (
          <tr key={dayName(number)}>
            <th scope="row">{dayName(number)}</th>
            {hours.map((hour) => (
              <Cell
                key={hour}
                percent={mean(day.slice(hour, hour + HOURS))}
                isNow={number === today && Math.floor(now.getHours() / HOURS) * HOURS === hour}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ percent, isNow }: { percent: number | null; isNow: boolean }) {
  return (
    <td class={isNow ? "now" : ""}>
      {percent === null ? (
        <span aria-hidden="true">·</span>
      ) : (
        <i class="bar" aria-hidden="true" style={{ blockSize: `${Math.max(8, percent)}%` }} />
      )}
      <span class="unseen">
        {usualWord(percent)}
        {isNow && [" (", say("now"), ")"].join("")}
      </span>
    </td>
  );
}

/** Returns how full it usually is: the borders are those of the best time (places.md 4.2). */
export function usualWord(percent: number | null): string {
  if (percent === null) {
    return say("not known");
  }
  if (percent <= 40) {
    return say("Quiet");
  }
  return levelWord(percent < 75 ? "some" : "full");
}

/** Returns at which hours columns begin: the day, and the night where something is known of it. */
function columns({ week }: Pattern): readonly number[] {
  const isKnown = (hour: number) =>
    week.some((day) => day.slice(hour, hour + HOURS).some((one) => one !== null));
  const all = Array.from({ length: 24 / HOURS }, (_, number) => number * HOURS);
  return all.filter((hour) => (hour >= FIRST_HOUR && hour < LAST_HOUR) || isKnown(hour));
}

function mean(hours: readonly (number | null)[]): number | null {
  const known = hours.filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
}

function dayName(number: number): string {
  const format = new Intl.DateTimeFormat(localeOf(catalogue.value.language), {
    weekday: "short",
    timeZone: "UTC",
  });
  return format.format(A_MONDAY + number * DAY_MS);
}
