/**
 * Meet-ups: something that takes place once or again and again, with or without sign-up.
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

/** As long as what a slot says. */
export const MEETUP_CHARACTERS_MAX = 300;

/**
 * A meet-up.
 *
 * Shapes: `title` and `where` 0..60 characters, one line each; `place` a root; `text` 0..300
 * characters. A timetable without terms needs no sign-up.
 */
export interface MeetupFields {
  readonly timetable: Timetable;
  readonly title: string;
  readonly where: string;
  readonly text: string;
  readonly place: Uint8Array | null;
}

/** Return the body, or throw `LimitError` if a field is outside its bounds. */
export function encodeMeetup(texts: Texts, fields: MeetupFields): Body {
  if (fields.timetable.sort === "queue") {
    throw new LimitError("A meet-up is no queue. Open slots for that.", "queue");
  }
  const words = { lines: [fields.title, fields.where], text: fields.text };
  const tail = encodeWords(texts, words, MEETUP_CHARACTERS_MAX);
  const head = [encodeTimetable(fields.timetable), encodePlaceRoot(fields.place)];
  return { codec: tail.codec, body: concat(...head, tail.body) };
}

/** Return the fields of a body, or throw `PeerError` or `MissingFile`. */
export function decodeMeetup(texts: Texts, thing: Carried | Body): MeetupFields {
  const reader = new Reader(thing.body);
  const timetable = readTimetable(reader);
  if (timetable.sort === "queue") {
    throw new PeerError("bad_value", "a meet-up with tickets");
  }
  const place = readPlaceRoot(reader);
  const tail = { codec: thing.codec, body: reader.rest() };
  const { lines, text } = decodeWords(texts, tail, { lines: 2, textMax: MEETUP_CHARACTERS_MAX });
  return { timetable, title: lines[0] ?? "", where: lines[1] ?? "", text, place };
}
