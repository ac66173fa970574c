/**
 * Receiving: what the node holds for this phone, opened once and put where it belongs.
 *
 * Not for: what a letter says (`letters`), circles' messages (`circlereading`), sending. Opening is slow and happens beside the record;
 * what came out of it is taken in at once, page by page. Invariants: nothing that came from outside
 * throws; a body opens once, a numbered text shows once however often it was sealed; what nobody
 * known sealed is not shown, and kept a while, because its sender may become known.
 * Source: docs/spec/private.md sections 4, 5 and 9.
 */

import { hex } from "../core/bytes";
import { PeerError } from "../core/errors";
import { decodeObject, expiresMin, KIND, type SignedObject } from "../core/object";
import type { Carrier } from "./carrier";
import { isCircles, openFound, recogniseAll } from "./circlereading";
import { isOurs, meet } from "./handover";
import { type Reading, read, remember } from "./letters";
import { type Box, type Keeper, makeRoom, noticeDevices, ownKeys } from "./mailbox";
import { digestOf } from "./records";
import { devicesMark, type Roster, sendersOf } from "./roster";
import { type AgreementPair, type Opened, open, recognise } from "./sealed";

/** Objects kept for us by somebody unknown: who knows our key can make as many as a node carries. */
const WAITING_MAX = 64;
/** More than 50,000 objects cannot be on a node. */
const PAGES_MAX = 200;
/** Circles' messages that are opened in one change. */
const CHUNK = 16;

/** What a look at bodies brought, by their digests; null: for us, but by nobody known. */
type Looked = ReadonlyMap<string, Opened | null>;

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
