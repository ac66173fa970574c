/** Moments of the node's documents as minutes of objects. */

import { minuteAt } from "../../core/object";

export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 1440;

/** Returns the minute since 2024-01-01 of a moment in the API's form. */
export function minuteOf(moment: string): number {
  return minuteAt(Date.parse(moment));
}

/** Returns the latest minute of these moments, or undefined without any. */
export function latestMin(moments: readonly string[]): number | undefined {
  return moments.length === 0 ? undefined : Math.max(...moments.map(minuteOf));
}
