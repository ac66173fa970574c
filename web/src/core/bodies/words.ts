/**
 * Tails: all the words of a body, together at its end, in the object's text codec.
 *
 * First those that are one line, each followed by a newline, then the text that may have several.
 * Source: docs/spec/kinds.md section 4.2.
 */

import { characters } from "../bytes";
import { LimitError, PeerError } from "../errors";
import { readText, type Texts, writeText } from "../text/texts";
import { type Body, NOTHING } from "./body";

/** A name, a place, a title: one line of a printed slip. */
export const LINE_CHARACTERS_MAX = 60;

/** The words of a body: lines of 0..60 characters, and a text; empty means not said. */
export interface Words {
  readonly lines: readonly string[];
  readonly text: string;
}

/** How many words a kind has. */
export interface WordBounds {
  readonly lines: number;
  readonly textMax: number;
}

/**
 * Return the text codec's number and the tail; no words at all are no bytes in codec 0.
 *
 * Shapes: every word is as `cleanText` makes it.
 * Throws `LimitError` if a line or the text is outside its bounds.
 */
export function encodeWords(texts: Texts, words: Words, textMax: number): Body {
  for (const line of words.lines) {
    requireLine(line, LINE_CHARACTERS_MAX);
  }
  requireLength(words.text, textMax);
  if (words.text === "" && words.lines.every((line) => line === "")) {
    return { codec: 0, body: NOTHING };
  }
  const { codec, data } = writeText(texts, [...words.lines, words.text].join("\n"));
  return { codec, body: data };
}

/**
 * Return the words of a tail.
 *
 * Throws `PeerError`: they are damaged, out of bounds, not canonical, or in a codec that we do not
 * know; `MissingFile`: the codec needs a file that is not loaded.
 */
export function decodeWords(texts: Texts, tail: Body, bounds: WordBounds): Words {
  const { lines, textMax } = bounds;
  if (tail.body.length === 0) {
    if (tail.codec !== 0) {
      throw new PeerError("not_canonical", `no words, in codec ${tail.codec}`);
    }
    return { lines: new Array<string>(lines).fill(""), text: "" };
  }
  const bytesMax = 4 * (lines * (LINE_CHARACTERS_MAX + 1) + textMax);
  const plain = readText(texts, tail.codec, tail.body, bytesMax).split("\n");
  if (plain.length <= lines) {
    throw new PeerError("bad_length", `${plain.length} lines, ${lines} and a text wanted`);
  }
  const said = plain.slice(0, lines);
  const text = plain.slice(lines).join("\n");
  if (text === "" && said.every((line) => line === "")) {
    throw new PeerError("not_canonical", "nothing but line ends");
  }
  if (said.some((line) => characters(line) > LINE_CHARACTERS_MAX || line.includes("\t"))) {
    throw new PeerError("bad_length", `a line of more than ${LINE_CHARACTERS_MAX} characters`);
  }
  if (characters(text) > textMax) {
    throw new PeerError("bad_length", `text of ${characters(text)} characters`);
  }
  return { lines: said, text };
}

/** Throw `LimitError` ("many_lines", "too_long") unless this is one line of so many characters. */
export function requireLine(line: string, most: number): void {
  if (/[\n\t]/.test(line)) {
    throw new LimitError(
      `"${line}" has more than one line; one is possible. Shorten it.`,
      "many_lines",
    );
  }
  if (characters(line) > most) {
    throw tooLong(`"${line.slice(0, 20)}..."`, characters(line), most);
  }
}

/** Throw `LimitError` ("too_long") if a text has more than so many characters. */
export function requireLength(text: string, most: number): void {
  if (characters(text) > most) {
    throw tooLong("The text", characters(text), most);
  }
}

function tooLong(what: string, count: number, most: number): LimitError {
  return new LimitError(
    `${what} has ${count} characters; at most ${most} fit. Shorten it.`,
    "too_long",
    { characters: count, most },
  );
}
