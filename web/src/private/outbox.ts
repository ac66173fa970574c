/**
 * Sending: from a text on the phone to objects on nodes, and again until it arrived or is over.
 *
 * Not for: giving it to the node (`handover`), receiving, circles' keys. Invariants: a text keeps its number however often it is sealed;
 * what was sealed is saved before it leaves, and after a crash the same bytes leave again, unless
 * the node turns out to have them.
 * Source: docs/spec/private.md section 9.
 */

import { fromHex } from "../core/bytes";
import { LimitError } from "../core/errors";
import { cleanText } from "../core/text/characters";
import { isCircleKey } from "./circlerecords";
import {
  type Box,
  dropParcels,
  enqueue,
  hasRoom,
  makeRoom,
  nameConversation,
  newId,
  nextNumber,
  nextOrder,
  sealTo,
  updateSent,
} from "./mailbox";
import { encodePayload, type Text } from "./payload";
import {
  type Copy,
  digestOf,
  idsOf,
  isOver,
  isSettled,
  type Message,
  type Refusal,
  type Sent,
} from "./records";
import { type Contact, contactOf, type Roster } from "./roster";
import { payloadBytesMax, RECIPIENTS_MAX } from "./sealed";
import { keysFor, SEALED_MIN_MAX } from "./sealing";

const DAY_MIN = 1440;
/** How long a message may be tried; then whoever wrote it should decide anew. */
export const MESSAGE_MIN_MAX = 28 * DAY_MIN;
/** How often a message is sealed: once a week of a new prekey, twice for objects that are over. */
export const COPIES_MAX = 6;
const SHORT_ID_DIGITS = 8;

/** What somebody writes: for how long it is tried, and by which short id it names what it answers. */
export interface Writing {
  readonly text: string;
  readonly minute: number;
  readonly minutes: number;
  readonly replyTo: string | null;
}

/**
 * Put a message into the record; it leaves at the next meeting with the node.
 *
 * Throws `LimitError`: the text or its time is outside its bounds.
 */
export function write(box: Box, to: Contact, writing: Writing): Sent {
  const { minute, minutes, replyTo } = writing;
  if (minutes < 1 || minutes > MESSAGE_MIN_MAX) {
    throw new LimitError(`A message is tried for up to ${MESSAGE_MIN_MAX / DAY_MIN} days.`, "time");
  }
  const content = textOf(cleanText(writing.text), replyTo);
  checkLength(box, content, to.devices.length);
  const conversation = to.fingerprint;
  const sent: Sent = {
    id: newId(box),
    conversation,
    order: nextOrder(box),
    number: nextNumber(box, `text:${conversation}`),
    text: content.text,
    replyTo,
    writtenMin: minute,
    endMin: minute + minutes,
    ...UNSENT,
  };
  keepSent(box, sent);
  nameConversation(box, conversation, to.name);
  if (replyTo !== null) {
    // The answer says by itself that the message was read.
    box.mail.owed = box.mail.owed.filter((one) => one.thing !== replyTo);
  }
  return sent;
}

/** What every message begins with. */
export const UNSENT = {
  copies: [],
  state: "written",
  places: [],
  lacking: [],
  refusal: null,
} as const;

/** Put a new message into the record. */
export function keepSent(box: Box, sent: Sent): void {
  box.mail.sent = new Map(box.mail.sent).set(sent.id, sent);
  makeRoom(box);
}

/** Return by which short id an answer names a message; null while no node has it. */
export function replyReference(message: Message): string | null {
  return idsOf(message).at(-1)?.slice(0, SHORT_ID_DIGITS) ?? null;
}

/** Return a text as content. */
export function textOf(text: string, replyTo: string | null): Text {
  return { type: "text", text, replyTo: replyTo === null ? null : fromHex(replyTo) };
}

/** Seal what has not been sealed yet, and again what did not arrive. */
export function sealDue(box: Box, roster: Roster): void {
  for (const sent of box.mail.sent.values()) {
    if (isSettled(sent) || isCircleKey(sent.conversation)) {
      continue;
    }
    const contact = contactOf(roster, sent.conversation);
    if (contact && roster.minute < sent.endMin && hasRoom(box)) {
      sealAgain(box, sent, contact, roster.minute);
    }
  }
}

/** Give up what is over, or was sealed as often as may be and is gone from the nodes. */
export function expire(box: Box, minute: number): void {
  for (const sent of box.mail.sent.values()) {
    const isSpent =
      sent.copies.length >= COPIES_MAX && sent.copies.every((copy) => isOver(copy, minute));
    if (!isSettled(sent) && (minute >= sent.endMin || isSpent)) {
      updateSent(box, sent.id, { state: "expired" });
      dropParcels(box, sent.id);
    }
  }
}

/** Seal a message to those keys that no copy on a node is for; nothing if there are none. */
function sealAgain(box: Box, sent: Sent, contact: Contact, minute: number): void {
  const { copies } = sent;
  if (copies.length >= COPIES_MAX || copies.some((copy) => copy.ids.length === 0)) {
    return;
  }
  const live = copies.filter((copy) => !isOver(copy, minute));
  const covered = new Set(live.flatMap((copy) => copy.keys.map((key) => key.publicKey)));
  const keys = keysFor(contact.devices, minute, box.community)
    .filter((key) => !covered.has(key.publicKey))
    .slice(0, RECIPIENTS_MAX);
  if (keys.length === 0) {
    return;
  }
  const body = sealedOrRefused(box, sent, keys);
  if (body !== null) {
    enqueue(box, body, keys, Math.min(sent.endMin, minute + SEALED_MIN_MAX), sent.id);
    const copy: Copy = { digest: digestOf(body), keys, ids: [], expiresMin: null };
    updateSent(box, sent.id, { copies: [...copies, copy] });
  }
}

/** Say why a message cannot go on now. */
export function refuse(box: Box, id: string | null, refusal: Refusal): void {
  if (id !== null) {
    updateSent(box, id, { state: "refused", refusal });
  }
}

/** Return the body; a message that does not fit so many devices must not stop all others. */
function sealedOrRefused(box: Box, sent: Sent, keys: Copy["keys"]): Uint8Array | null {
  try {
    return sealTo(box, textOf(sent.text, sent.replyTo), keys, sent.number);
  } catch (error) {
    if (error instanceof LimitError) {
      refuse(box, sent.id, { reason: error.reason, message: error.message });
      return null;
    }
    throw error;
  }
}

/** Refuse now what could not be sealed later. */
function checkLength(box: Box, content: Text, deviceCount: number): void {
  const bytes = encodePayload(content, 0, box.texts).length;
  const most = payloadBytesMax(Math.min(RECIPIENTS_MAX, Math.max(1, deviceCount)));
  if (bytes > most) {
    throw new LimitError(`The message takes ${bytes} bytes; at most ${most} fit.`, "too_long", {
      bytes,
      most,
    });
  }
}
