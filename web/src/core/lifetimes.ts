/** How long an object of each kind may live at most. Source: docs/spec/kinds.md. */

import { type KindName, LIFETIME_MINUTES } from "./object";
import longest from "./tables/longest.json";

/** Return the minutes that an object of this kind may live at most. */
export function longestMinutes(kind: KindName): number {
  return longest[kind];
}

/** Return the lifetime codes that an object of this kind may have, the shortest first. */
export function lifetimeCodes(kind: KindName): readonly number[] {
  return Array.from(LIFETIME_MINUTES.keys()).filter(
    (code) => (LIFETIME_MINUTES[code] as number) <= longestMinutes(kind),
  );
}
