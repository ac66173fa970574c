/**
 * What a phone remembers of its messages: one plain record that IndexedDB takes as it is. Keys, ids,
 * digests and fingerprints are hex digits; secrets and bodies are bytes.
 *
 * Not for: circles (`circlerecords`), or what is done with it (`outbox`, `inbox`, `receipts`).
 * Invariants: a delivery's state only ever rises; nothing inside the record is ever changed, but
 * replaced, so that two versions can share what they have in common.
 * Source: docs/spec/private.md section 9.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "../core/bytes";
import type { Circle, Founded, Wanted } from "./circlerecords";
import type { Prekey } from "./prekey";

const DIGEST_BYTES = 16;
/** That the time went on is written so often, and with everything else. */
const NOTED_MIN = 60;

/** How far a message is known to have come, in rising order. */
export const STATES = [
  "written",
  "refused",
  "on_node",
  "passed_on",
  /** Its time is over and no receipt came; one that comes late still counts. */
  "expired",
  "reached",
  "read",
] as const;
export type State = (typeof STATES)[number];

/** What others are told about what they sent. */
export type ReceiptPolicy = "off" | "reached" | "read";

/**
 * One key that a message was sealed to; `untilMin` is when its secret may be gone. It is null for
 * the device's own key, which is never gone: then there is no forward secrecy.
 */
export interface SealedTo {
  readonly device: string;
  readonly publicKey: string;
  readonly untilMin: number | null;
}

/**
 * One sealing of a message: to which keys, and as which objects it lies on nodes.
 *
 * More than one id only if nodes wrapped the same body twice. `expiresMin` is null until a node has
 * it.
 */
export interface Copy {
  readonly digest: string;
  readonly keys: readonly SealedTo[];
  readonly ids: readonly string[];
  readonly expiresMin: number | null;
}

/** A node that had not got a message when it was heard last. */
export interface Lacking {
  readonly name: string;
  readonly lastContactMin: number;
}

/** Why something was not taken: a word for programs, and a sentence. */
export interface Refusal {
  readonly reason: string | null;
  readonly message: string;
}

/** A message of ours. `conversation` is a fingerprint, or a circle's key. */
export interface Sent {
  readonly id: string;
  readonly conversation: string;
  readonly order: number;
  readonly number: number;
  readonly text: string;
  readonly replyTo: string | null;
  readonly writtenMin: number;
  readonly endMin: number;
  readonly copies: readonly Copy[];
  readonly state: State;
  /** Names of other nodes that said they have it. */
  readonly places: readonly string[];
  readonly lacking: readonly Lacking[];
  readonly refusal: Refusal | null;
}

/** A message of somebody's; without a text it is of a type that this program does not know. */
export interface Received {
  readonly id: string;
  readonly conversation: string;
  readonly order: number;
  readonly device: string;
  readonly number: number | null;
  readonly ids: readonly string[];
  readonly text: string | null;
  readonly replyTo: string | null;
  readonly madeMin: number;
  readonly receivedMin: number;
  readonly isRead: boolean;
}

export type Message = Sent | Received;

/** A receipt that a device has not been sent yet; `thing` is a short id. */
export interface Owed {
  readonly device: string;
  readonly thing: string;
  readonly isRead: boolean;
  readonly untilMin: number;
}

/**
 * A sealed body that no node has yet.
 *
 * `endMin` is when it is of no use any more, `untilMin` when a secret that opens it may be gone;
 * `sent` names the message in it, if it is one.
 */
export interface Parcel {
  readonly digest: string;
  readonly body: Uint8Array;
  readonly endMin: number;
  readonly untilMin: number | null;
  readonly sent: string | null;
}

/** Something that is to be signed and handed to the node: a prekey, a circle's listing. */
export interface Unsigned {
  readonly kind: number;
  readonly body: Uint8Array;
  readonly createdMin: number;
  readonly minutes: number;
}

/** Which numbered texts came from a device: number and hash of each, as they came. */
export type Track = readonly (readonly [number, string])[];

