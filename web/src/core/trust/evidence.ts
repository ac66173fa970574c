/**
 * Evidence: what was said about who is who, decoded once, and which keys sign for whom.
 *
 * Not for: whose word counts (`charters`, `membership`). Invariants: the same objects in any order
 * are the same evidence; what cannot be read is no evidence. Keys, ids and fingerprints are in hex,
 * so that they can be compared and looked up. meshnode/board/trust/evidence.py does the same.
 */

import { type CertificateFields, decodeCertificate } from "../bodies/certificate";
import { type CharterFields, decodeCharter } from "../bodies/charter";
import { decodeDevice, isProven } from "../bodies/device";
import { decodeInvitation, type InvitationFields } from "../bodies/invitation";
import { decodeRevocation, type RevocationFields } from "../bodies/revocation";
import { decodeRole, type RoleFields } from "../bodies/role";
import { concat, fromHex, hex, Reader } from "../bytes";
import { PeerError } from "../errors";
import { fingerprint, keyId } from "../keys";
import { isSignedBy, KIND, OBJECT_ID_BYTES, SHORT_ID_BYTES, type SignedObject } from "../object";

/** Above every sequence number: a key that nothing cuts. */
export const UNLIMITED = 2 ** 40;
/** Devices of one identity; those announced first count. */
const DEVICES_MAX = 8;

/** What stays of a revoked identity's acts: for each key id the last number that counts. */
export type Cuts = ReadonlyMap<string, number>;

/** An object with the names by which it is looked up, and what its body says. */
export interface Said<Fields> {
  readonly thing: SignedObject;
  readonly id: string;
  readonly author: string;
  readonly fields: Fields;
}

/** A key that signs for an identity, up to and with the sequence number `last`. */
export interface OwnKey {
  readonly key: string;
  readonly last: number;
  readonly isDevice: boolean;
}

export type IsAct = (said: Said<unknown>) => boolean;

/** What checks signatures; keys in hex. */
export interface Checks {
  /** Returns whether a key signed an object. */
  isSigned(thing: SignedObject, key: string): boolean;
  /** Returns whether the device that an object names agrees to sign for an identity. */
  isAgreed(thing: SignedObject, identity: string): boolean;
}

/**
 * Returns what checks signatures for a community, each once. `known` are those that were right;
 * `before` is called before each that takes time, and may throw to go on later.
 */
export function checksFor(
  community: Uint8Array,
  known: Set<string> = new Set(),
  before: () => void = () => {},
): Checks {
  const wrong = new Set<string>();
  function once(name: string, check: () => boolean): boolean {
    if (!known.has(name) && !wrong.has(name)) {
      before();
      (check() ? known : wrong).add(name);
    }
    return known.has(name);
  }
  return {
    isSigned: (thing, key) =>
      once(key + hex(thing.id), () => isSignedBy(thing, fromHex(key), community)),
    isAgreed: (thing, identity) =>
      once(`${identity}${hex(thing.id)}d`, () => isProven(thing, fromHex(identity), community)),
  };
}

/** Returns by which four bytes objects name a key; both in hex. */
export function idOf(key: string): string {
  return hex(keyId(fromHex(key)));
}

/** Returns the fingerprint of a key; both in hex. */
export function printOf(key: string): string {
  return hex(fingerprint(fromHex(key)));
}

/** What was said about who is who in one community. */
export class Evidence {
  readonly community: Uint8Array;
  readonly checks: Checks;
  /** Whoever reads the evidence notes here what is by somebody who may say it. */
  readonly recognised = new Set<string>();
  readonly charters: readonly Said<CharterFields>[];
  readonly certificates: readonly Said<CertificateFields>[];
  readonly invitations: readonly Said<InvitationFields>[];
  readonly roles: readonly Said<RoleFields>[];
  readonly revocations: readonly Said<RevocationFields>[];
  readonly #endorsements: ReadonlyMap<string, readonly Said<string>[]>;
  readonly #devices: ReadonlyMap<string, readonly Said<Uint8Array>[]>;
  readonly #revoking: ReadonlyMap<string, readonly Said<RevocationFields>[]>;

