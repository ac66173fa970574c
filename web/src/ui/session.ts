/**
 * Which node this is, who uses this phone there, and how both came together: what stands behind the
 * signals of `app`.
 *
 * Invariants: the person on the screen is the one of the community that the node serves; nobody's
 * requests are signed for another node than the one that paired them.
 */

import { batch, signal } from "@preact/signals";
import { openClient } from "../node/client";
import type { Status } from "../node/documents/node";
import type { Challenge } from "../node/pairing";
import { type Happening, openStream } from "../node/stream";
import { type Arrival, forgetArrival, keepArrival, takeFragment } from "../person/arrival";
import { type Known, type Pairing, valuesOf, type Whereabouts, whoIsHere } from "../person/people";
import { type KeyValue, openStore, StorageLost } from "../person/store";
import { hearClock } from "../words/now";
import { nodeAddress } from "./address";
import { node, peopleRevision, person, reach, revision } from "./app";
import { go } from "./route";

/** Where this phone is and what it has to do with the node there. */
export interface Session {
  /** What the node says of itself; null before it answered. */
  readonly where: (Whereabouts & { readonly name: string }) | null;
  readonly known: Known | null;
  readonly pairing: Pairing | null;
  /** Other communities' identities are on this phone. */
  readonly hasOthers: boolean;
  /** The node does not know this phone any more. */
  readonly isForgotten: boolean;
  /** What came with the address and was not used yet. */
  readonly arrival: Arrival | null;
  /** The browser keeps nothing, as in a private window. */
  readonly keepsNothing: boolean;
}

export const session = signal<Session>({
  where: null,
  known: null,
  pairing: null,
  hasOthers: false,
  isForgotten: false,
  arrival: null,
  keepsNothing: false,
});

/** Everything that is kept on this phone. */
export const store = openStore();

const ADDRESS = nodeAddress();
const SETTLE_EVERY_MS = 15_000;
/** A burst of objects after a reunion is one change for a screen. */
const GATHER_MS = 400;

/** A client that signs nothing. */
export const plain = openClient(ADDRESS, null, reached);

/** Begins with what this phone knows by itself; the node is asked afterwards (`locate`). */
export async function begin(): Promise<void> {
  const fragment = takeFragment(window);
  node.value = plain;
  try {
    change({ arrival: await keepArrival(store, fragment, Date.now()) });
    await enter(null);
  } catch (error) {
    change({ keepsNothing: error instanceof StorageLost });
  }
  globalThis.addEventListener("hashchange", () => void arriveAgain());
  store.heed((name) => void takeChange(name));
}

/** Asks the node which one it is, and lets the right person use it. */
export async function locate(): Promise<void> {
  try {
    const [{ node: found }, { community, clock }] = await Promise.all([
      plain.get<Challenge>("/challenge"),
      plain.get<Status>("/status"),
    ]);
    hearClock(clock);
    change({ where: { node: found.key, name: found.name, community } });
    await enter({ node: found.key, community });
  } catch {
    // It does not answer, or is too old to pair: the board can be read all the same.
  }
}

/** Kinds of objects that say who is who. */
const OF_PEOPLE: ReadonlySet<string> = new Set([
  "certificate",
  "device",
  "endorsement",
  "prekey",
  "profile",
  "revocation",
  "role",
]);

/**
 * Keeps screens up to date and the outbox moving. Called once. `tellOf` hears of each change, and
 * with `stays` also while nobody looks: a node has places for forty listeners.
 */
export function follow(tellOf: (happening: Happening | null) => void, stays: () => boolean): void {
  let isGathering = false;
  const heard = (happening: Happening | null) => {
    if (happening === null || OF_PEOPLE.has(happening.kind)) {
      peopleRevision.value += 1;
    }
    tellOf(happening);
    if (!isGathering) {
      isGathering = true;
      setTimeout(() => {
        isGathering = false;
        revision.value += 1;
        void person.value?.settle();
      }, GATHER_MS);
    }
  };
  const stream = openStream(ADDRESS, heard);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      stream.goOn();
    } else if (!stays()) {
      stream.pause();
    }
  });
  setInterval(() => void settleNow(), SETTLE_EVERY_MS);
}

let entering: Promise<void> = Promise.resolve();

/** Lets whoever this phone knows here speak, after something about it changed. */
export function enter(at: Whereabouts | null = session.value.where): Promise<void> {
  // One after the other: what was read first must not win over what was read last.
  const entered = entering.then(() => enterNow(at));
  entering = entered.catch(() => {});
  return entered;
}

async function enterNow(at: Whereabouts | null): Promise<void> {
  const { known, pairing, hasOthers } = await whoIsHere(store, at);
  const before = session.value;
  const isSame =
    before.known?.space === known?.space &&
    before.pairing?.key === pairing?.key &&
    before.pairing?.pairedMs === pairing?.pairedMs;
  if (isSame && (person.value !== null) === (known !== null)) {
    change({ known, pairing, hasOthers });
    return;
  }
  const { person: found, client } =
    known === null
      ? { person: null, client: null }
      : await openKnown(valuesOf(store, known.space), pairing);
  // Together, so that no screen asks in the name of somebody through a client that does not sign.
  batch(() => {
    change({ known, pairing, hasOthers, isForgotten: false });
    node.value = client ?? plain;
    person.value = found;
    revision.value += 1;
  });
  void found?.settle();
}

async function openKnown(values: KeyValue, pairing: Pairing | null) {
  const { openSelf } = await import("./self");
  return await openSelf(values, pairing, reached, notKnown);
}

/** Returns what a node's QR code brought along, for pairing; null: nothing, or something else. */
export function openingArrival(): Arrival | null {
  const { arrival } = session.value;
  return arrival?.fragment.startsWith("1.") ? arrival : null;
}

/** Forgets what came with the address. */
export async function useUpArrival(): Promise<void> {
  await forgetArrival(store);
  change({ arrival: null });
}

/** Reads what everybody may, without asking in vain each time for what only a paired phone may. */
function notKnown(): void {
  change({ isForgotten: true });
  node.value = plain;
  person.value?.meet(null);
}

async function settleNow(): Promise<void> {
  const somebody = person.value;
  const isWaiting = somebody?.outgoing.value.some((one) => one.progress === "on_phone") ?? false;
  if (document.visibilityState === "visible" && (isWaiting || !reach.value.isThere)) {
    await (somebody ? somebody.settle() : locate());
  }
}

async function arriveAgain(): Promise<void> {
  const fragment = takeFragment(window);
  if (fragment !== null) {
    change({ arrival: await keepArrival(store, fragment, Date.now()) });
    go("now");
  }
}

async function takeChange(name: string): Promise<void> {
  const { known } = session.value;
  if (name === "people") {
    await enter();
  } else if (known !== null && name.startsWith(`${known.space}/`)) {
    await person.value?.refresh();
  }
}

/** Hears how each request went. */
export function reached(isThere: boolean): void {
  if (isThere !== reach.value.isThere) {
    reach.value = { isThere, sinceMs: Date.now() };
    if (isThere) {
      void (session.value.where === null ? locate() : person.value?.settle());
    }
  }
}

function change(part: Partial<Session>): void {
  session.value = { ...session.value, ...part };
}