/** Everything about messages on one phone. */
export interface Mail {
  /** The latest minute of the community ever known. */
  minute: number;
  syncedMin: number;
  /** The last sealed object that was looked at. */
  cursor: string | null;
  /** Whether circles' messages are looked at once more, because keys came. */
  rescan: boolean;
  nextOrder: number;
  receipts: ReceiptPolicy;
  prekeys: readonly Prekey[];
  unsigned: readonly Unsigned[];
  /** Signed and not on a node yet. */
  objects: readonly Uint8Array[];
  parcels: readonly Parcel[];
  sent: ReadonlyMap<string, Sent>;
  received: ReadonlyMap<string, Received>;
  names: ReadonlyMap<string, string>;
  /** How many messages of a conversation made room for others. */
  removed: ReadonlyMap<string, number>;
  numbers: ReadonlyMap<string, number>;
  tracks: ReadonlyMap<string, Track>;
  /** Digests of opened bodies and when each is forgotten; 0: when there are too many. */
  seen: ReadonlyMap<string, number>;
  owed: readonly Owed[];
  /** Objects for us by somebody whom the community does not know yet. */
  waiting: readonly Uint8Array[];
  /** Digest of all devices at the last look: if it changes, what waits is tried again. */
  known: string;
  blocked: readonly string[];
  circles: ReadonlyMap<string, Circle>;
  founded: ReadonlyMap<string, Founded>;
  wanted: readonly Wanted[];
  /** Whether the owner was told once who cannot read this, and on whom it depends. */
  isTold: boolean;
}

/** What a phone remembers before its first message. */
export const NO_MAIL: Readonly<Mail> = {
  minute: 0,
  syncedMin: 0,
  cursor: null,
  rescan: false,
  nextOrder: 0,
  receipts: "reached",
  prekeys: [],
  unsigned: [],
  objects: [],
  parcels: [],
  sent: new Map(),
  received: new Map(),
  names: new Map(),
  removed: new Map(),
  numbers: new Map(),
  tracks: new Map(),
  seen: new Map(),
  owed: [],
  waiting: [],
  known: "",
  blocked: [],
  circles: new Map(),
  founded: new Map(),
  wanted: [],
  isTold: false,
};

/** Return a record as this version of the app has it, whatever version wrote it. */
export function withAllFields(mail: Readonly<Mail> | undefined): Readonly<Mail> {
  return { ...NO_MAIL, ...mail };
}

/** Return whether more than the time changed, or the time by much. */
export function isWorthKeeping(before: Readonly<Mail>, after: Readonly<Mail>): boolean {
  const names = Object.keys(after) as (keyof Mail)[];
  return names.some((name) =>
    name === "minute" || name === "syncedMin"
      ? after[name] - before[name] >= NOTED_MIN
      : after[name] !== before[name],
  );
}

/** Return whether a message is ours. */
export function isSent(message: Message): message is Sent {
  return "copies" in message;
}

/** Return all objects that carry a message. */
export function idsOf(message: Message): readonly string[] {
  return isSent(message) ? message.copies.flatMap((copy) => copy.ids) : message.ids;
}

/** Return whether a state is at least as far as another. */
export function isAtLeast(state: State, other: State): boolean {
  return STATES.indexOf(state) >= STATES.indexOf(other);
}

/** Return whether nothing more is done for a message. */
export function isSettled(sent: Sent): boolean {
  return isAtLeast(sent.state, "expired");
}

/** Return whether a copy lay on nodes and is gone from there. */
export function isOver(copy: Copy, minute: number): boolean {
  return copy.expiresMin !== null && minute >= copy.expiresMin;
}

/** Return the name of a sealed body. */
export function digestOf(body: Uint8Array): string {
  return hex(sha256(body).subarray(0, DIGEST_BYTES));
}

/** Return a map with one entry set. */
export function withEntry<T>(
  map: ReadonlyMap<string, T>,
  name: string,
  value: T,
): ReadonlyMap<string, T> {
  return new Map(map).set(name, value);
}

/** Return a map without one entry; the same map if it has none. */
export function withoutEntry<T>(map: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  if (!map.has(name)) {
    return map;
  }
  const left = new Map(map);
  left.delete(name);
  return left;
}