  constructor(community: Uint8Array, objects: Iterable<SignedObject>, checks: Checks) {
    this.community = community;
    this.checks = checks;
    const unique = new Map([...objects].map((thing) => [hex(thing.id), thing] as const));
    const sorted = [...unique]
      .map(([id, thing]) => ({ id, thing, author: hex(thing.author) }))
      .sort((one, other) => one.thing.createdMin - other.thing.createdMin || order(one, other));
    const read = <Fields>(kind: number, decode: (thing: SignedObject) => Fields) =>
      sorted.filter(({ thing }) => thing.kind === kind).flatMap((one) => readable(one, decode));
    this.charters = read(KIND.charter, decodeCharter);
    this.certificates = read(KIND.certificate, decodeCertificate);
    this.invitations = read(KIND.invitation, decodeInvitation);
    this.roles = read(KIND.role, decodeRole);
    this.revocations = read(KIND.revocation, decodeRevocation);
    this.#endorsements = grouped(read(KIND.endorsement, decodeEndorsement), (one) => one.fields);
    const devices = read(KIND.device, decodeDevice);
    devices.sort((one, other) => one.thing.sequence - other.thing.sequence);
    this.#devices = grouped(devices, (one) => one.author);
    this.#revoking = grouped(
      this.revocations.filter((one) => one.fields.role === null),
      (one) => hex(one.fields.subject),
    );
  }

  /** Returns the endorsements that name a charter. */
  endorsementsOf(charter: string): readonly Said<string>[] {
    return this.#endorsements.get(charter) ?? [];
  }

  /** Returns what would revoke somebody, if by the right one. */
  revoking(subject: string): readonly Said<RevocationFields>[] {
    return this.#revoking.get(subject) ?? [];
  }

  /** Returns whether a key signed an object. */
  isBy(said: Said<unknown>, key: string): boolean {
    return said.author === idOf(key) && this.checks.isSigned(said.thing, key);
  }

  /**
   * Returns the keys that sign for an identity: its own, then its devices. `cuts` is null for an
   * identity in good standing; its devices are revoked by its own key, or by what `mayRevoke` says.
   */
  keysOf(identity: string, cuts: Cuts | null, mayRevoke: IsAct | null): readonly OwnKey[] {
    const own = idOf(identity);
    const ownLast = cuts === null ? UNLIMITED : (cuts.get(own) ?? 0);
    const keys: OwnKey[] = [{ key: identity, last: ownLast, isDevice: false }];
    const seen = new Set<string>();
    for (const said of this.#devices.get(own) ?? []) {
      const { isSigned, isAgreed } = this.checks;
      if (!isSigned(said.thing, identity) || !isAgreed(said.thing, identity)) {
        continue;
      }
      this.recognised.add(said.id);
      const key = hex(said.fields);
      if (seen.has(key) || seen.size === DEVICES_MAX) {
        continue;
      }
      seen.add(key);
      const name = idOf(key);
      const kept = cuts === null ? UNLIMITED : (cuts.get(name) ?? 0);
      const left = this.#leftOfDevice(identity, ownLast, key, mayRevoke);
      const last = Math.min(kept, ...left.map((one) => one.get(name) ?? 0));
      keys.push({ key, last, isDevice: true });
    }
    return keys;
  }

  #leftOfDevice(identity: string, ownLast: number, device: string, mayRevoke: IsAct | null) {
    return this.revoking(printOf(device)).flatMap((said) => {
      const isOwn = said.thing.sequence <= ownLast && this.isBy(said, identity);
      if (!isOwn && !mayRevoke?.(said)) {
        return [];
      }
      this.recognised.add(said.id);
      return [cutsOf(said.fields)];
    });
  }
}

/** Returns what a revocation leaves valid. */
export function cutsOf(fields: RevocationFields): Cuts {
  return new Map(fields.cuts.map(({ key, sequence }) => [hex(key), sequence]));
}

/** Returns what every one of several revocations leaves valid. */
export function least(some: readonly Cuts[]): Cuts {
  const [first = new Map<string, number>(), ...others] = some;
  const common = [...first.keys()].filter((key) => others.every((one) => one.has(key)));
  return new Map(
    common.map((key) => [key, Math.min(...some.map((one) => one.get(key) as number))]),
  );
}

/** Puts something to what a key has already. */
export function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

/** Returns -1, 0 or 1 as ids come before each other. */
export function order(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

function readable<Fields>(
  one: Omit<Said<Fields>, "fields">,
  decode: (thing: SignedObject) => Fields,
): Said<Fields>[] {
  try {
    return [{ ...one, fields: decode(one.thing) }];
  } catch (error) {
    if (error instanceof PeerError) {
      return [];
    }
    throw error;
  }
}

function decodeEndorsement({ codec, body, parent }: SignedObject): string {
  const reader = new Reader(body);
  const rest = reader.take(OBJECT_ID_BYTES - SHORT_ID_BYTES);
  reader.finish();
  if (codec !== 0 || parent === null) {
    throw new PeerError("missing_parent", "an endorsement names no object");
  }
  return hex(concat(parent, rest));
}

function grouped<T>(
  some: readonly T[],
  key: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of some) {
    put(groups, key(one), one);
  }
  return groups;
}
