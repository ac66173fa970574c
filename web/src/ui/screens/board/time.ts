/** The community's time for forms: the node's minute where it is known, else this phone's clock. */

import type { Community } from "../../../node/documents/papers";
import { nowMs } from "../../../words/now";
import { person } from "../../app";
import { useDocument } from "../../loading";

/** 2024-01-01 00:00 UTC, from which objects count minutes. */
const EPOCH_MS = 1_704_067_200_000;
const MINUTE_MS = 60_000;

/** Returns the moment that it is now for the community, in milliseconds since 1970. */
export function useNowMs(): number {
  const path = person.value === null ? null : "/community";
  const community = useDocument<Community>(path, {}, false).document;
  return community?.clock_known ? momentMs(community.minute) : nowMs();
}

/** Returns the minute since 2024-01-01 that a moment lies in. */
export function minuteOf(moment: string | number): number {
  const ms = typeof moment === "number" ? moment : Date.parse(moment);
  return Math.floor((ms - EPOCH_MS) / MINUTE_MS);
}

/** Returns when a minute begins, in milliseconds since 1970. */
export function momentMs(minute: number): number {
  return EPOCH_MS + minute * MINUTE_MS;
}

/** Returns the last minute of the day that lies so many days ahead, by this phone's zone. */
export function endOfDayMs(nowMs: number, days: number): number {
  const day = new Date(nowMs);
  day.setDate(day.getDate() + days);
  day.setHours(23, 59, 0, 0);
  return day.getTime();
}

/** Returns a moment as `<input type="datetime-local">` writes it. */
export function localInput(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS);
  return shifted.toISOString().slice(0, 16);
}

/** Returns what such an input says, in milliseconds; null where it is empty. */
export function inputMs(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
