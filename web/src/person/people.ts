/**
 * Who uses this phone at which node. Usually one person at one node; but one address can be that of
 * several nodes (every access point is 10.42.0.1 to its guests), and of several communities.
 *
 * Invariants: identities of different communities share nothing, no key and no name; a pairing is
 * with one node's key and by one identity's device.
 */

import { LimitError } from "../core/errors";
import type { PairedNode } from "../node/pairing";
import type { KeyValue, Store } from "./store";

const PEOPLE = "people";
/** One identity on this phone; `space` is where its values are. */
export interface Known {
  readonly space: string;
  readonly community: string | null;
}

/** A node at which one of the identities is paired. */
export interface Pairing extends PairedNode {
  readonly space: string;
  readonly pairedMs: number;
}

interface People {
  readonly known: readonly Known[];
  readonly pairings: readonly Pairing[];
  /** Who was here last; shown while no node says where this is. */
  readonly last: string | null;
}

/** What a node says of itself to everybody. */
export interface Whereabouts {
  /** The node's key, in hex. */
  readonly node: string;
  /** The community's id, in hex. */
  readonly community: string;
}

/** Who is here, and whether the node knows this phone. */
export interface Here {
  readonly known: Known | null;
  readonly pairing: Pairing | null;
  /** Identities of other communities are on this phone. */
  readonly hasOthers: boolean;
}

const NONE: People = { known: [], pairings: [], last: null };

/** Returns who is at a node; `at` is null while none answers: then whoever was here last. */
export async function whoIsHere(store: KeyValue, at: Whereabouts | null): Promise<Here> {
  const people = (await store.get<People>(PEOPLE)) ?? NONE;
  const known =
    people.known.find((one) =>
      at === null ? one.space === people.last : one.community === at.community,
    ) ?? null;
  const own = people.pairings.filter((one) => one.space === known?.space);
  const pairing = at === null ? own.at(-1) : own.find((one) => one.key === at.node);
  return {
    known,
    pairing: pairing ?? null,
    hasOthers: people.known.some((one) => one.space !== known?.space),
  };
}

/** Returns the values of one identity. */
export function valuesOf(store: Store, space: string): KeyValue {
  return store.within(`${space}/`);
}

/** Keeps where somebody is. Throws `LimitError` where their community has somebody here already. */
export async function keepKnown(store: KeyValue, known: Known): Promise<void> {
  await changePeople(store, (people) => {
    if (people.known.some((one) => one.community === known.community)) {
      throw new LimitError("Somebody of this community uses this phone.", "has_identity");
    }
    return { ...people, known: [...people.known, known], last: known.space };
  });
}

/** Keeps that a node let an identity in; what was kept of the same node and identity goes. */
export async function keepPairing(
  store: KeyValue,
  space: string,
  node: PairedNode,
  nowMs: number,
): Promise<Pairing> {
  const pairing: Pairing = { ...node, space, pairedMs: nowMs };
  await changePeople(store, (people) => ({
    ...people,
    pairings: [...people.pairings.filter((one) => !isSame(one, pairing)), pairing],
    last: space,
  }));
  return pairing;
}

/** Forgets that a node let an identity in. */
export async function forgetPairing(store: KeyValue, pairing: Pairing): Promise<void> {
  await changePeople(store, (people) => ({
    ...people,
    pairings: people.pairings.filter((one) => !isSame(one, pairing)),
  }));
}

/** Deletes an identity from this phone, with everything that is kept for it. */
export async function erase(store: Store, space: string): Promise<void> {
  await changePeople(store, (people) => ({
    known: people.known.filter((one) => one.space !== space),
    pairings: people.pairings.filter((one) => one.space !== space),
    last: people.last === space ? null : people.last,
  }));
  await store.drop(`${space}/`);
}

/** Keeps a node's new challenge. */
export async function keepChallenge(
  store: KeyValue,
  pairing: Pairing,
  challenge: string,
): Promise<void> {
  await changePeople(store, (people) => ({
    ...people,
    pairings: people.pairings.map((one) => (isSame(one, pairing) ? { ...one, challenge } : one)),
  }));
}

function changePeople(store: KeyValue, f: (people: People) => People): Promise<People> {
  return store.change<People>(PEOPLE, (before = NONE) => f(before));
}

function isSame(one: Pairing, other: Pairing): boolean {
  return one.key === other.key && one.space === other.space;
}
