/**
 * Levels: how full a place is now, said by somebody; the parent is the place's root.
 *
 * Invariant: a level or a number of people, never both; a counter says a number.
 * Source: docs/spec/places.md section 2.
 */

import { Reader, varint } from "../bytes";
import { CallerError, LimitError, PeerError } from "../errors";
import { level as levels, source as sources } from "../tables/places.json";
import {
  type Body,
  type Carried,
  isWithin,
  numberOf,
  plainBody,
  requireParent,
  requirePlain,
  type WordOf,
  wordOf,
} from "./body";

/** People in one place: a stadium. More is a typing error. */
export const PEOPLE_MAX = 50_000;
const NUMBER = 4;
const SOURCE_SHIFT = 4;
const STATE_MASK = 0x0f;

export type Level = WordOf<typeof levels>;
export type LevelSource = WordOf<typeof sources>;

/** What a level says: `level`, or `people` 0..50000; the other one is null. */
export interface LevelFields {
  readonly level: Level | null;
  readonly people: number | null;
  readonly source: LevelSource;
}

/** Return the body, or throw `LimitError`. */
export function encodeLevel(fields: LevelFields): Body {
  const { level, people, source } = fields;
  const first = numberOf(sources, source) << SOURCE_SHIFT;
  if (people === null) {
    if (level === null) {
      throw new CallerError("neither how full it is nor how many people are there");
    }
    if (source === "counter") {
      throw new LimitError("A counter says a number of people, as in 37.", "counter");
    }
    return plainBody(Uint8Array.of(first | numberOf(levels, level)));
  }
  if (level !== null) {
    throw new CallerError("both how full it is and how many people are there");
  }
  if (!isWithin(people, 0, PEOPLE_MAX)) {
    throw new LimitError(
      `${people} people are not possible; 0 to ${PEOPLE_MAX} are.`,
      "bad_people",
      { people, most: PEOPLE_MAX },
    );
  }
  return plainBody(Uint8Array.of(first | NUMBER), varint(people));
}

/** Return the fields of a level's body, or throw `PeerError`. */
export function decodeLevel(thing: Carried): LevelFields {
  requirePlain(thing.codec, "a level");
  requireParent(thing.parent, "a level");
  const reader = new Reader(thing.body);
  const first = reader.byte();
  const source = wordOf(sources, first >> SOURCE_SHIFT, "bad_level");
  const state = first & STATE_MASK;
  const level = state === NUMBER ? null : wordOf(levels, state, "bad_level");
  const people = state === NUMBER ? reader.varint() : null;
  reader.finish();
  if (people === null && source === "counter") {
    throw new PeerError("bad_level", "a counter that says no number");
  }
  if (people !== null && people > PEOPLE_MAX) {
    throw new PeerError("oversize", `${people} people`);
  }
  return { level, people, source };
}
