/**
 * Bulletins and drills: public news and warnings.
 *
 * Not for: the values of templates (`template`).
 * Source: docs/spec/kinds.md section 3.
 */

import { characters, concat, Reader, Writer } from "../bytes";
import { LimitError, PeerError } from "../errors";
import { BODY_BYTES_MAX } from "../object";
import { category as categories, severity as severities } from "../tables/bulletin.json";
import { readText, type Texts, writeText } from "../text/texts";
import { ascii, type Body, type Carried, fromAscii, numberOf, type WordOf, wordOf } from "./body";
import { requireLength, requireLine } from "./words";

/** One line on a phone held upright, two on a printed board. */
export const TITLE_CHARACTERS_MAX = 80;
/** About one printed page of A5; what still fits an object once it is compressed. */
export const BULLETIN_CHARACTERS_MAX = 1600;
/** A custom category is a word on a label, not a sentence. */
export const CATEGORY_BYTES_MAX = 24;
/** Largest content of a template behind its number. */
export const TEMPLATE_BYTES_MAX = 400;
const PLAIN_BYTES_MAX = 4 * (TITLE_CHARACTERS_MAX + 1 + BULLETIN_CHARACTERS_MAX);

const CATEGORY_CUSTOM = 15;
const CATEGORY_SHAPE = /^[a-z0-9-]{1,24}$/;
const TITLE_FLAG = 0x02;
const TEMPLATE_FLAG = 0x01;

export type Severity = WordOf<typeof severities>;
export type Category = WordOf<typeof categories>;
/** The known categories; the index is the number on the wire. */
export const CATEGORIES = Object.keys(categories) as readonly Category[];
export const SEVERITIES = Object.keys(severities) as readonly Severity[];

/** A template's number, and the codec and bytes of its values: `template` reads and writes them. */
export interface RawTemplate extends Body {
  readonly number: number;
}

/**
 * What a bulletin says.
 *
 * Shapes: `text` 1..1600 characters; `title` 1..80 characters in one line, or null; `category` is
 * one of `CATEGORIES` or a word of 1..24 of a-z, 0-9 and '-'. With a `template` the text is empty
 * and the title null.
 */
export interface BulletinFields {
  readonly text: string;
  readonly title: string | null;
  readonly category: string;
  readonly severity: Severity;
  readonly template: RawTemplate | null;
}

/** Return the body, or throw `LimitError` for whoever wrote it. */
export function encodeBulletin(texts: Texts, fields: BulletinFields): Body {
  check(fields);
  const { title, text, template } = fields;
  const head = encodeHead(fields);
  if (template !== null) {
    const body = concat(head, Uint8Array.of(template.number), template.body);
    return { codec: template.codec, body };
  }
  const { codec, data } = writeText(texts, title === null ? text : `${title}\n${text}`);
  const body = concat(head, data);
  if (body.length > BODY_BYTES_MAX) {
    throw new LimitError(
      `The bulletin takes ${body.length} bytes compressed; at most ${BODY_BYTES_MAX} fit. ` +
        "Shorten the text or split it in two.",
      "too_large",
      { bytes: body.length, most: BODY_BYTES_MAX },
    );
  }
  return { codec, body };
}

/** Return the fields of a bulletin's or drill's body, or throw `PeerError` or `MissingFile`. */
export function decodeBulletin(texts: Texts, thing: Carried | Body): BulletinFields {
  const { codec, body } = thing;
  if (body.length > BODY_BYTES_MAX) {
    throw new PeerError("oversize", `body of ${body.length} bytes, at most ${BODY_BYTES_MAX}`);
  }
  const reader = new Reader(body);
  const first = reader.byte();
  if ((first & TEMPLATE_FLAG) !== 0 && (first & TITLE_FLAG) !== 0) {
    throw new PeerError("not_canonical", "a template with a title");
  }
  const category = readCategory((first >> 2) & 0x0f, reader);
  const severity = wordOf(severities, first >> 6, "bad_value");
  if (first & TEMPLATE_FLAG) {
    const template = readTemplate(reader, codec);
    return { text: "", title: null, category, severity, template };
  }
  if (reader.remaining === 0) {
    throw new PeerError("bad_length", "no text");
  }
  const plain = readText(texts, codec, reader.rest(), PLAIN_BYTES_MAX);
  const [title, text] = first & TITLE_FLAG ? split(plain) : [null, plain];
  if (text === "" || characters(text) > BULLETIN_CHARACTERS_MAX) {
    throw new PeerError("bad_length", `text of ${characters(text)} characters`);
  }
  return { text, title, category, severity, template: null };
}

/** Return whether a word is possible as a category: a known one, or one of one's own. */
export function isCategory(category: string): boolean {
  return CATEGORY_SHAPE.test(category);
}

function encodeHead(fields: BulletinFields): Uint8Array {
  const isKnown = Object.hasOwn(categories, fields.category);
  const number = isKnown ? numberOf(categories, fields.category as Category) : CATEGORY_CUSTOM;
  const titleFlag = fields.title === null ? 0 : TITLE_FLAG;
  const templateFlag = fields.template === null ? 0 : TEMPLATE_FLAG;
  const severity = numberOf(severities, fields.severity);
  const writer = new Writer().byte((severity << 6) | (number << 2) | titleFlag | templateFlag);
  return (isKnown ? writer : writer.block(ascii(fields.category))).bytes();
}

function readCategory(number: number, reader: Reader): string {
  if (number !== CATEGORY_CUSTOM) {
    return wordOf(categories, number, "bad_category");
  }
  const word = fromAscii(reader.block(CATEGORY_BYTES_MAX));
  if (!CATEGORY_SHAPE.test(word)) {
    throw new PeerError("bad_category", word);
  }
  if (Object.hasOwn(categories, word)) {
    throw new PeerError("not_canonical", `the category ${word} has a number of its own`);
  }
  return word;
}

function readTemplate(reader: Reader, codec: number): RawTemplate {
  const number = reader.byte();
  if (reader.remaining > TEMPLATE_BYTES_MAX) {
    throw new PeerError("oversize", `${reader.remaining} bytes in template ${number}`);
  }
  return { number, codec, body: reader.rest() };
}

function split(plain: string): readonly [string, string] {
  const end = plain.indexOf("\n");
  const title = plain.slice(0, Math.max(0, end));
  if (title === "" || characters(title) > TITLE_CHARACTERS_MAX) {
    throw new PeerError("bad_length", `title of ${characters(title)} characters`);
  }
  return [title, plain.slice(end + 1)];
}

function check(fields: BulletinFields): void {
  if (!isCategory(fields.category)) {
    throw new LimitError(
      `The category "${fields.category}" is not possible. Use one of ${CATEGORIES.join(", ")}, ` +
        `or a word of 1 to ${CATEGORY_BYTES_MAX} of a-z, 0-9, '-'.`,
      "bad_category",
    );
  }
  if (fields.template !== null) {
    if (fields.text !== "" || fields.title !== null) {
      throw new LimitError(
        "A template has no text and no title of its own. Leave them out.",
        "template_text",
      );
    }
    return;
  }
  if (fields.text === "") {
    throw new LimitError("The text is empty. Write at least one character.", "empty_text");
  }
  requireLength(fields.text, BULLETIN_CHARACTERS_MAX);
  if (fields.title === "") {
    throw new LimitError("The title is empty. Write one or leave it out.", "empty_title");
  }
  requireTitle(fields.title ?? "");
}

function requireTitle(title: string): void {
  // A tab is no line end in a title, as it is in lines of other bodies.
  requireLine(title.replaceAll("\t", " "), TITLE_CHARACTERS_MAX);
}
