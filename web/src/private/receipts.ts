/**
 * Receipts: telling senders that something reached this phone or was read, and hearing it.
 *
 * Not for: whether nodes have it (`outbox`). Invariants: nothing is told that the reader does not
 * want told, and nothing twice unless it was sent again; a receipt counts only from whom the message
 * was for.
 * Source: docs/spec/private.md section 9.
 */

import { fromHex, hex } from "../core/bytes";
import { isCircleKey } from "./circlerecords";
import { type Box, dropParcels, enqueue, hasRoom, nextNumber, sealTo, updateSent } from "./mailbox";
import { RECEIPT_IDS_MAX, type Receipt } from "./payload";
import { idsOf, type Owed, type State, withEntry } from "./records";
import type { Contact, Device, Roster } from "./roster";
import { keysFor } from "./sealing";

const DAY_MIN = 1440;
/** How long a receipt travels; lost ones are made again when the message comes again. */
const RECEIPT_MIN = 7 * DAY_MIN;
/** How long a receipt is owed: no message is tried for longer. */
const OWED_MIN = 28 * DAY_MIN;
/** More is a flood, and then the oldest senders do without. */
const OWED_MAX = 512;
const SHORT_ID_DIGITS = 8;

/** Note that a device is to be told about something, if the reader lets it be told. */
export function owe(
  { mail }: Box,
  device: string,
  thing: string,
  isRead: boolean,
  minute: number,
): void {
  const isWanted = mail.receipts === "read" || (mail.receipts === "reached" && !isRead);
  if (isWanted) {
    const others = mail.owed.filter((one) => one.thing !== thing || one.device !== device);
    mail.owed = [...others, { device, thing, isRead, untilMin: minute + OWED_MIN }].slice(
      -OWED_MAX,
    );
  }
}

/** Seal one receipt to each device that is owed some, up to 64 messages in each. */
export function sealOwed(box: Box, roster: Roster): void {
  const { mail } = box;
  const { minute, owners } = roster;
  const byDevice = new Map<string, Owed[]>();
  for (const one of mail.owed) {
    if (minute < one.untilMin && owners.has(one.device)) {
      byDevice.set(one.device, [...(byDevice.get(one.device) ?? []), one]);
    }
  }
  const rest: Owed[] = [];
  for (const [device, some] of byDevice) {
    const keys = hasRoom(box) ? keysFor([deviceOf(roster, device)], minute, box.community) : [];
    const now = keys.length > 0 ? some.slice(0, RECEIPT_IDS_MAX) : [];
    rest.push(...some.slice(now.length));
    if (now.length > 0) {
      const number = nextNumber(box, `receipt:${device}`);
      enqueue(box, sealTo(box, receiptFor(now), keys, number), keys, minute + RECEIPT_MIN);
    }
  }
  if (rest.length > 0 || mail.owed.length > 0) {
    mail.owed = rest;
  }
}

/** Take note of a receipt for messages of ours to its sender. */
export function hearReceipt(box: Box, { reached, read }: Receipt, sender: Contact): void {
  advance(box, sender, reached, "reached");
  advance(box, sender, read, "read");
}

/** Take note of an answer: who answers has read. */
export function hearAnswer(box: Box, replyTo: Uint8Array, sender: Contact): void {
  advance(box, sender, [replyTo], "read");
}

/** Mark what came in a conversation as read. */
export function markRead(box: Box, conversation: string, minute: number): void {
  for (const one of box.mail.received.values()) {
    if (one.conversation !== conversation || one.isRead) {
      continue;
    }
    box.mail.received = withEntry(box.mail.received, one.id, { ...one, isRead: true });
    const thing = one.ids.at(-1);
    if (thing !== undefined && !isCircleKey(conversation)) {
      owe(box, one.device, thing.slice(0, SHORT_ID_DIGITS), true, minute);
    }
  }
}

function advance(box: Box, sender: Contact, things: readonly Uint8Array[], state: State): void {
  const wanted = new Set(things.map(hex));
  for (const one of box.mail.sent.values()) {
    const isTheirs = one.conversation === sender.fingerprint;
    if (isTheirs && idsOf(one).some((id) => wanted.has(id.slice(0, SHORT_ID_DIGITS)))) {
      updateSent(box, one.id, { state, refusal: null });
      dropParcels(box, one.id);
    }
  }
}

function receiptFor(owed: readonly Owed[]): Receipt {
  const read = new Set(owed.filter((one) => one.isRead).map((one) => one.thing));
  const reached = new Set(owed.map((one) => one.thing).filter((thing) => !read.has(thing)));
  return {
    type: "receipt",
    reached: [...reached].sort().map(fromHex),
    read: [...read].sort().map(fromHex),
  };
}

function deviceOf(roster: Roster, key: string): Device {
  return roster.owners.get(key)?.devices.find((one) => one.key === key) as Device;
}
