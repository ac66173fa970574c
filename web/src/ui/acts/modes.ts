/** Proposing and confirming how the neighbourhood fares (docs/spec/modes.md). */

import { encodeMode } from "../../core/bodies/mode";
import { fromHex } from "../../core/bytes";
import { KIND, SHORT_ID_BYTES } from "../../core/object";
import { cleanText } from "../../core/text/characters";
import { NO_TEXTS, type Texts } from "../../core/text/texts";
import type { Mode, ModeProposal } from "../../node/documents/modes";
import type { Posting } from "../../person/person";
import { latestMin, minuteOf } from "./moments";

/** What somebody proposes, and for how long. */
export interface Proposed {
  readonly mode: Mode;
  readonly isDrill: boolean;
  readonly reason: string;
  readonly minutes: number;
}

/** Returns a proposal that ends no earlier than those before it, which would come back else. */
export function proposalPosting(
  texts: Texts,
  proposed: Proposed,
  before: readonly ModeProposal[],
  title: string,
): Posting {
  const { mode, isDrill, reason, minutes } = proposed;
  const ends = latestMin(before.filter((one) => one.is_drill === isDrill).map((one) => one.until));
  const known = latestMin(before.map((one) => one.created));
  const fields = { head: { mode, isDrill, proposal: null }, reason: cleanText(reason) };
  return {
    kind: KIND.mode,
    ...encodeMode(texts, fields),
    minutes,
    ...(ends !== undefined && { untilMin: ends }),
    ...(known !== undefined && { afterMin: known }),
    title,
  };
}

/** Returns a confirmation: the same mode, and it ends no earlier than what it confirms. */
export function confirmationPosting(found: ModeProposal, title: string): Posting {
  const proposal = fromHex(found.id);
  const fields = { head: { mode: found.mode, isDrill: found.is_drill, proposal }, reason: "" };
  return {
    kind: KIND.mode,
    ...encodeMode(NO_TEXTS, fields),
    minutes: 60,
    untilMin: minuteOf(found.until),
    afterMin: minuteOf(found.created),
    parent: proposal.slice(0, SHORT_ID_BYTES),
    title,
  };
}
