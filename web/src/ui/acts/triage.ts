/** What a coordinator says about a call for help (docs/spec/calls.md section 2). */

import { encodeTriage } from "../../core/bodies/triage";
import { fromHex } from "../../core/bytes";
import { KIND } from "../../core/object";
import { cleanText } from "../../core/text/characters";
import type { Texts } from "../../core/text/texts";
import type { CheckIn, TriageWord } from "../../node/documents/calls";
import type { Posting } from "../../person/person";
import { DAY_MINUTES, latestMin, minuteOf } from "./moments";

/** An act counts only while it outlasts the call, also when that is said anew. */
const ACT_MINUTES = 14 * DAY_MINUTES;

/** What is said; `person` is a fingerprint, always with `handed_over`, `other` a call's root. */
export interface Act {
  readonly act: TriageWord;
  readonly person?: string;
  readonly other?: string;
  readonly note?: string;
}

/** Returns an act about a call, later than all that is known about it. */
export function triagePosting(texts: Texts, call: CheckIn, act: Act, title: string): Posting {
  const known = latestMin([call.created, ...call.acts.map((one) => one.created)]);
  const fields = {
    head: {
      act: act.act,
      person: act.person === undefined ? null : fromHex(act.person),
      duplicateOf: act.other === undefined ? null : fromHex(act.other),
    },
    note: cleanText(act.note ?? ""),
  };
  return {
    kind: KIND.triage,
    ...encodeTriage(texts, fields),
    minutes: ACT_MINUTES,
    untilMin: minuteOf(call.expires),
    ...(known !== undefined && { afterMin: known }),
    parent: fromHex(call.root),
    title,
  };
}
