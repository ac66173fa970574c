/**
 * Whom a phone can write to: the members of its community, their devices and prekeys.
 *
 * Not for: asking the node (`carrier`). Invariants: only devices whose word counts now are listed;
 * a prekey counts only if the device itself signed it, whatever a node says.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { decodePrekey } from "../core/bodies/prekey";
import { concat, equal, fromHex, hex } from "../core/bytes";
import { PeerError } from "../core/errors";
import { agreementOf, isAcceptable, keyId } from "../core/keys";
import { decodeObject, expiresMin, isSignedBy, KIND } from "../core/object";
import { memberId } from "./circle";
import type { Sender } from "./sealed";

/** A device whose word counts, and the objects by which it announced prekeys. */
export interface Device {
  readonly key: string;
  readonly prekeys: readonly Uint8Array[];
}

/** A member of the community who can be written to. */
export interface Contact {
  readonly fingerprint: string;
  readonly name: string;
  /** The name with digits of the fingerprint where somebody else's looks like it. */
  readonly shownName: string;
  readonly devices: readonly Device[];
  /** The node names a device for which it proves nothing; it is not among these. */
  readonly isDoubted?: boolean;
}

/** All members with devices at one minute of the community's time. */
export interface Roster {
  readonly minute: number;
  readonly contacts: readonly Contact[];
  /** Whose each device is. */
  readonly owners: ReadonlyMap<string, Contact>;
  /** Devices by the name that circles have for them. */
  readonly devices: ReadonlyMap<string, string>;
}

/** A prekey that a device announced: what others seal to. */
export interface Offer {
  readonly publicKey: string;
  /** Of the object that announced it: the higher, the newer. */
  readonly sequence: number;
  readonly createdMin: number;
  readonly expiresMin: number;
}

/** Return the roster of these members. */
export function rosterOf(minute: number, contacts: readonly Contact[]): Roster {
  const owners = new Map(
    contacts.flatMap((contact) => contact.devices.map(({ key }) => [key, contact] as const)),
  );
  const devices = new Map([...owners.keys()].map((key) => [hex(memberId(fromHex(key))), key]));
  return { minute, contacts, owners, devices };
}

/** Return the same roster at another minute. */
export function rosterAt(roster: Roster, minute: number): Roster {
  return { ...roster, minute };
}

/** Return the member with this fingerprint. */
export function contactOf(roster: Roster, fingerprint: string): Contact | undefined {
  return roster.contacts.find((one) => one.fingerprint === fingerprint);
}

/** Return a short name for all devices of the community together. */
export function devicesMark(roster: Roster): string {
  const keys = [...roster.owners.keys()].sort();
  return hex(sha256(concat(...keys.map(fromHex))).subarray(0, 8));
}

const sendersKnown = new WeakMap<ReadonlyMap<string, Contact>, readonly Sender[]>();

/** Return everybody's devices with their agreement keys. */
export function sendersOf({ owners }: Roster): readonly Sender[] {
  let senders = sendersKnown.get(owners);
  if (!senders) {
    senders = [...owners.keys()].flatMap(senderOf);
    sendersKnown.set(owners, senders);
  }
  return senders;
}

const offersKnown = new WeakMap<Device, Offer | null>();

/** Return the newest prekey that a device signed, or null. */
export function offerOf(device: Device, community: Uint8Array): Offer | null {
  const known = offersKnown.get(device);
  if (known !== undefined) {
    return known;
  }
  let newest: Offer | null = null;
  for (const encoded of device.prekeys) {
    const offer = offered(encoded, fromHex(device.key), community);
    if (offer !== null && (newest === null || newest.sequence < offer.sequence)) {
      newest = offer;
    }
  }
  offersKnown.set(device, newest);
  return newest;
}

/** Return the agreement key of a device; nothing if its key has no valid form. */
function senderOf(key: string): Sender[] {
  const device = fromHex(key);
  return isAcceptable(device) ? [{ device, agreement: agreementOf(device) }] : [];
}

function offered(encoded: Uint8Array, device: Uint8Array, community: Uint8Array): Offer | null {
  try {
    const thing = decodeObject(encoded);
    const isTheirs = thing.kind === KIND.prekey && equal(thing.author, keyId(device));
    if (!isTheirs || !isSignedBy(thing, device, community)) {
      return null;
    }
    const { publicKey } = decodePrekey(thing);
    return {
      publicKey: hex(publicKey),
      sequence: thing.sequence,
      createdMin: thing.createdMin,
      expiresMin: expiresMin(thing),
    };
  } catch (error) {
    if (error instanceof PeerError) {
      return null;
    }
    throw error;
  }
}
