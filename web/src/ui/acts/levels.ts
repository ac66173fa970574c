/** A level as this phone's person says it (docs/spec/places.md section 2). */

import { encodeLevel } from "../../core/bodies/level";
import { fromHex } from "../../core/bytes";
import { KIND } from "../../core/object";
import type { Level, WholePlace } from "../../node/documents/places";
import type { Posting } from "../../person/person";
import { DAY_MINUTES, HOUR_MINUTES, minuteOf } from "./moments";

/** As long as a level can be of use (places.md section 3.2). */
const LEVEL_MINUTES = 6 * HOUR_MINUTES;
const LEVEL_MINUTES_MAX = DAY_MINUTES;

/** How full it is: a level, or a number of people. */
export type Amount = Level | number;

/**
 * Returns how full a place is, said by `name`. It lives no shorter than what that name said before,
 * which would stay else; `minutes` more than usual keeps a place closed overnight.
 */
export function levelPosting(
  place: Pick<WholePlace, "root" | "levels">,
  amount: Amount,
  name: string,
  title: string,
  minutes = LEVEL_MINUTES,
): Posting {
  const isNumber = typeof amount === "number";
  const before = place.levels.filter((one) => one.said_by === name && one.source !== "counter");
  const ends = before.map((one) => minuteOf(one.expires));
  return {
    kind: KIND.level,
    ...encodeLevel({
      level: isNumber ? null : amount,
      people: isNumber ? amount : null,
      source: "person",
    }),
    minutes: Math.min(minutes, LEVEL_MINUTES_MAX),
    ...(ends.length > 0 && { untilMin: Math.max(...ends) }),
    parent: fromHex(place.root),
    title,
  };
}
