/**
 * Offers and requests: what somebody gives or needs.
 *
 * Invariant: all versions of an offer but of a lending end by one minute, which every claim
 * outlives, so that what was given away never comes back.
 * Source: docs/spec/exchange.md section 1.
 */

import { concat, Reader, Writer } from "../bytes";
import { LimitError, PeerError } from "../errors";
import {
  BODY_BYTES_MAX,
  CREATED_MIN_MAX,
  expiresMin,
  LIFETIME_MINUTES,
  SHORT_ID_BYTES,
  type SignedObject,
} from "../object";
import { category as categories } from "../tables/bulletin.json";
import { direction as directions, sort as sorts, unit as units } from "../tables/exchange.json";
import type { Texts } from "../text/texts";
import {
  type Body,
  bounded,
  type Carried,
  encodeMinute,
  isWithin,
  numberOf,
  readMinute,
  requireNone,
  type WordOf,
  wordOf,
} from "./body";
import type { Category } from "./bulletin";
import { decodeWords, encodeWords } from "./words";

/** What somebody reads before they ask; the rest is said when they do. */
export const OFFER_CHARACTERS_MAX = 600;
/** Four digits of anything: more of it is no affair between two neighbours. */
export const QUANTITY_MAX = 9999;
/** As long as a claim lives at most: from the beginning of a window or span to its end. */
export const SPAN_MINUTES_MAX = 91 * 1440;
const ITEM_MAX = 255;
const UNIT_MAX = 63;
/** The lifetime code of 91 days: the longest that a claim may have. */
const CLAIM_CODE_MAX = 13;
/** By so many lifetime codes may later versions end after the first one. */
const CHAIN_STEPS = 2;

const REQUEST_FLAG = 0x80;
const SORT_SHIFT = 4;
const ITEM_FLAG = 0x80;
const QUANTITY_FLAG = 0x40;
const START_FLAG = 0x20;
const END_FLAG = 0x10;
const PLACE_FLAG = 0x08;
const LAST_FLAG = 0x04;
const FLAGS = 0xfc;

export type Direction = WordOf<typeof directions>;
export type OfferSort = WordOf<typeof sorts>;
/** The units that this version knows, by number. */
export const UNITS = Object.keys(units) as readonly WordOf<typeof units>[];

/** So many of a unit: 1..9999, and the unit's number 0..63; later versions know more of them. */
export interface Quantity {
  readonly count: number;
  readonly unit: number;
}

/** What an offer says before its words: see `OfferFields`. */
export interface OfferHead {
  readonly direction: Direction;
  readonly sort: OfferSort;
  readonly category: Category;
  readonly item: number;
  readonly quantity: Quantity | null;
  readonly startMin: number | null;
  readonly endMin: number | null;
  readonly place: Uint8Array | null;
  readonly lastMin: number | null;
}

/**
 * What an offer or a request says.
 *
 * Shapes: `item` a number 1..255 of the things or of a later version, 0 where none says it;
 * `startMin` and `endMin` minutes since 2024-01-01, the end after the start and at most 91 days;
 * `place` the root of a place; `title`, `placeWords`, `onBehalf` and `deposit` 0..60 characters in
 * one line, the deposit in a lending only; `text` 0..600 characters. `lastMin` is in an update of
 * anything but a lending: `chainEnd` of the first version.
 */
export interface OfferFields extends OfferHead {
  readonly title: string;
  readonly placeWords: string;
  readonly onBehalf: string;
  readonly deposit: string;
  readonly text: string;
}

/** Return the body, or throw `LimitError` for whoever wrote it. */
export function encodeOffer(texts: Texts, fields: OfferFields): Body {
  check(fields);
  const { title, placeWords, onBehalf, deposit, text } = fields;
  const head = encodeHead(fields);
  const last = isLending(fields) ? [deposit] : [];
  const lines = [title, placeWords, onBehalf, ...last];
  const tail = encodeWords(texts, { lines, text }, OFFER_CHARACTERS_MAX);
  const body = concat(head, tail.body);
  if (body.length > BODY_BYTES_MAX) {
    throw new LimitError(
      `The words take ${tail.body.length} bytes compressed; at most ` +
        `${BODY_BYTES_MAX - head.length} fit. Shorten the text.`,
      "too_large",
      { bytes: tail.body.length, most: BODY_BYTES_MAX - head.length },
    );
  }
  return { codec: tail.codec, body };
}

/** Return the fields of an offer's body, or throw `PeerError` or `MissingFile`. */
export function decodeOffer(texts: Texts, thing: Carried | Body): OfferFields {
  const reader = new Reader(thing.body);
  const head = readHead(reader);
  const tail = { codec: thing.codec, body: reader.rest() };
  const bounds = { lines: isLending(head) ? 4 : 3, textMax: OFFER_CHARACTERS_MAX };
  const { lines, text } = decodeWords(texts, tail, bounds);
  const [title = "", placeWords = "", onBehalf = "", deposit = ""] = lines;
  return { ...head, title, placeWords, onBehalf, deposit, text };
}

/** Return what an offer says before its words, or throw `PeerError`. */
export function readOfferHead(body: Uint8Array): OfferHead {
  return readHead(new Reader(body));
}

/** Throw `PeerError` if an offer's numbers have not the form, or it is kept up too long. */
export function checkOffer(thing: SignedObject): void {
  const head = readOfferHead(thing.body);
  const isBounded = thing.parent !== null && !isLending(head);
  if ((head.lastMin !== null) !== isBounded) {
    throw new PeerError("not_canonical", "the end of all versions stands in an update, only there");
  }
  if (head.lastMin !== null && expiresMin(thing) > head.lastMin) {
    throw new PeerError("lifetime", "an offer that ends after all its versions have to");
  }
}

