/**
 * Places: what has an address and a host, and is open at some hours.
 *
 * Invariant: a position is never finer than a thousandth of a degree, about 100 m.
 * Source: docs/spec/places.md section 1.
 */

import { concat, Reader, Writer } from "../bytes";
import { LimitError, PeerError } from "../errors";
import { BODY_BYTES_MAX } from "../object";
import { category as categories, steps as stepses } from "../tables/places.json";
import type { Texts } from "../text/texts";
import { type Body, bounded, type Carried, isWithin, numberOf, type WordOf, wordOf } from "./body";
import { PEOPLE_MAX } from "./level";
import { encodeWeek, readWeek, type Week } from "./opening";
import { decodeWords, encodeWords } from "./words";

/** What to know before one goes there: a third of a printed slip. */
export const PLACE_CHARACTERS_MAX = 400;
const MILLIDEGREES = 1000;
const LATITUDE_MAX = 90 * MILLIDEGREES;
const LONGITUDE_MAX = 180 * MILLIDEGREES;
const POSITION_BYTES = 5;
const LINES = 5;
const HOURS_MASK = 0x0f;
const CAPACITY_FLAG = 0x10;
const POSITION_FLAG = 0x20;
const STEPS_SHIFT = 6;

export type PlaceCategory = WordOf<typeof categories>;
export type StepFree = WordOf<typeof stepses>;
/** The known categories; the index is the number on the wire. */
export const PLACE_CATEGORIES = Object.keys(categories) as readonly PlaceCategory[];

/** Where a place is, in thousandths of a degree: north -90000..90000, east -180000..179999. */
export interface Position {
  readonly latitudeMdeg: number;
  readonly longitudeMdeg: number;
}

/**
 * What a place says in numbers.
 *
 * Shapes: `category` 0..255, of which `PLACE_CATEGORIES` names the known ones; `capacity` counts
 * people, 0..50000, 0 is not said; `week` null is not said.
 */
export interface PlaceHead {
  readonly category: number;
  readonly capacity: number;
  readonly week: Week | null;
  readonly position: Position | null;
  readonly steps: StepFree;
}

/** What a place says in words: lines of 0..60 characters, never without a name, text of 0..400. */
export interface PlaceWords {
  readonly name: string;
  readonly address: string;
  readonly hours: string;
  readonly contact: string;
  readonly onBehalfOf: string;
  readonly text: string;
}

/** A place, whole. */
export interface PlaceFields {
  readonly head: PlaceHead;
  readonly words: PlaceWords;
}

/** Return a category's word; that of `other` for one that only newer versions know. */
export function placeCategory(number: number): PlaceCategory {
  return PLACE_CATEGORIES[number] ?? "other";
}

/** Return the position of these degrees, rounded to about 100 m, or throw `LimitError`. */
export function coarsePosition(latitude: number, longitude: number): Position {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw new LimitError(
      `${latitude},${longitude} is nowhere on Earth; write degrees north and east, as in ` +
        "51.523,7.467.",
      "bad_position",
    );
  }
  const east = evenly(longitude * MILLIDEGREES);
  return {
    latitudeMdeg: evenly(latitude * MILLIDEGREES),
    longitudeMdeg: east === LONGITUDE_MAX ? -LONGITUDE_MAX : east,
  };
}

/** Return the body, or throw `LimitError` for whoever wrote it. */
export function encodePlace(texts: Texts, fields: PlaceFields): Body {
  const { name, address, hours, contact, onBehalfOf, text } = fields.words;
  if (name === "") {
    throw new LimitError("The place has no name. Give it one.", "empty_name");
  }
  const lines = [name, address, hours, contact, onBehalfOf];
  const tail = encodeWords(texts, { lines, text }, PLACE_CHARACTERS_MAX);
  const body = concat(encodeHead(fields.head), tail.body);
  if (body.length > BODY_BYTES_MAX) {
    throw new LimitError(
      `The place takes ${body.length} bytes compressed; at most ${BODY_BYTES_MAX} fit. ` +
        "Shorten the text.",
      "too_large",
      { bytes: body.length, most: BODY_BYTES_MAX },
    );
  }
  return { codec: tail.codec, body };
}

