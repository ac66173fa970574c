/**
 * What a sealed payload says: a text, a receipt, a circle's epoch, or a wish to join or leave.
 *
 * Not for: sealing (`sealed`, `epoch`) or whether the sender may say it. Invariants: a payload is
 * padded to a few lengths, so the length of a body says little; every payload but for a compressed
 * text has one form.
 * Source: docs/spec/private.md section 5.
 */

import { characters, compare, concat, hex, Reader, uint } from "../core/bytes";
import { CallerError, LimitError, PeerError } from "../core/errors";
import { BODY_BYTES_MAX, SHORT_ID_BYTES } from "../core/object";
import { readText, type Texts, writeText } from "../core/text/texts";
import { CIRCLE_ID_BYTES, decodeEpoch, type EpochFields, encodeEpoch } from "./circle";

/** As much as a bulletin's text. */
export const MESSAGE_CHARACTERS_MAX = 1600;
/** Numbers of messages between two devices; after the last comes 0 again. */
export const NUMBER_MAX = 65_535;
/** Messages that one receipt names: what came while somebody was away for days. */
export const RECEIPT_IDS_MAX = 64;
/** Of UTF-8, four a character at most: bounds decompression. */
const MESSAGE_BYTES_MAX = 4 * MESSAGE_CHARACTERS_MAX;
/** Payloads are 5, 21, 37, 53 ... bytes long. */
const BUCKET_BYTES = 16;
const BUCKET_OFFSET_BYTES = 5;
/** Comes before the zeros, so that content may end in zeros (ISO/IEC 7816-4). */
const PAD = 0x80;
const REPLY_FLAG = 0x01;
const NOTHING = new Uint8Array();

/** Something written, 1..1600 characters, perhaps in reply to a sealed object (4 bytes). */
export interface Text {
  readonly type: "text";
  readonly text: string;
  readonly replyTo: Uint8Array | null;
}

/**
 * Which sealed objects reached the device, and which its owner has read.
 *
 * Shapes: together 1..64 short ids, in rising order in each, none in both.
 */
export interface Receipt {
  readonly type: "receipt";
  readonly reached: readonly Uint8Array[];
  readonly read: readonly Uint8Array[];
}

/** An epoch of a circle. */
export interface Epoch extends EpochFields {
  readonly type: "epoch";
}

/** A wish about a circle of the recipient's; a member that joins again gets the keys anew. */
export interface CircleRequest {
  readonly type: "request";
  readonly circle: Uint8Array;
  readonly wish: Wish;
}

export type Wish = "join" | "leave";
/** What devices say to each other. */
export type Content = Text | Receipt | Epoch | CircleRequest;
/** What is said in a circle. */
export type CircleContent = Text | Receipt;

/** A payload's types; the index is the number on the wire. */
const TYPES: readonly Content["type"][] = ["text", "receipt", "epoch", "request"];
const WISHES: readonly Wish[] = ["join", "leave"];

/**
 * Return the padded payload of a message for one device or several.
 *
 * Shapes: `number` 0..65535. Throws `LimitError` if the content is outside its bounds.
 */
export function encodePayload(content: Content, number: number, texts: Texts): Uint8Array {
  const { head, data } = encodeContent(content, texts);
  return padded(concat(Uint8Array.of(head), uint(number, 2), data));
}

/** Return number and content of a message for one device or several, or throw `PeerError`. */
export function decodePayload(
  payload: Uint8Array,
  texts: Texts,
): { readonly number: number; readonly content: Content } {
  const reader = new Reader(unpadded(payload));
  const head = reader.byte();
  const number = reader.uint(2);
  return { number, content: decodeContent(head, reader, texts) };
}

/** Return the padded payload of a circle's message, which is numbered by its chain. */
export function encodeCirclePayload(content: CircleContent, texts: Texts): Uint8Array {
  const { head, data } = encodeContent(content, texts);
  return padded(concat(Uint8Array.of(head), data));
}

/** Return the content of a circle's message, or throw `PeerError`. */
export function decodeCirclePayload(payload: Uint8Array, texts: Texts): CircleContent {
  const reader = new Reader(unpadded(payload));
  const content = decodeContent(reader.byte(), reader, texts);
  if (content.type !== "text" && content.type !== "receipt") {
    throw new PeerError("bad_value", "circles are for texts and receipts");
  }
  return content;
}

/** Return a payload's first byte, and what comes after the number. */
function encodeContent(
  content: Content,
  texts: Texts,
): { readonly head: number; readonly data: Uint8Array } {
  const head = TYPES.indexOf(content.type) << 4;
  switch (content.type) {
    case "text":
      return encodeText(content, texts);
    case "receipt":
      return { head, data: encodeReceipt(content) };
    case "epoch":
      return { head, data: encodeEpoch(content) };
    case "request":
      return { head, data: encodeRequest(content) };
  }
}

