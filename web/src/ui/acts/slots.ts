/** Times that people can book at a place, and queues, as a host opens them (capacity.md section 2). */

import { cleanName } from "../../core/bodies/names";
import { encodeSlots } from "../../core/bodies/slots";
import { fromHex } from "../../core/bytes";
import { KIND, minuteAt } from "../../core/object";
import { cleanText } from "../../core/text/characters";
import type { Texts } from "../../core/text/texts";
import type { Posting } from "../../person/person";
import { DAY_MINUTES, HOUR_MINUTES } from "./moments";

/** What a host opens; `authority` is the fingerprint of the node that books. */
export interface Opened {
  readonly title: string;
  readonly text: string;
  readonly place: string;
  readonly authority: string;
  readonly startMs: number;
  readonly lengthMinutes: number;
  readonly count: number;
  readonly capacity: number;
  readonly claimMax: number;
  readonly isQueue: boolean;
  readonly isAutomatic: boolean;
}

/** Returns new slots or a new queue; both outlive their last time by a day. */
export function slotsPosting(texts: Texts, opened: Opened, title: string): Posting {
  const startMin = minuteAt(opened.startMs);
  const count = opened.isQueue ? 1 : opened.count;
  const timetable = {
    sort: opened.isQueue ? ("queue" as const) : ("slots" as const),
    startMin,
    lengthMinutes: opened.lengthMinutes,
    count,
    intervalMinutes: count > 1 ? opened.lengthMinutes : 0,
    terms: {
      capacity: opened.capacity,
      authority: fromHex(opened.authority),
      claimMax: Math.min(opened.claimMax, opened.capacity),
      leaseMinutes: 0,
      isAutomatic: opened.isAutomatic,
    },
  };
  const closesMin = startMin + count * opened.lengthMinutes;
  const words = { title: cleanName(opened.title), text: cleanText(opened.text) };
  return {
    kind: KIND.slots,
    ...encodeSlots(texts, { timetable, place: fromHex(opened.place), ...words }),
    minutes: HOUR_MINUTES,
    untilMin: closesMin + DAY_MINUTES,
    title,
  };
}
