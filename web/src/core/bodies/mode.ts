/**
 * Mode objects: somebody proposes how the neighbourhood fares, others confirm it.
 *
 * Invariant: a confirmation names all of the proposal's id, and says its mode once more.
 * Source: docs/spec/modes.md section 1.
 */

import { concat, Reader } from "../bytes";
import { CallerError, PeerError } from "../errors";
import { mode as modes } from "../tables/modes.json";
import type { Texts } from "../text/texts";
import {
  type Body,
  type Carried,
  numberOf,
  plainBody,
  readTarget,
  requireNone,
  restOf,
  type WordOf,
  wordOf,
} from "./body";
import { decodeWords, encodeWords } from "./words";

/** Why; two lines of a printed board. */
export const REASON_CHARACTERS_MAX = 200;
const MODE_SHIFT = 4;
const DRILL_FLAG = 0x01;
const KEPT_BITS = 0x0e;

export type Mode = WordOf<typeof modes>;

/** What a mode object says before its reason; `proposal` is the id of what it confirms, or null. */
export interface ModeHead {
  readonly mode: Mode;
  readonly isDrill: boolean;
  readonly proposal: Uint8Array | null;
}

/** What a mode object says; `reason` has 0..200 characters, and none in a confirmation. */
export interface ModeFields {
  readonly head: ModeHead;
  readonly reason: string;
}

/** Return the body; a confirmation's parent is the short id of the proposal. */
export function encodeMode(texts: Texts, fields: ModeFields): Body {
  const { mode, isDrill, proposal } = fields.head;
  const first = Uint8Array.of((numberOf(modes, mode) << MODE_SHIFT) | (isDrill ? DRILL_FLAG : 0));
  if (proposal !== null) {
    if (fields.reason !== "") {
      throw new CallerError("a confirmation gives no reason of its own");
    }
    return plainBody(first, restOf(proposal));
  }
  const tail = encodeWords(texts, { lines: [], text: fields.reason }, REASON_CHARACTERS_MAX);
  return { codec: tail.codec, body: concat(first, tail.body) };
}

/** Return the fields of a mode object's body, or throw `PeerError` or `MissingFile`. */
export function decodeMode(texts: Texts, thing: Carried): ModeFields {
  const reader = new Reader(thing.body);
  const first = reader.byte();
  const mode = wordOf(modes, first >> MODE_SHIFT, "bad_mode");
  requireNone(first & KEPT_BITS, "a mode");
  const { parent } = thing;
  const proposal = parent === null ? null : readTarget(reader, parent, "a confirmation");
  if (proposal !== null && reader.remaining > 0) {
    throw new PeerError("bad_length", "a confirmation with a reason of its own");
  }
  const tail = { codec: thing.codec, body: reader.rest() };
  const { text } = decodeWords(texts, tail, { lines: 0, textMax: REASON_CHARACTERS_MAX });
  return { head: { mode, isDrill: (first & DRILL_FLAG) !== 0, proposal }, reason: text };
}
