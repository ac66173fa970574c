/**
 * Slots: windows that can be booked, or a queue in which people take tickets, perhaps at a place.
 *
 * Source: docs/spec/capacity.md section 2.
 */

import { concat, Reader } from "../bytes";
import { LimitError, PeerError } from "../errors";
import type { Texts } from "../text/texts";
import type { Body, Carried } from "./body";
import {
  encodePlaceRoot,
  encodeTimetable,
  readPlaceRoot,
  readTimetable,
  type Timetable,
} from "./timetable";
import { decodeWords, encodeWords } from "./words";

/** What to bring and where to stand; the place itself is described elsewhere. */
export const SLOTS_CHARACTERS_MAX = 300;

/** What can be booked; `place` is a root, `title` one line of 0..60, `text` 0..300 characters. */
export interface SlotsFields {
  readonly timetable: Timetable;
  readonly title: string;
  readonly text: string;
  readonly place: Uint8Array | null;
}

/** Return the body, or throw `LimitError` if a field is outside its bounds or nothing is sold. */
export function encodeSlots(texts: Texts, fields: SlotsFields): Body {
  if (fields.timetable.terms === null) {
    throw new LimitError(
      "Slots have a capacity and a node that books. Say how many fit.",
      "no_terms",
    );
  }
  const words = { lines: [fields.title], text: fields.text };
  const tail = encodeWords(texts, words, SLOTS_CHARACTERS_MAX);
  const head = [encodeTimetable(fields.timetable), encodePlaceRoot(fields.place)];
  return { codec: tail.codec, body: concat(...head, tail.body) };
}

/** Return the fields of a body, or throw `PeerError` or `MissingFile`. */
export function decodeSlots(texts: Texts, thing: Carried | Body): SlotsFields {
  const reader = new Reader(thing.body);
  const timetable = readTimetable(reader);
  if (timetable.terms === null) {
    throw new PeerError("missing_value", "slots that nobody sells");
  }
  const place = readPlaceRoot(reader);
  const tail = { codec: thing.codec, body: reader.rest() };
  const { lines, text } = decodeWords(texts, tail, { lines: 1, textMax: SLOTS_CHARACTERS_MAX });
  return { timetable, title: lines[0] ?? "", text, place };
}
