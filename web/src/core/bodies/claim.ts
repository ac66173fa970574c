/**
 * Claims: one side's signed step about a thing of somebody else, from asking for it to thanks.
 *
 * Offers, lending, slots, queues and meet-ups share these steps. An ask names its thing by the
 * root, which is its parent; every later step has the ask's short id as parent, and a mark.
 * Source: docs/spec/exchange.md section 2.
 */

import { concat, Reader, Writer } from "../bytes";
import { LimitError, PeerError } from "../errors";
import { CREATED_MIN_MAX, SHORT_ID_BYTES } from "../object";
import { step as steps } from "../tables/exchange.json";
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
  requireParent,
  type WordOf,
  wordOf,
} from "./body";
import { QUANTITY_MAX, SPAN_MINUTES_MAX } from "./offer";
import { decodeWords, encodeWords } from "./words";

/** Half hours of twelve weeks. */
export const SLOT_INDEX_MAX = 4095;
/** Slots of one ask: two working days and nights in half hours. */
export const SLOT_COUNT_MAX = 64;
/** Two sentences; longer talk is a private message. */
export const CLAIM_CHARACTERS_MAX = 160;
/** What one radio frame holds beside the longest head of an object. */
export const CLAIM_BODY_BYTES_MAX = 108;
const MARK_BYTES = 4;

const QUANTITY_FLAG = 0x1;
const SLOTS_FLAG = 0x2;
const SPAN_FLAG = 0x4;
const UNTIL_FLAG = 0x8;

export type Step = WordOf<typeof steps>;

/** Which numbers a step may have; the others have none. */
const STEP_FLAGS: Readonly<Partial<Record<Step, number>>> = {
  ask: QUANTITY_FLAG | SLOTS_FLAG | SPAN_FLAG,
  hold: QUANTITY_FLAG | UNTIL_FLAG,
  confirm: QUANTITY_FLAG,
  call: UNTIL_FLAG,
};

/** Slots that follow one another: the first one's index 0..4095, and how many, 1..64. */
export interface SlotRange {
  readonly first: number;
  readonly count: number;
}

/** From a minute since 2024-01-01 on, up to but not including another, later one. */
export interface Span {
  readonly startMin: number;
  readonly endMin: number;
}

/**
 * What a claim says.
 *
 * Shapes: `mark` null in an ask, else `markOf` the ask; `quantity` counts the offer's units, or the
 * places in each slot, 0 where it is not said; `untilMin` a minute since 2024-01-01, always in a
 * hold, perhaps in a call; `onBehalf` 0..60 characters, in an ask only; `text` 0..160 characters.
 */
export interface ClaimFields {
  readonly step: Step;
  readonly mark: Uint8Array | null;
  readonly quantity: number;
  readonly slots: SlotRange | null;
  readonly span: Span | null;
  readonly untilMin: number | null;
  readonly onBehalf: string;
  readonly text: string;
}

/** Return by which bytes of an ask's id, beside the parent, a later step names it. */
export function markOf(ask: { readonly id: Uint8Array }): Uint8Array {
  return ask.id.slice(SHORT_ID_BYTES, SHORT_ID_BYTES + MARK_BYTES);
}

/** Return an ask that says nothing but that it asks: the beginning of all others. */
export function plainAsk(): ClaimFields {
  return plainStep("ask", null);
}

/** Return a later step about an ask, without numbers and words. */
export function stepAbout(
  ask: { readonly id: Uint8Array },
  step: Exclude<Step, "ask">,
): ClaimFields {
  return plainStep(step, markOf(ask));
}

/** Return the body, or throw `LimitError` for whoever wrote it. */
export function encodeClaim(texts: Texts, fields: ClaimFields): Body {
  check(fields);
  const head = encodeHead(fields);
  const lines = fields.step === "ask" ? [fields.onBehalf] : [];
  const tail = encodeWords(texts, { lines, text: fields.text }, CLAIM_CHARACTERS_MAX);
  const body = concat(head, tail.body);
  if (body.length > CLAIM_BODY_BYTES_MAX) {
    const over = body.length - CLAIM_BODY_BYTES_MAX;
    throw new LimitError(
      `The words take ${tail.body.length} bytes compressed, ${over} too many for one radio ` +
        "frame. Say it shorter, or write a message.",
      "too_large",
      { bytes: tail.body.length, over },
    );
  }
  return { codec: tail.codec, body };
}

