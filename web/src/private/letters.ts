/**
 * What an opened body says: a text to show, a receipt, keys of a circle, a wish; each put where it
 * belongs.
 *
 * Not for: opening (`inbox`). Invariants: nothing that came from outside throws; a numbered text
 * shows once, however often it was sealed.
 * Source: docs/spec/private.md sections 5 and 9.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, hex, utf8 } from "../core/bytes";
import { PeerError } from "../core/errors";
import { type SignedObject, shortId } from "../core/object";
import { learn } from "./circles";
import type * as founding from "./founding";
import { type Box, nameConversation, newId, nextOrder } from "./mailbox";
import { type Content, decodePayload, NUMBER_MAX, type Text } from "./payload";
import { deletedMin } from "./prekey";
import { hearAnswer, hearReceipt, owe } from "./receipts";
import { type Received, type Track, withEntry } from "./records";
import type { Contact, Roster } from "./roster";
import type { Agree, Opened } from "./sealed";

/** Bodies remembered that were sealed to the device's own key, which is never deleted. */
const SEEN_MAX = 4096;
/** Numbers of texts remembered for each device: what arrives within weeks. */
const NUMBERS_KEPT = 256;
/** Objects that carried one message, by which answers name it: more than its copies. */
const IDS_KEPT = 8;
const MARK_BYTES = 8;

/** What founders do, if this phone is one. */
export type Founding = typeof founding | null;

/** What receiving needs beside the record. */
export interface Reading {
  readonly roster: Roster;
  readonly founding: Founding;
  readonly agreedWith: Agree;
}

/** An opened object, the device that sealed it, and whose that is. */
interface Letter {
  readonly thing: SignedObject;
  readonly device: Uint8Array;
  readonly sender: Contact;
}

/** Return how many numbered texts between the first and the last that came did not come. */
export function missingCount(track: Track): number {
  const reference = track.at(-1)?.[0];
  if (reference === undefined) {
    return 0;
  }
  const numbers = new Set(track.map(([number]) => number));
  const all = NUMBER_MAX + 1;
  const distances = [...numbers].map(
    (number) => ((number - reference + all / 2 + all) % all) - all / 2,
  );
  return Math.max(...distances) - Math.min(...distances) + 1 - numbers.size;
}

/** Read what a body held, and do what it says. */
export function read(box: Box, thing: SignedObject, opened: Opened, reading: Reading): void {
  const sender = reading.roster.owners.get(hex(opened.sender));
  if (!sender || box.mail.blocked.includes(sender.fingerprint)) {
    return;
  }
  const letter = { thing, device: opened.sender, sender };
  try {
    const { number, content } = decodePayload(opened.payload, box.texts);
    deliver(box, letter, number, content, reading);
  } catch (error) {
    if (!(error instanceof PeerError)) {
      throw error;
    }
    if (error.reason === "unknown_type") {
      show(box, letter, null, reading.roster.minute);
    }
  }
}

function deliver(
  box: Box,
  letter: Letter,
  number: number,
  content: Content,
  { roster, founding }: Reading,
): void {
  const { device, sender, thing } = letter;
  switch (content.type) {
    case "text":
      takeText(box, letter, number, content, roster.minute);
      break;
    case "receipt":
      hearReceipt(box, content, sender);
      break;
    case "epoch":
      learn(box, device, content, thing.createdMin);
      break;
    case "request":
      founding?.hearRequest(box, content, sender, roster.minute);
      break;
  }
}

function takeText(box: Box, letter: Letter, number: number, text: Text, minute: number): void {
  const { mail } = box;
  const device = hex(letter.device);
  const track = mail.tracks.get(device) ?? [];
  const mark = hex(sha256(concat(text.replyTo ?? utf8(""), utf8(`\0${text.text}`)))).slice(
    0,
    2 * MARK_BYTES,
  );
  let isRead = false;
  if (track.some(([one, other]) => one === number && other === mark)) {
    // It came again because its sender has no receipt: the last one may have got lost.
    isRead = noteAgain(box, letter, number);
  } else {
    const numbers = [...track, [number, mark] as const].slice(-NUMBERS_KEPT);
    mail.tracks = withEntry(mail.tracks, device, numbers);
    show(box, letter, { number, text }, minute);
  }
  owe(box, device, hex(shortId(letter.thing)), isRead, minute);
  if (text.replyTo !== null) {
    hearAnswer(box, text.replyTo, letter.sender);
  }
}

/** Put a message into its conversation; null is one that this program is too old for. */
function show(
  box: Box,
  { thing, device, sender }: Letter,
  said: { readonly number: number; readonly text: Text } | null,
  minute: number,
): void {
  nameConversation(box, sender.fingerprint, sender.name);
  const received: Received = {
    id: newId(box),
    conversation: sender.fingerprint,
    order: nextOrder(box),
    device: hex(device),
    number: said?.number ?? null,
    ids: [hex(thing.id)],
    text: said?.text.text ?? null,
    replyTo: said?.text.replyTo ? hex(said.text.replyTo) : null,
    madeMin: thing.createdMin,
    receivedMin: minute,
    isRead: false,
  };
  box.mail.received = withEntry(box.mail.received, received.id, received);
}

/** Add an object to the message that it carries again; return whether that was read. */
function noteAgain({ mail }: Box, { thing, device }: Letter, number: number): boolean {
  const by = hex(device);
  for (const one of mail.received.values()) {
    if (one.device === by && one.number === number) {
      const ids = [...one.ids, hex(thing.id)].slice(-IDS_KEPT);
      mail.received = withEntry(mail.received, one.id, { ...one, ids });
      return one.isRead;
    }
  }
  return false;
}

/** Remember an opened body for as long as the key is kept that opened it. */
export function remember({ mail }: Box, digest: string, { key }: Opened): void {
  const prekey = mail.prekeys.find((one) => equal(one.secret, key.secret));
  const seen = new Map([...mail.seen].filter(([, end]) => end === 0 || end > mail.minute));
  seen.set(digest, prekey ? deletedMin(prekey) : 0);
  const forever = [...seen].filter(([, end]) => end === 0);
  for (const [name] of forever.slice(0, Math.max(0, forever.length - SEEN_MAX))) {
    seen.delete(name);
  }
  mail.seen = seen;
}
