/**
 * Triage: what coordinators sign about a call for help: taken, handed over, done.
 *
 * Source: docs/spec/calls.md section 2.
 */

import { concat, Reader } from "../bytes";
import { CallerError, PeerError } from "../errors";
import { SHORT_ID_BYTES } from "../object";
import { act as acts } from "../tables/calls.json";
import type { Texts } from "../text/texts";
import {
  type Body,
  type Carried,
  encodeFingerprint,
  NOTHING,
  numberOf,
  ofLength,
  readFingerprint,
  requireNone,
  requireParent,
  type WordOf,
  wordOf,
} from "./body";
import { decodeWords, encodeWords } from "./words";

/** One line of a printed list; more is said by message. */
export const NOTE_CHARACTERS_MAX = 120;
const ACT_SHIFT = 4;
const PERSON_FLAG = 0x08;
const KEPT_BITS = 0x07;

export type TriageAct = WordOf<typeof acts>;

/** Acts by which somebody has a call: who signs, or whom they name. */
const NAMING: readonly TriageAct[] = ["taken", "handed_over", "on_the_way"];

/**
 * What an act says before its note.
 *
 * Shapes: `person` is the fingerprint of who has the call from now on, null: who signs; always
 * there in `handed_over`. `duplicateOf` is the root of another call, in `duplicate` only.
 */
export interface TriageHead {
  readonly act: TriageAct;
  readonly person: Uint8Array | null;
  readonly duplicateOf: Uint8Array | null;
}

/** What an act says; `note` has 0..120 characters, empty means not said. */
export interface TriageFields {
  readonly head: TriageHead;
  readonly note: string;
}

/** Return the body; the parent is the root of the call. Throws `LimitError` for its author. */
export function encodeTriage(texts: Texts, fields: TriageFields): Body {
  const { act, person, duplicateOf } = fields.head;
  if ((act === "duplicate") !== (duplicateOf !== null)) {
    throw new CallerError("a duplicate names the other call, and no other act does");
  }
  if (person !== null && !NAMING.includes(act)) {
    throw new CallerError(`${act} names nobody`);
  }
  if (person === null && act === "handed_over") {
    throw new CallerError("a call is handed over to somebody");
  }
  const first = (numberOf(acts, act) << ACT_SHIFT) | (person === null ? 0 : PERSON_FLAG);
  const tail = encodeWords(texts, { lines: [], text: fields.note }, NOTE_CHARACTERS_MAX);
  const body = concat(
    Uint8Array.of(first),
    person === null ? NOTHING : encodeFingerprint(person),
    duplicateOf === null ? NOTHING : ofLength(duplicateOf, SHORT_ID_BYTES, "a call's root"),
    tail.body,
  );
  return { codec: tail.codec, body };
}

/** Return the fields of an act's body, or throw `PeerError` or `MissingFile`. */
export function decodeTriage(texts: Texts, thing: Carried): TriageFields {
  requireParent(thing.parent, "an act of triage");
  const reader = new Reader(thing.body);
  const first = reader.byte();
  const act = wordOf(acts, first >> ACT_SHIFT, "bad_act");
  requireNone(first & KEPT_BITS, "an act");
  const person = first & PERSON_FLAG ? readFingerprint(reader) : null;
  if (person !== null && !NAMING.includes(act)) {
    throw new PeerError("not_canonical", `${act} names somebody`);
  }
  if (person === null && act === "handed_over") {
    throw new PeerError("not_canonical", "handed over to nobody");
  }
  const duplicateOf = act === "duplicate" ? reader.take(SHORT_ID_BYTES) : null;
  const tail = { codec: thing.codec, body: reader.rest() };
  const { text } = decodeWords(texts, tail, { lines: 0, textMax: NOTE_CHARACTERS_MAX });
  return { head: { act, person, duplicateOf }, note: text };
}