/** Return the fields of a claim's body, or throw `PeerError` or `MissingFile`. */
export function decodeClaim(texts: Texts, thing: Carried): ClaimFields {
  requireParent(thing.parent, "a claim", "no_parent");
  if (thing.body.length > CLAIM_BODY_BYTES_MAX) {
    throw new PeerError("oversize", `a claim of ${thing.body.length} bytes`);
  }
  const reader = new Reader(thing.body);
  const first = reader.byte();
  const step = wordOf(steps, first >> 4, "bad_step");
  const flags = first & 0x0f;
  requireNone(flags & ~(STEP_FLAGS[step] ?? 0), `a ${step}`);
  if (step === "hold" && (flags & UNTIL_FLAG) === 0) {
    throw new PeerError("missing_value", "a hold without an end");
  }
  const mark = step === "ask" ? null : reader.take(MARK_BYTES);
  const quantity = flags & QUANTITY_FLAG ? bounded(reader.varint(), 1, QUANTITY_MAX) : 0;
  const slots = flags & SLOTS_FLAG ? readSlots(reader) : null;
  const span = flags & SPAN_FLAG ? readSpan(reader) : null;
  const untilMin = flags & UNTIL_FLAG ? readMinute(reader) : null;
  const tail = { codec: thing.codec, body: reader.rest() };
  const bounds = { lines: step === "ask" ? 1 : 0, textMax: CLAIM_CHARACTERS_MAX };
  const words = decodeWords(texts, tail, bounds);
  const onBehalf = words.lines[0] ?? "";
  return { step, mark, quantity, slots, span, untilMin, onBehalf, text: words.text };
}

function plainStep(step: Step, mark: Uint8Array | null): ClaimFields {
  const numbers = { quantity: 0, slots: null, span: null, untilMin: null };
  return { step, mark, ...numbers, onBehalf: "", text: "" };
}

function flagsOf(fields: ClaimFields): number {
  return (
    (fields.quantity === 0 ? 0 : QUANTITY_FLAG) |
    (fields.slots === null ? 0 : SLOTS_FLAG) |
    (fields.span === null ? 0 : SPAN_FLAG) |
    (fields.untilMin === null ? 0 : UNTIL_FLAG)
  );
}

function encodeHead(fields: ClaimFields): Uint8Array {
  const { mark, quantity, slots, span, untilMin } = fields;
  const writer = new Writer().byte((numberOf(steps, fields.step) << 4) | flagsOf(fields));
  if (mark !== null) {
    writer.put(mark);
  }
  if (quantity !== 0) {
    writer.varint(quantity);
  }
  if (slots !== null) {
    writer.varint(slots.first).varint(slots.count);
  }
  if (span !== null) {
    writer.put(encodeMinute(span.startMin)).varint(span.endMin - span.startMin);
  }
  return (untilMin === null ? writer : writer.put(encodeMinute(untilMin))).bytes();
}

function readSlots(reader: Reader): SlotRange {
  const first = bounded(reader.varint(), 0, SLOT_INDEX_MAX);
  return { first, count: bounded(reader.varint(), 1, SLOT_COUNT_MAX) };
}

function readSpan(reader: Reader): Span {
  const startMin = readMinute(reader);
  const endMin = startMin + bounded(reader.varint(), 1, SPAN_MINUTES_MAX);
  return { startMin, endMin: bounded(endMin, 0, CREATED_MIN_MAX) };
}

function check(fields: ClaimFields): void {
  const { step, mark, quantity } = fields;
  if ((mark === null) !== (step === "ask") || (mark !== null && mark.length !== MARK_BYTES)) {
    throw new LimitError(`A ${step} names an ask by four bytes; an ask names none.`, "bad_mark");
  }
  if ((flagsOf(fields) & ~(STEP_FLAGS[step] ?? 0)) !== 0) {
    throw new LimitError(`A ${step} has no place for one of these numbers.`, "bad_step");
  }
  if (step === "hold" && fields.untilMin === null) {
    throw new LimitError("A hold ends by itself. Say until when.", "hold_end");
  }
  if (fields.onBehalf !== "" && step !== "ask") {
    throw new LimitError(
      "Only an ask says for whom it is; the later steps are about the same one.",
      "bad_step",
    );
  }
  if (!isWithin(quantity, 0, QUANTITY_MAX)) {
    throw new LimitError(`${quantity} is outside 1..${QUANTITY_MAX}.`, "bad_quantity", {
      count: quantity,
      most: QUANTITY_MAX,
    });
  }
  checkTimes(fields);
}

function checkTimes({ slots, span }: ClaimFields): void {
  const isSlots =
    slots === null ||
    (isWithin(slots.first, 0, SLOT_INDEX_MAX) && isWithin(slots.count, 1, SLOT_COUNT_MAX));
  if (!isSlots) {
    throw new LimitError(
      `Slots ${slots.first} and following, ${slots.count} in all, are not possible; one claim is ` +
        `for 1 to ${SLOT_COUNT_MAX} slots with numbers up to ${SLOT_INDEX_MAX}.`,
      "bad_slots",
      { count: slots.count, most: SLOT_COUNT_MAX },
    );
  }
  if (span !== null && !isWithin(span.endMin - span.startMin, 1, SPAN_MINUTES_MAX)) {
    throw new LimitError("The end is after the beginning, and within 91 days of it.", "bad_window");
  }
  if (span !== null && span.endMin > CREATED_MIN_MAX) {
    throw new LimitError("The end is too far away.", "bad_window");
  }
}
