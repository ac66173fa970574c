/**
 * A phone's mailbox: the record of its messages, and what all that handle them need.
 *
 * Not for: sending (`outbox`), receiving (`inbox`), circles. Invariants: nothing leaves before the
 * change that it follows from is saved; a conversation and all of them together have bounds, the
 * oldest read messages make room first, and how many did is remembered.
 * Source: docs/spec/private.md section 9.
 */

import { fromHex, hex, utf8 } from "../core/bytes";
import { LimitError } from "../core/errors";
import type { SigningKey } from "../core/keys";
import type { SignedObject } from "../core/object";
import type { Texts } from "../core/text/texts";
import { type Content, encodePayload, NUMBER_MAX } from "./payload";
import { keptPrekeys } from "./prekey";
import {
  digestOf,
  idsOf,
  isAtLeast,
  isSent,
  isSettled,
  type Mail,
  type Message,
  type SealedTo,
  type Sent,
  type Unsigned,
  withEntry,
  withoutEntry,
} from "./records";
import { devicesMark, type Roster } from "./roster";
import { type AgreementPair, agreementPair, seal } from "./sealed";
import { deadlineMin } from "./sealing";

/** In one conversation; the oldest read ones go first. */
export const MESSAGES_MAX = 500;
/** Of all texts together: the record is written whole at every save. */
const TEXT_BYTES_MAX = 2 * 1024 * 1024;
/** Bodies that wait for a node: a node signs 200 a day for all it serves. */
const PARCELS_MAX = 256;
const ID_BYTES = 4;
/** What a message takes beside its text: ids, keys, states. */
const MESSAGE_OVERHEAD_BYTES = 400;

/** Who writes and reads here. */
export interface Owner {
  readonly key: SigningKey;
  /** The device's public key in hex. */
  readonly device: string;
  /** The device's key for messages to it when it has no prekey. */
  readonly agreement: AgreementPair;
  readonly community: Uint8Array;
}

/** One change of the record under way: `mail` is a version that nobody else has yet. */
export interface Box extends Owner {
  readonly mail: Mail;
  readonly texts: Texts;
  /** Returns so many random bytes. */
  draw(bytes: number): Uint8Array;
}

/** Who keeps the record. */
export interface Keeper extends Owner {
  /** The record as it was last saved. */
  readonly mail: Readonly<Mail>;
  /**
   * Runs `step` on the newest record and saves what comes out; the promise is kept once that is on
   * disk. Where another tab was faster it runs once more, on what that one left.
   */
  change<T>(step: (box: Box) => T): Promise<T>;
  /** Signs something by this device, after its sequence number is on disk. */
  sign(unsigned: Unsigned): Promise<SignedObject>;
  /** Lets the screen have a turn if it waited long. */
  pause(): Promise<void>;
}

/** Return who an open device key is in a community. */
export function ownerOf(key: SigningKey, community: Uint8Array): Owner {
  const agreement = agreementPair(key.agreementSecret());
  return { key, device: hex(key.publicKey), agreement, community };
}

/** Return everything with which a device can open messages; its own key first. */
export function ownKeys(owner: Owner, mail: Readonly<Mail>): readonly AgreementPair[] {
  return [owner.agreement, ...mail.prekeys.map((one) => agreementPair(one.secret))];
}

/**
 * Take note of the community's minute; return the latest ever known.
 *
 * Secrets whose time is over are gone from then on, also if a clock goes back.
 */
export function tellTime({ mail }: Box, minute: number): number {
  mail.minute = Math.max(mail.minute, minute);
  mail.prekeys = keptPrekeys(mail.prekeys, mail.minute);
  return mail.minute;
}

/** Return the next number for a purpose and a receiver. */
export function nextNumber({ mail }: Box, purpose: string): number {
  const number = mail.numbers.get(purpose) ?? 0;
  mail.numbers = withEntry(mail.numbers, purpose, (number + 1) % (NUMBER_MAX + 1));
  return number;
}

/** Return where the next message stands among all of this device. */
export function nextOrder({ mail }: Box): number {
  mail.nextOrder += 1;
  return mail.nextOrder;
}

/** Return a name that no message of this device has. */
export function newId(box: Box): string {
  for (;;) {
    const name = hex(box.draw(ID_BYTES));
    if (!box.mail.sent.has(name) && !box.mail.received.has(name)) {
      return name;
    }
  }
}

/** Return a body that the holders of these keys can open. Throws `LimitError` if it is too long. */
export function sealTo(
  box: Box,
  content: Content,
  keys: readonly SealedTo[],
  number: number,
): Uint8Array {
  return seal(encodePayload(content, number, box.texts), {
    sender: box.agreement,
    recipients: keys.map((key) => fromHex(key.publicKey)),
    ephemeralSecret: box.draw(32),
    community: box.community,
  });
}

