/**
 * Check-ins: "I am OK", or "we need help", for oneself or for another.
 *
 * Invariant: needs that this version does not know are kept.
 * Source: docs/spec/calls.md section 1.
 */

import { concat, Reader, Writer } from "../bytes";
import { CallerError, LimitError, PeerError } from "../errors";
import { SHORT_ID_BYTES } from "../object";
import { need as needs, state as states } from "../tables/calls.json";
import type { Texts } from "../text/texts";
import {
  type Body,
  type Carried,
  encodeMinute,
  isWithin,
  numberOf,
  ofLength,
  readMinute,
  requireNone,
  type WordOf,
  wordOf,
} from "./body";
import { decodeWords, encodeWords } from "./words";

/** What to say before a helper comes; more is for the helper's ears. */
export const CHECKIN_CHARACTERS_MAX = 200;
/** One byte; whoever speaks for more speaks for a place. */
export const PERSONS_MAX = 255;
const STATE_SHIFT = 6;
const PERSONS_FLAG = 0x20;
const NEEDS_FLAG = 0x10;
const PLACE_FLAG = 0x08;
const SINCE_FLAG = 0x04;
const KEPT_BITS = 0x03;
const NEEDS_BYTES = 2;

export type CheckInState = WordOf<typeof states>;
export type Need = WordOf<typeof needs>;
/** The needs that this version knows, by their numbers. */
export const NEEDS = Object.keys(needs) as readonly Need[];

/**
 * What a check-in says before its words.
 *
 * Shapes: `persons` 1..255; `needs` is a set of bits (`needBits`), 0 for `ok`; `place` is a place's
 * root; `sinceMin` stands in updates only: since when its author has waited.
 */
export interface CheckInHead {
  readonly state: CheckInState;
  readonly persons: number;
  readonly needs: number;
  readonly place: Uint8Array | null;
  readonly sinceMin: number | null;
}

/** What a check-in says; lines of 0..60 characters and a text of 0..200; empty: not said. */
export interface CheckInFields {
  readonly head: CheckInHead;
  readonly where: string;
  readonly onBehalfOf: string;
  readonly text: string;
}

/** Return needs as a set of bits. */
export function needBits(words: readonly Need[]): number {
  return words.reduce((bits, word) => bits | (1 << numberOf(needs, word)), 0);
}

/** Return the words of a set of bits in the order of their numbers, and whether there are more. */
export function needWords(bits: number): {
  readonly known: readonly Need[];
  readonly more: boolean;
} {
  const known = NEEDS.filter((word) => (bits >> needs[word]) & 1);
  return { known, more: (bits & ~needBits(known)) !== 0 };
}

/** Return the body, or throw `LimitError` for its author. */
export function encodeCheckIn(texts: Texts, fields: CheckInFields): Body {
  const head = encodeHead(fields.head);
  const lines = [fields.where, fields.onBehalfOf];
  const tail = encodeWords(texts, { lines, text: fields.text }, CHECKIN_CHARACTERS_MAX);
  return { codec: tail.codec, body: concat(head, tail.body) };
}

/** Return the fields of a check-in's body, or throw `PeerError` or `MissingFile`. */
export function decodeCheckIn(texts: Texts, thing: Carried): CheckInFields {
  const reader = new Reader(thing.body);
  const head = readHead(reader, thing.parent !== null);
  const tail = { codec: thing.codec, body: reader.rest() };
  const words = decodeWords(texts, tail, { lines: 2, textMax: CHECKIN_CHARACTERS_MAX });
  const [where = "", onBehalfOf = ""] = words.lines;
  return { head, where, onBehalfOf, text: words.text };
}

function encodeHead(head: CheckInHead): Uint8Array {
  const { persons, place, sinceMin } = head;
  checkHead(head);
  const writer = new Writer().byte(
    (numberOf(states, head.state) << STATE_SHIFT) |
      (persons > 1 ? PERSONS_FLAG : 0) |
      (head.needs > 0 ? NEEDS_FLAG : 0) |
      (place === null ? 0 : PLACE_FLAG) |
      (sinceMin === null ? 0 : SINCE_FLAG),
  );
  if (persons > 1) {
    writer.byte(persons);
  }
  if (head.needs > 0) {
    writer.uint(head.needs, NEEDS_BYTES);
  }
  if (place !== null) {
    writer.put(ofLength(place, SHORT_ID_BYTES, "a place's root"));
  }
  return (sinceMin === null ? writer : writer.put(encodeMinute(sinceMin))).bytes();
}

function checkHead(head: CheckInHead): void {
  if (!isWithin(head.persons, 1, PERSONS_MAX)) {
    throw new LimitError(
      `${head.persons} persons are not possible; say 1 to ${PERSONS_MAX}. For more, name the place.`,
      "bad_persons",
      { persons: head.persons, most: PERSONS_MAX },
    );
  }
  if (head.needs !== 0 && head.state === "ok") {
    throw new LimitError(
      "Whoever needs something asks for help: say help instead of ok.",
      "ok_needs",
    );
  }
  if (!isWithin(head.needs, 0, 0xffff)) {
    throw new CallerError("needs have sixteen bits");
  }
}

function readHead(reader: Reader, isUpdate: boolean): CheckInHead {
  const first = reader.byte();
  const state = wordOf(states, first >> STATE_SHIFT, "bad_state");
  requireNone(first & KEPT_BITS, "a check-in");
  const persons = first & PERSONS_FLAG ? reader.byte() : 1;
  const bits = first & NEEDS_FLAG ? reader.uint(NEEDS_BYTES) : 0;
  const place = first & PLACE_FLAG ? reader.take(SHORT_ID_BYTES) : null;
  const sinceMin = first & SINCE_FLAG ? readMinute(reader) : null;
  if (first & PERSONS_FLAG && persons <= 1) {
    throw new PeerError("not_canonical", `${persons} persons written out`);
  }
  if (first & NEEDS_FLAG && bits === 0) {
    throw new PeerError("not_canonical", "no needs written out");
  }
  if (bits !== 0 && state === "ok") {
    throw new PeerError("bad_needs", "OK, and needs something");
  }
  if (sinceMin !== null && !isUpdate) {
    throw new PeerError("not_canonical", "a first version that says since when");
  }
  return { state, persons, needs: bits, place, sinceMin };
}
