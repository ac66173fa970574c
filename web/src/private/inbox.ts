/**
 * Receiving: what the node holds for this phone, opened once and put where it belongs.
 *
 * Not for: circles' messages (`circles`), sending. Opening is slow and happens beside the record;
 * what came out of it is taken in at once, page by page. Invariants: nothing that came from outside
 * throws; a body opens once, a numbered text shows once however often it was sealed; what nobody
 * known sealed is not shown, and kept a while, because its sender may become known.
 * Source: docs/spec/private.md sections 4, 5 and 9.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, hex, utf8 } from "../core/bytes";
import { PeerError } from "../core/errors";
import { decodeObject, expiresMin, KIND, type SignedObject, shortId } from "../core/object";
import type { Carrier } from "./carrier";
import { isCircles, learn, openFound, recogniseAll } from "./circles";
import type * as founding from "./founding";
import {
  type Box,
  type Keeper,
  makeRoom,
  nameConversation,
  newId,
  nextOrder,
  noticeDevices,
  ownKeys,
} from "./mailbox";
import { isOurs, meet } from "./outbox";
import { type Content, decodePayload, NUMBER_MAX, type Text } from "./payload";
import { deletedMin } from "./prekey";
import { hearAnswer, hearReceipt, owe } from "./receipts";
import { digestOf, type Received, type Track, withEntry } from "./records";
import { type Contact, devicesMark, type Roster, sendersOf } from "./roster";
import { type Agree, type AgreementPair, type Opened, open, recognise } from "./sealed";

/** Objects kept for us by somebody unknown: who knows our key can make as many as a node carries. */
const WAITING_MAX = 64;
/** Bodies remembered that were sealed to the device's own key, which is never deleted. */
const SEEN_MAX = 4096;
/** Numbers of texts remembered for each device: what arrives within weeks. */
const NUMBERS_KEPT = 256;
/** Objects that carried one message, by which answers name it: more than its copies. */
const IDS_KEPT = 8;
/** More than 50,000 objects cannot be on a node. */
const PAGES_MAX = 200;
/** Circles' messages that are opened in one change. */
const CHUNK = 16;
const MARK_BYTES = 8;

/** What founders do, if this phone is one. */
export type Founding = typeof founding | null;

/** What a look at bodies brought, by their digests; null: for us, but by nobody known. */
type Looked = ReadonlyMap<string, Opened | null>;

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