/** Return whether one more body may wait for a node. */
export function hasRoom({ mail }: Box): boolean {
  return mail.parcels.length < PARCELS_MAX;
}

/**
 * Put a sealed body among what is handed to the node after the next save.
 *
 * Throws `LimitError` if too much waits already.
 */
export function enqueue(
  box: Box,
  body: Uint8Array,
  keys: readonly SealedTo[],
  endMin: number,
  sent: string | null = null,
): void {
  if (!hasRoom(box)) {
    throw new LimitError(`${PARCELS_MAX} messages wait for a node already.`, "too_many_waiting", {
      most: PARCELS_MAX,
    });
  }
  const parcel = { digest: digestOf(body), body, endMin, untilMin: deadlineMin(keys), sent };
  box.mail.parcels = [...box.mail.parcels, parcel];
}

/** Return all messages as they came. */
export function messagesOf(mail: Readonly<Mail>): Message[] {
  return [...mail.sent.values(), ...mail.received.values()].sort((a, b) => a.order - b.order);
}

/** Return the messages of a conversation as they came. */
export function conversationOf(mail: Readonly<Mail>, conversation: string): Message[] {
  return messagesOf(mail).filter((one) => one.conversation === conversation);
}

/** Return what a message answers, if it is still here. */
export function repliedBy(some: readonly Message[], { replyTo }: Message): Message | undefined {
  return replyTo === null
    ? undefined
    : some.find((one) => idsOf(one).some((id) => id.startsWith(replyTo)));
}

/** Forget a message, and do nothing more for it. */
export function deleteMessage({ mail }: Box, id: string): void {
  mail.sent = withoutEntry(mail.sent, id);
  mail.received = withoutEntry(mail.received, id);
  dropParcels({ mail }, id);
}

/** Forget the bodies of a message that no node has yet. */
export function dropParcels({ mail }: Pick<Box, "mail">, sent: string): void {
  if (mail.parcels.some((one) => one.sent === sent)) {
    mail.parcels = mail.parcels.filter((one) => one.sent !== sent);
  }
}

/** Replace parts of a message of ours, if it is still here; its state never falls. */
export function updateSent({ mail }: Box, id: string, changes: Partial<Sent>): void {
  const before = mail.sent.get(id);
  if (before) {
    const wanted = changes.state ?? before.state;
    const state = isAtLeast(wanted, before.state) ? wanted : before.state;
    mail.sent = withEntry(mail.sent, id, { ...before, ...changes, state });
  }
}

/** Remove what is beyond the bounds: the oldest read ones, then the oldest of all. */
export function makeRoom(box: Box): void {
  const { mail } = box;
  const total = mail.sent.size + mail.received.size;
  if (total > MESSAGES_MAX) {
    const conversations = new Map<string, Message[]>();
    for (const one of messagesOf(mail)) {
      const some = conversations.get(one.conversation) ?? [];
      conversations.set(one.conversation, [...some, one]);
    }
    for (const some of conversations.values()) {
      const excess = Math.max(0, some.length - MESSAGES_MAX);
      for (const one of expendable(some).slice(0, excess)) {
        remove(box, one);
      }
    }
  }
  const everything = messagesOf(mail);
  let excessBytes = everything.reduce((sum, one) => sum + bytesOf(one), -TEXT_BYTES_MAX);
  for (const one of excessBytes > 0 ? expendable(everything) : []) {
    if (excessBytes <= 0) {
      break;
    }
    excessBytes -= bytesOf(one);
    remove(box, one);
  }
}

/** Return whether the community's devices are others than at the last look, and take note. */
export function noticeDevices({ mail }: Box, roster: Roster): boolean {
  const mark = devicesMark(roster);
  const isNew = mark !== mail.known;
  mail.known = mark;
  for (const { fingerprint, name } of roster.contacts) {
    const before = mail.names.get(fingerprint);
    if (before !== undefined && before !== name) {
      mail.names = withEntry(mail.names, fingerprint, name);
    }
  }
  return isNew;
}

/** Name a conversation. */
export function nameConversation({ mail }: Box, conversation: string, name: string): void {
  if (mail.names.get(conversation) !== name) {
    mail.names = withEntry(mail.names, conversation, name);
  }
}

function remove(box: Box, { id, conversation }: Message): void {
  deleteMessage(box, id);
  const removed = box.mail.removed.get(conversation) ?? 0;
  box.mail.removed = withEntry(box.mail.removed, conversation, removed + 1);
}

/** Return messages in the order in which they make room. */
function expendable(some: readonly Message[]): Message[] {
  return [...some].sort((a, b) => Number(isDone(b)) - Number(isDone(a)) || a.order - b.order);
}

function isDone(message: Message): boolean {
  return isSent(message) ? isSettled(message) : message.isRead;
}

function bytesOf({ text }: Message): number {
  return utf8(text ?? "").length + MESSAGE_OVERHEAD_BYTES;
}