/** Return the minute by which all versions of an offer end, as its newest version says. */
export function chainEnd(thing: SignedObject, head: OfferHead): number {
  if (isLending(head)) {
    return expiresMin(thing);
  }
  if (head.lastMin !== null) {
    return head.lastMin;
  }
  const code = Math.min(thing.lifetimeCode + CHAIN_STEPS, CLAIM_CODE_MAX);
  return Math.min(thing.createdMin + (LIFETIME_MINUTES[code] as number), CREATED_MIN_MAX);
}

/** Return whether the thing comes back. */
export function isLending(head: { readonly sort: OfferSort }): boolean {
  return head.sort === "lending";
}

function readHead(reader: Reader): OfferHead {
  const first = reader.byte();
  const flags = reader.byte();
  const category = wordOf(categories, first & 0x0f, "bad_category");
  const sort = wordOf(sorts, (first >> SORT_SHIFT) & 0x07, "bad_value");
  requireNone(flags & ~FLAGS, "an offer");
  const item = flags & ITEM_FLAG ? bounded(reader.byte(), 1, ITEM_MAX) : 0;
  const quantity = flags & QUANTITY_FLAG ? readQuantity(reader) : null;
  const startMin = flags & START_FLAG ? readMinute(reader) : null;
  const endMin = flags & END_FLAG ? readEnd(reader, startMin) : null;
  const place = flags & PLACE_FLAG ? reader.take(SHORT_ID_BYTES) : null;
  const lastMin = flags & LAST_FLAG ? readMinute(reader) : null;
  if (item === 0 && reader.remaining === 0) {
    throw new PeerError("bad_length", "an offer of nothing");
  }
  const direction = wordOf(directions, first & REQUEST_FLAG ? 1 : 0, "bad_value");
  return { direction, sort, category, item, quantity, startMin, endMin, place, lastMin };
}

function readQuantity(reader: Reader): Quantity {
  const count = bounded(reader.varint(), 1, QUANTITY_MAX);
  return { count, unit: bounded(reader.byte(), 0, UNIT_MAX) };
}

function readEnd(reader: Reader, startMin: number | null): number {
  if (startMin === null) {
    return readMinute(reader);
  }
  const minutes = bounded(reader.varint(), 1, SPAN_MINUTES_MAX);
  return bounded(startMin + minutes, 0, CREATED_MIN_MAX);
}

function encodeHead(fields: OfferHead): Uint8Array {
  const { item, quantity, startMin, endMin, place, lastMin } = fields;
  const request = fields.direction === "request" ? REQUEST_FLAG : 0;
  const sort = numberOf(sorts, fields.sort) << SORT_SHIFT;
  const flags =
    (item > 0 ? ITEM_FLAG : 0) |
    (quantity === null ? 0 : QUANTITY_FLAG) |
    (startMin === null ? 0 : START_FLAG) |
    (endMin === null ? 0 : END_FLAG) |
    (place === null ? 0 : PLACE_FLAG) |
    (lastMin === null ? 0 : LAST_FLAG);
  const writer = new Writer().byte(request | sort | numberOf(categories, fields.category));
  writer.byte(flags);
  if (item > 0) {
    writer.byte(item);
  }
  if (quantity !== null) {
    writer.varint(quantity.count).byte(quantity.unit);
  }
  if (startMin !== null) {
    writer.put(encodeMinute(startMin));
  }
  if (endMin !== null) {
    putEnd(writer, endMin, startMin);
  }
  if (place !== null) {
    writer.put(place);
  }
  return (lastMin === null ? writer : writer.put(encodeMinute(lastMin))).bytes();
}

function putEnd(writer: Writer, endMin: number, startMin: number | null): void {
  if (startMin === null) {
    writer.put(encodeMinute(endMin));
  } else {
    writer.varint(endMin - startMin);
  }
}

function check(fields: OfferFields): void {
  const { item, quantity, place, deposit } = fields;
  const words = [fields.title, fields.placeWords, fields.onBehalf, deposit, fields.text];
  if (item === 0 && words.every((word) => word === "")) {
    throw new LimitError("Say what it is about: an item, a title or a text.", "empty_offer");
  }
  if (!isWithin(item, 0, ITEM_MAX)) {
    throw new LimitError(`There is no item ${item}.`, "bad_item", { item });
  }
  if (deposit !== "" && !isLending(fields)) {
    throw new LimitError(
      "Only what is lent has a deposit. Leave it out, or offer a lending.",
      "deposit",
    );
  }
  if (place !== null && place.length !== SHORT_ID_BYTES) {
    throw new LimitError("A place is named by eight digits of its id.", "bad_place");
  }
  if (quantity !== null) {
    checkQuantity(quantity);
  }
  checkWindow(fields);
}

function checkQuantity({ count, unit }: Quantity): void {
  if (!isWithin(count, 1, QUANTITY_MAX) || !isWithin(unit, 0, UNIT_MAX)) {
    throw new LimitError(`${count} is not possible; 1 to ${QUANTITY_MAX} are.`, "bad_quantity", {
      count,
      most: QUANTITY_MAX,
    });
  }
}

function checkWindow({ startMin, endMin }: OfferHead): void {
  if (startMin === null || endMin === null) {
    return;
  }
  if (!isWithin(endMin - startMin, 1, SPAN_MINUTES_MAX) || endMin > CREATED_MIN_MAX) {
    throw new LimitError(
      "The end is after the beginning, and at most 91 days after it.",
      "bad_window",
    );
  }
}