/** Take in what came since the last time; it is saved when the promise is kept. */
export async function receive(keeper: Keeper, carrier: Carrier, reading: Reading): Promise<void> {
  await retryWaiting(keeper, reading);
  let after = keeper.mail.cursor;
  let inCircles: SignedObject[] = [];
  for await (const page of pages(carrier, after)) {
    inCircles.push(...(await takeAll(keeper, page, reading)));
    after = lastId(page) ?? after;
  }
  const { rescan } = keeper.mail;
  if (rescan) {
    // What was said in an epoch may have come before its keys did.
    inCircles = [];
    for await (const page of pages(carrier, null)) {
      inCircles.push(...page);
    }
  }
  await takeCircles(keeper, inCircles, reading.roster);
  await keeper.change((box) => {
    box.mail.cursor = after;
    box.mail.rescan = box.mail.rescan && !rescan;
    makeRoom(box);
  });
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

async function* pages(
  carrier: Carrier,
  after: string | null,
): AsyncGenerator<readonly SignedObject[]> {
  for (let count = 0; count < PAGES_MAX; count++) {
    const page = await carrier.sealedAfter(after);
    yield page.sealed;
    after = lastId(page.sealed) ?? after;
    if (page.isComplete || page.sealed.length === 0) {
      return;
    }
  }
}

function lastId(things: readonly SignedObject[]): string | null {
  const last = things.at(-1);
  return last ? hex(last.id) : null;
}

/** Take in objects; return those that are for circles. */
async function takeAll(
  keeper: Keeper,
  things: readonly SignedObject[],
  reading: Reading,
): Promise<SignedObject[]> {
  if (things.length === 0) {
    return [];
  }
  const looked = await lookInto(keeper, things, reading);
  return await keeper.change((box) => things.filter((thing) => !take(box, thing, looked, reading)));
}

async function takeCircles(
  keeper: Keeper,
  things: readonly SignedObject[],
  roster: Roster,
): Promise<void> {
  const found = recogniseAll(keeper.mail, things, roster);
  for (let at = 0; at < found.length; at += CHUNK) {
    await keeper.change((box) => {
      for (const one of found.slice(at, at + CHUNK)) {
        openFound(box, one, roster);
      }
    });
    await keeper.pause();
  }
}

/** Recognise and open what is for us; it changes nothing. */
async function lookInto(
  keeper: Keeper,
  things: readonly SignedObject[],
  reading: Reading,
): Promise<Looked> {
  const looked = new Map<string, Opened | null>();
  const keys = ownKeys(keeper, keeper.mail);
  for (const thing of things) {
    const digest = digestOf(thing.body);
    const { seen } = keeper.mail;
    const isNews = isLetter(thing, reading.roster) && !isCircles(thing) && !seen.has(digest);
    if (isNews && !isOurs(keeper.mail, digest)) {
      const opened = openedBy(keeper, thing.body, keys, reading);
      if (opened !== undefined) {
        looked.set(digest, opened);
      }
      await keeper.pause();
    }
  }
  return looked;
}

/** Return what a body held; null if it is for us by nobody known, undefined if it is not. */
function openedBy(
  keeper: Keeper,
  body: Uint8Array,
  keys: readonly AgreementPair[],
  { roster, agreedWith }: Reading,
): Opened | null | undefined {
  try {
    const recognised = recognise(body, keys);
    return recognised.length > 0
      ? open(body, recognised, sendersOf(roster), keeper.community, agreedWith)
      : undefined;
  } catch (error) {
    if (error instanceof PeerError) {
      return error.reason === "bad_seal" ? null : undefined;
    }
    throw error;
  }
}

function isLetter(thing: SignedObject, roster: Roster): boolean {
  return thing.kind === KIND.sealed && roster.minute < expiresMin(thing) && thing.body.length > 0;
}

/** Return whether nothing more is to be done with an object. */
function take(box: Box, thing: SignedObject, looked: Looked, reading: Reading): boolean {
  if (!isLetter(thing, reading.roster) || meet(box, thing)) {
    return true;
  }
  if (isCircles(thing)) {
    return false;
  }
  const digest = digestOf(thing.body);
  const opened = looked.get(digest);
  if (opened === null) {
    box.mail.waiting = [...box.mail.waiting, thing.encoded].slice(-WAITING_MAX);
  } else if (opened !== undefined && !box.mail.seen.has(digest)) {
    remember(box, digest, opened);
    read(box, thing, opened, reading);
  }
  return true;
}

function read(box: Box, thing: SignedObject, opened: Opened, reading: Reading): void {
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
function remember({ mail }: Box, digest: string, { key }: Opened): void {
  const prekey = mail.prekeys.find((one) => equal(one.secret, key.secret));
  const seen = new Map([...mail.seen].filter(([, end]) => end === 0 || end > mail.minute));
  seen.set(digest, prekey ? deletedMin(prekey) : 0);
  const forever = [...seen].filter(([, end]) => end === 0);
  for (const [name] of forever.slice(0, Math.max(0, forever.length - SEEN_MAX))) {
    seen.delete(name);
  }
  mail.seen = seen;
}

/** Try again what waits for its sender to be known, if the community's devices changed. */
async function retryWaiting(keeper: Keeper, reading: Reading): Promise<void> {
  if (devicesMark(reading.roster) === keeper.mail.known) {
    return;
  }
  const things = keeper.mail.waiting.map(decodeObject);
  const looked = await lookInto(keeper, things, reading);
  const tried = new Set(things.map((thing) => hex(thing.encoded)));
  const inCircles = await keeper.change((box) => {
    noticeDevices(box, reading.roster);
    box.mail.waiting = box.mail.waiting.filter((one) => !tried.has(hex(one)));
    return things.filter((thing) => !take(box, thing, looked, reading));
  });
  await takeCircles(keeper, inCircles, reading.roster);
}