/** Return the fields of a place's body, or throw `PeerError` or `MissingFile`. */
export function decodePlace(texts: Texts, thing: Carried | Body): PlaceFields {
  if (thing.body.length > BODY_BYTES_MAX) {
    throw new PeerError("oversize", `body of ${thing.body.length} bytes`);
  }
  const reader = new Reader(thing.body);
  const head = readHead(reader);
  if (reader.remaining === 0) {
    throw new PeerError("bad_length", "a place without words");
  }
  const tail = { codec: thing.codec, body: reader.rest() };
  const words = decodeWords(texts, tail, { lines: LINES, textMax: PLACE_CHARACTERS_MAX });
  const [name = "", address = "", hours = "", contact = "", onBehalfOf = ""] = words.lines;
  if (name === "") {
    throw new PeerError("bad_length", "a place without a name");
  }
  return { head, words: { name, address, hours, contact, onBehalfOf, text: words.text } };
}

/** Return what a place's body says in numbers, or throw `PeerError`; its words stay unread. */
export function decodePlaceHead(body: Uint8Array): PlaceHead {
  return readHead(new Reader(body));
}

function encodeHead(head: PlaceHead): Uint8Array {
  const { category, capacity, position } = head;
  if (!isWithin(category, 0, 0xff)) {
    throw new LimitError(`There is no category ${category}; they are 0 to 255.`, "bad_category");
  }
  if (!isWithin(capacity, 0, PEOPLE_MAX)) {
    throw new LimitError(
      `A place has room for 1 to ${PEOPLE_MAX} people (0: nobody knows), not ${capacity}.`,
      "bad_people",
      { people: capacity, most: PEOPLE_MAX },
    );
  }
  const week = encodeWeek(head.week);
  const writer = new Writer()
    .byte(category)
    .byte(
      week.form |
        (numberOf(stepses, head.steps) << STEPS_SHIFT) |
        (capacity > 0 ? CAPACITY_FLAG : 0) |
        (position === null ? 0 : POSITION_FLAG),
    );
  if (capacity > 0) {
    writer.varint(capacity);
  }
  if (position !== null) {
    writer.uint(positionNumber(position), POSITION_BYTES);
  }
  return writer.put(week.data).bytes();
}

function readHead(reader: Reader): PlaceHead {
  const category = reader.byte();
  const flags = reader.byte();
  const steps = wordOf(stepses, flags >> STEPS_SHIFT, "bad_flags");
  const capacity =
    flags & CAPACITY_FLAG ? bounded(reader.varint(), 1, PEOPLE_MAX, "bad_capacity") : 0;
  const position = flags & POSITION_FLAG ? readPosition(reader) : null;
  return { category, capacity, week: readWeek(reader, flags & HOURS_MASK), position, steps };
}

function positionNumber(position: Position): number {
  const north = position.latitudeMdeg + LATITUDE_MAX;
  const east = position.longitudeMdeg + LONGITUDE_MAX;
  if (!isWithin(north, 0, 2 * LATITUDE_MAX) || !isWithin(east, 0, 2 * LONGITUDE_MAX - 1)) {
    throw new LimitError("This position is nowhere on Earth.", "bad_position");
  }
  return north * 2 * LONGITUDE_MAX + east;
}

function readPosition(reader: Reader): Position {
  const number = reader.uint(POSITION_BYTES);
  const north = bounded(
    Math.floor(number / (2 * LONGITUDE_MAX)),
    0,
    2 * LATITUDE_MAX,
    "bad_position",
  );
  const east = number % (2 * LONGITUDE_MAX);
  return { latitudeMdeg: north - LATITUDE_MAX, longitudeMdeg: east - LONGITUDE_MAX };
}

/** Return the nearest whole number; of two equally near ones the even one, as Python does. */
function evenly(value: number): number {
  const nearest = Math.round(value);
  const isTie = Math.abs(value - Math.trunc(value)) === 0.5;
  return (isTie && nearest % 2 !== 0 ? nearest - 1 : nearest) + 0;
}
