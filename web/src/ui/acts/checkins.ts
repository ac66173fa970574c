/**
 * How somebody is, as this phone's person says it (docs/spec/calls.md section 1).
 *
 * Invariant: who says how they are changes what they said before about the same person, so that
 * nobody has two calls, and an OK ends the call.
 */

import { encodeCheckIn, type Need, needBits } from "../../core/bodies/checkin";
import { fromHex } from "../../core/bytes";
import { KIND } from "../../core/object";
import { cleanText } from "../../core/text/characters";
import type { Texts } from "../../core/text/texts";
import type { CheckIn, CheckInState } from "../../node/documents/calls";
import type { ModeEffects } from "../../node/documents/modes";
import type { Posting } from "../../person/person";
import { DAY_MINUTES, latestMin, minuteOf } from "./moments";

/** Until the mode is known: what a mode says in ordinary times (modes.md section 3). */
const OK_MINUTES = DAY_MINUTES;
const CALL_MINUTES = 2 * DAY_MINUTES;

/** What somebody typed; null: as it was before. */
export interface Said {
  readonly state: CheckInState;
  readonly needs: readonly Need[];
  readonly text: string;
  readonly persons: number | null;
  readonly where: string | null;
  readonly place?: string | null;
  readonly onBehalfOf: string | null;
}

/** Returns which of one's own check-ins about the same person an OK changes; null: a new one. */
export function okTargets(about: readonly CheckIn[]): readonly (CheckIn | null)[] {
  const waiting = about.filter((one) => one.state !== "ok");
  return waiting.length > 0 ? waiting : [about[0] ?? null];
}

/** Returns a new check-in, or with `before` a new version of that one. */
export function checkInPosting(
  texts: Texts,
  said: Said,
  before: CheckIn | null,
  effects: Pick<ModeEffects, "ok_s" | "call_s"> | null,
  title: string,
): Posting {
  const isCall = said.state !== "ok";
  const place = said.place === undefined ? (before?.place ?? null) : said.place;
  const waitedBefore = isCall && before !== null && before.state !== "ok";
  const fields = {
    head: {
      state: said.state,
      persons: said.persons ?? before?.persons ?? 1,
      needs: isCall ? needBits(said.needs) : 0,
      place: place === null ? null : fromHex(place),
      sinceMin: waitedBefore ? minuteOf(before.since) : null,
    },
    where: cleanText(said.where ?? before?.where ?? ""),
    onBehalfOf: cleanText(said.onBehalfOf ?? before?.on_behalf_of ?? ""),
    text: cleanText(said.text),
  };
  return {
    kind: KIND.checkin,
    ...encodeCheckIn(texts, fields),
    minutes: minutesOf(isCall, effects),
    ...(before !== null && versionOf(before)),
    title,
  };
}

function minutesOf(isCall: boolean, effects: Pick<ModeEffects, "ok_s" | "call_s"> | null): number {
  if (effects === null) {
    return isCall ? CALL_MINUTES : OK_MINUTES;
  }
  return Math.floor((isCall ? effects.call_s : effects.ok_s) / 60);
}

/** A new version ends no earlier than the last, and comes after what was done about that. */
function versionOf(before: CheckIn): Pick<Posting, "parent" | "untilMin" | "afterMin"> {
  const known = latestMin([before.created, ...before.acts.map((one) => one.created)]);
  return {
    parent: fromHex(before.root),
    untilMin: minuteOf(before.expires),
    ...(known !== undefined && { afterMin: known }),
  };
}
