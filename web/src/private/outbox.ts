/**
 * Sending: from a text on the phone to objects on nodes, and again until it arrived or is over.
 *
 * Not for: receiving, circles' keys. Invariants: a text keeps its number however often it is sealed;
 * what was sealed is saved before it leaves, and after a crash the same bytes leave again, unless
 * the node turns out to have them.
 * Source: docs/spec/private.md section 9.
 */

import { fromHex, hex } from "../core/bytes";
import { LimitError } from "../core/errors";
import { expiresMin, type SignedObject } from "../core/object";
import { cleanText } from "../core/text/characters";
import { type Carrier, CarryRefused } from "./carrier";
import { isCircleKey } from "./circlerecords";
import {
  type Box,
  dropParcels,
  enqueue,
  hasRoom,
  type Keeper,
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
  type Mail,
  type Message,
  type Parcel,
  type Refusal,
  type Sent,
} from "./records";
import { type Contact, contactOf, type Roster } from "./roster";
import { payloadBytesMax, RECIPIENTS_MAX } from "./sealed";
import { keysFor, lifetimeMinutes, SEALED_MIN_MAX } from "./sealing";

const DAY_MIN = 1440;
/** How long a message may be tried; then whoever wrote it should decide anew. */
export const MESSAGE_MIN_MAX = 28 * DAY_MIN;
/** How often a message is sealed: once a week of a new prekey, twice for objects that are over. */
export const COPIES_MAX = 6;
/** Messages about which the node is asked where they are, at one meeting; the newest. */
const LOOKED_AT_MAX = 8;
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

/** What became of a body at the node. */
type Outcome =
  | { readonly parcel: Parcel; readonly thing: SignedObject }
  | { readonly parcel: Parcel; readonly refusal: Refusal }
  | { readonly parcel: Parcel; readonly isTooLate: true };

/**
 * Hand the node what was sealed and saved; return what it refused.
 *
 * If what came of it is never saved, the same bodies are recognised by `meet` or leave again.
 */
export async function submit(
  keeper: Keeper,
  carrier: Carrier,
  minute: number,
): Promise<readonly Refusal[]> {
  const outcomes: Outcome[] = [];
  try {
    for (const parcel of keeper.mail.parcels) {
      outcomes.push(await handOver(carrier, parcel, minute));
    }
  } finally {
    if (outcomes.length > 0) {
      await keeper.change((box) => {
        for (const one of outcomes) {
          settle(box, one);
        }
      });
    }
  }
  return outcomes.flatMap((one) => ("refusal" in one ? [one.refusal] : []));
}

/** Return whether a body on the node is of our own making; take note of it then. */
export function meet(box: Box, thing: SignedObject): boolean {
  const digest = digestOf(thing.body);
  const { mail } = box;
  const wasWaiting = mail.parcels.some((one) => one.digest === digest);
  if (wasWaiting) {
    mail.parcels = mail.parcels.filter((one) => one.digest !== digest);
  }
  return noteOnNode(box, digest, thing) || wasWaiting;
}

/** Return whether a body is of our own making, without taking note. */
export function isOurs(mail: Readonly<Mail>, digest: string): boolean {
  return (
    mail.parcels.some((one) => one.digest === digest) ||
    [...mail.sent.values()].some((sent) => sent.copies.some((copy) => copy.digest === digest))
  );
}

/** Ask the node which others have what has not arrived yet. */
export async function lookAround(keeper: Keeper, carrier: Carrier): Promise<void> {
  const underWay = [...keeper.mail.sent.values()]
    .filter((one) => !isSettled(one) && idsOf(one).length > 0)
    .sort((a, b) => a.order - b.order)
    .slice(-LOOKED_AT_MAX);
  const found: { readonly id: string; readonly changes: Partial<Sent> }[] = [];
  for (const sent of underWay) {
    const places = await carrier.placesOf(idsOf(sent).at(-1) as string);
    if (places === null) {
      continue;
    }
    const having = places.filter((one) => one.hasIt === true).map((one) => one.name);
    const names = [...new Set([...sent.places, ...having])];
    const lacking = places
      .filter((one) => one.hasIt === false && !names.includes(one.name))
      .map(({ name, lastContactMin }) => ({ name, lastContactMin }));
    const state = names.length > 0 ? "passed_on" : "on_node";
    if (
      sent.state !== state ||
      JSON.stringify([names, lacking]) !== JSON.stringify([sent.places, sent.lacking])
    ) {
      found.push({ id: sent.id, changes: { places: names, lacking, state } });
    }
  }
  if (found.length > 0) {
    await keeper.change((box) => {
      for (const { id, changes } of found) {
        updateSent(box, id, changes);
      }
    });
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

async function handOver(carrier: Carrier, parcel: Parcel, minute: number): Promise<Outcome> {
  const minutes = lifetimeMinutes(parcel, minute);
  if (minutes === null) {
    return { parcel, isTooLate: true };
  }
  try {
    return { parcel, thing: await carrier.carry(parcel.body, minutes) };
  } catch (error) {
    if (error instanceof CarryRefused) {
      return { parcel, refusal: error.refusal };
    }
    throw error;
  }
}

function settle(box: Box, outcome: Outcome): void {
  const { parcel } = outcome;
  if ("refusal" in outcome) {
    refuse(box, parcel.sent, outcome.refusal);
    return;
  }
  const { mail } = box;
  mail.parcels = mail.parcels.filter((one) => one.digest !== parcel.digest);
  if ("thing" in outcome) {
    noteOnNode(box, parcel.digest, outcome.thing);
    return;
  }
  // It waited too long for a node: let the message be sealed anew.
  const sent = mail.sent.get(parcel.sent ?? "");
  if (sent) {
    const copies = sent.copies.filter((one) => one.digest !== parcel.digest);
    updateSent(box, sent.id, { copies });
  }
}

function refuse(box: Box, id: string | null, refusal: Refusal): void {
  if (id !== null) {
    updateSent(box, id, { state: "refused", refusal });
  }
}

/** Take note that a body lies on the node as this object; return whether it is a message. */
function noteOnNode(box: Box, digest: string, thing: SignedObject): boolean {
  const id = hex(thing.id);
  for (const sent of box.mail.sent.values()) {
    if (sent.copies.some((copy) => copy.digest === digest)) {
      const copies = sent.copies.map((copy) =>
        copy.digest === digest ? noted(copy, id, thing) : copy,
      );
      updateSent(box, sent.id, { copies, state: "on_node", refusal: null });
      return true;
    }
  }
  return false;
}

function noted(copy: Copy, id: string, thing: SignedObject): Copy {
  const ids = copy.ids.includes(id) ? copy.ids : [...copy.ids, id];
  return { ...copy, ids, expiresMin: Math.max(expiresMin(thing), copy.expiresMin ?? 0) };
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