function decodeContent(head: number, reader: Reader, texts: Texts): Content {
  const type = TYPES[head >> 4];
  const codec = (head >> 1) & 0x07;
  const hasReply = (head & REPLY_FLAG) !== 0;
  if (type === "text") {
    const replyTo = hasReply ? reader.take(SHORT_ID_BYTES) : null;
    return { type, text: decodeText(codec, reader.rest(), texts), replyTo };
  }
  if (codec !== 0 || hasReply) {
    throw new PeerError("not_canonical", `first byte ${head} of a payload`);
  }
  switch (type) {
    case "receipt":
      return decodeReceipt(reader);
    case "epoch":
      return { type, ...decodeEpoch(reader.rest()) };
    case "request":
      return decodeRequest(reader);
    default:
      throw new PeerError("unknown_type", `payload of type ${head >> 4}`);
  }
}

function encodeText(
  { text, replyTo }: Text,
  texts: Texts,
): { readonly head: number; readonly data: Uint8Array } {
  const count = characters(text);
  if (count < 1 || count > MESSAGE_CHARACTERS_MAX) {
    throw new LimitError(
      `The message has ${count} characters; 1 to ${MESSAGE_CHARACTERS_MAX} are possible.`,
      count < 1 ? "empty" : "too_many_characters",
      { count, most: MESSAGE_CHARACTERS_MAX },
    );
  }
  if (replyTo !== null && replyTo.length !== SHORT_ID_BYTES) {
    throw new CallerError("a reply's short id has no valid form");
  }
  const { codec, data } = writeText(texts, text);
  const flag = replyTo === null ? 0 : REPLY_FLAG;
  return { head: (codec << 1) | flag, data: concat(replyTo ?? NOTHING, data) };
}

function decodeText(codec: number, data: Uint8Array, texts: Texts): string {
  if (data.length === 0) {
    throw new PeerError("bad_length", "no text");
  }
  const text = readText(texts, codec, data, MESSAGE_BYTES_MAX);
  const count = characters(text);
  if (count < 1 || count > MESSAGE_CHARACTERS_MAX) {
    throw new PeerError("bad_length", `text of ${count} characters`);
  }
  return text;
}

function encodeReceipt(receipt: Receipt): Uint8Array {
  const ids = [...receipt.reached, ...receipt.read];
  if (ids.length < 1 || ids.length > RECEIPT_IDS_MAX) {
    throw new LimitError(
      `A receipt for ${ids.length} messages; 1 to ${RECEIPT_IDS_MAX} are possible.`,
    );
  }
  if (!isInOrder(receipt) || ids.some((id) => id.length !== SHORT_ID_BYTES)) {
    throw new CallerError("a receipt's ids have no valid form or order");
  }
  return concat(Uint8Array.of(receipt.reached.length), ...ids);
}

function decodeReceipt(reader: Reader): Receipt {
  const reachedCount = reader.byte();
  const count = Math.floor(reader.remaining / SHORT_ID_BYTES);
  if (count < 1 || count > RECEIPT_IDS_MAX || reachedCount > count) {
    throw new PeerError("bad_value", `a receipt for ${count} messages`);
  }
  const ids = Array.from({ length: count }, () => reader.take(SHORT_ID_BYTES));
  reader.finish();
  const reached = ids.slice(0, reachedCount);
  const receipt = { type: "receipt", reached, read: ids.slice(reachedCount) } as const;
  if (!isInOrder(receipt)) {
    throw new PeerError("not_canonical", "a receipt's ids do not rise, or come twice");
  }
  return receipt;
}

function encodeRequest({ circle, wish }: CircleRequest): Uint8Array {
  if (circle.length !== CIRCLE_ID_BYTES) {
    throw new CallerError("a circle's id has no valid form");
  }
  return concat(circle, Uint8Array.of(WISHES.indexOf(wish)));
}

function decodeRequest(reader: Reader): CircleRequest {
  const circle = reader.take(CIRCLE_ID_BYTES);
  const number = reader.byte();
  reader.finish();
  const wish = WISHES[number];
  if (wish === undefined) {
    throw new PeerError("bad_value", `wish ${number} about a circle`);
  }
  return { type: "request", circle, wish };
}

function isInOrder({ reached, read }: Receipt): boolean {
  const rises = [reached, read].every((part) =>
    part.every((id, at) => at === 0 || compare(part[at - 1] as Uint8Array, id) < 0),
  );
  const ids = [...reached, ...read];
  return rises && new Set(ids.map(hex)).size === ids.length;
}

function padded(content: Uint8Array): Uint8Array {
  const over = (content.length + 1 - BUCKET_OFFSET_BYTES) % BUCKET_BYTES;
  const padding = (BUCKET_BYTES - over) % BUCKET_BYTES;
  return concat(content, Uint8Array.of(PAD), new Uint8Array(padding));
}

function unpadded(payload: Uint8Array): Uint8Array {
  if (payload.length > BODY_BYTES_MAX) {
    throw new PeerError("oversize", `payload of ${payload.length} bytes`);
  }
  let end = payload.length - 1;
  while (payload[end] === 0) {
    end -= 1;
  }
  const content = payload.subarray(0, Math.max(0, end));
  if (payload[end] !== PAD || padded(content).length !== payload.length) {
    throw new PeerError("not_canonical", "a payload is not padded as it has to be");
  }
  return content;
}
