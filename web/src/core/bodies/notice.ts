/**
 * Notices of moderation: somebody with the role hides, labels, corrects, restores or erases.
 *
 * Source: docs/spec/kinds.md section 6.
 */

import { characters, concat, Reader } from "../bytes";
import { LimitError, PeerError } from "../errors";
import { act as acts, reason as reasons } from "../tables/moderation.json";
import { readText, type Texts, writeText } from "../text/texts";
import {
  type Body,
  type Carried,
  NOTHING,
  numberOf,
  readTarget,
  restOf,
  type WordOf,
  wordOf,
} from "./body";
import { requireLength } from "./words";

/** A correction fits a radio frame or two; more is a bulletin of its own. */
export const NOTICE_CHARACTERS_MAX = 400;

export type NoticeAct = WordOf<typeof acts>;
export type NoticeReason = WordOf<typeof reasons>;

/** What a notice says; `target` is an id; `text` 0..400 characters, not empty in a correction. */
export interface NoticeFields {
  readonly act: NoticeAct;
  readonly reason: NoticeReason;
  readonly target: Uint8Array;
  readonly text: string;
}

/**
 * Return the body; the parent is the target's short id.
 *
 * Throws `LimitError` if the text is outside its bounds.
 */
export function encodeNotice(texts: Texts, fields: NoticeFields): Body {
  requireLength(fields.text, NOTICE_CHARACTERS_MAX);
  if (fields.act === "correct" && fields.text === "") {
    throw new LimitError("A correction says what is right. Write the text.", "empty_text");
  }
  const { codec, data } =
    fields.text === "" ? { codec: 0, data: NOTHING } : writeText(texts, fields.text);
  const first = (numberOf(acts, fields.act) << 4) | numberOf(reasons, fields.reason);
  return { codec, body: concat(Uint8Array.of(first), restOf(fields.target), data) };
}

/** Return the fields of a notice's body, or throw `PeerError` or `MissingFile`. */
export function decodeNotice(texts: Texts, thing: Carried): NoticeFields {
  const reader = new Reader(thing.body);
  const first = reader.byte();
  const act = wordOf(acts, first >> 4, "bad_act");
  const reason = wordOf(reasons, first & 0x0f, "bad_act");
  const target = readTarget(reader, thing.parent, "a notice");
  if (act === "correct" && reader.remaining === 0) {
    throw new PeerError("bad_length", "a correction without text");
  }
  return { act, reason, target, text: noticeText(texts, thing.codec, reader.rest()) };
}

function noticeText(texts: Texts, codec: number, data: Uint8Array): string {
  if (data.length === 0) {
    if (codec !== 0) {
      throw new PeerError("unexpected_codec", `codec ${codec} without a text`);
    }
    return "";
  }
  const text = readText(texts, codec, data, 4 * NOTICE_CHARACTERS_MAX);
  if (text === "" || characters(text) > NOTICE_CHARACTERS_MAX) {
    throw new PeerError("bad_length", `text of ${characters(text)} characters`);
  }
  return text;
}
