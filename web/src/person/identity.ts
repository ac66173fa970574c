/**
 * An identity on this phone: its keys, and signing with them.
 *
 * Not for: what is signed, or when it leaves (`outbox`). Invariants: a sequence number is saved
 * before what carries it is returned; secrets are in no message and no log; whoever took the
 * identity key off this phone signs with the device's key alone.
 * Source: docs/spec/trust.md section 1; meshnode/person/identity.py does the same.
 */

import type { IdentityClass } from "../core/bodies/certificate";
import { encodeDevice } from "../core/bodies/device";
import { encodeName } from "../core/bodies/names";
import { fromHex, hex } from "../core/bytes";
import { LimitError } from "../core/errors";
import { fingerprint, type SigningKey, signingKey } from "../core/keys";
import {
  composeObject,
  type Draft,
  decodeObject,
  expiresMin,
  KIND,
  LIFETIME_MINUTES,
  lifetimeCodeFor,
  type SignedObject,
} from "../core/object";
import type { KeyValue } from "./store";

const FORMAT = 1;
const FIELDS = "identity";
/** How long certificates, devices and revocations last. */
export const YEAR_MINUTES = LIFETIME_MINUTES.at(-1) as number;
/** A device is announced anew this long before its year is over. */
const RENEWAL_MINUTES = 60 * 1440;

/** What is kept of an identity; bytes in hex. */
export interface IdentityFields {
  readonly format: typeof FORMAT;
  readonly name: string;
  readonly class: IdentityClass;
  readonly community: string | null;
  readonly identity: string;
  readonly paper: string | null;
  readonly paperSequence: number;
  readonly device: string;
  readonly deviceSequence: number;
  readonly announcement: string | null;
  /** Whether the recovery sheet was written down, as far as its owner could show. */
  readonly isWrittenDown: boolean;
}

/** What is to be signed, but for what the identity knows itself. */
export interface Content {
  readonly kind: number;
  readonly body: Uint8Array;
  readonly minute: number;
  readonly minutes: number;
  readonly codec?: number | undefined;
  readonly parent?: Uint8Array | undefined;
  /** The highest sequence number that others hold of the key. */
  readonly above?: number | undefined;
}

/** Returns that many random bytes, which nobody can guess. */
export type Entropy = (length: number) => Uint8Array;

/** Returns bytes of the browser's randomness, which insecure contexts have too. */
export function entropy(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Returns what is kept of a new identity. Throws `LimitError` for a name outside its bounds. */
export async function newFields(name: string, random: Entropy): Promise<IdentityFields> {
  encodeName(name);
  const { identityKey, PAPER_BYTES } = await import("../core/paper");
  const paper = random(PAPER_BYTES);
  const fields = deviceFields({ name, key: identityKey(paper).publicKey }, null, random);
  return { ...fields, paper: hex(paper) };
}

/** Returns what is kept of somebody's further device, on which the identity key is not. */
export function deviceFields(
  owner: { readonly name: string; readonly key: Uint8Array; readonly class?: IdentityClass },
  community: string | null,
  random: Entropy,
): IdentityFields {
  return {
    format: FORMAT,
    name: owner.name,
    class: owner.class ?? "person",
    community,
    identity: hex(owner.key),
    paper: null,
    paperSequence: 0,
    device: hex(random(32)),
    deviceSequence: 0,
    announcement: null,
    isWrittenDown: false,
  };
}

/** Returns what is kept of a phone whose owner is not known yet: it stands for itself. */
export function provisionalFields(name: string, random: Entropy): IdentityFields {
  const device = random(32);
  const key = signingKey(device).publicKey;
  return { ...deviceFields({ name, key }, null, random), device: hex(device) };
}

/** An identity whose keys are at hand. */
export class Identity {
  readonly #values: KeyValue;
  #fields: IdentityFields;
  readonly device: SigningKey;

  private constructor(values: KeyValue, fields: IdentityFields) {
    this.#values = values;
    this.#fields = fields;
    this.device = signingKey(fromHex(fields.device));
  }

  /** Returns the identity that is kept there, or null. */
  static async open(values: KeyValue): Promise<Identity | null> {
    const fields = await values.get<IdentityFields>(FIELDS);
    return fields === undefined ? null : new Identity(values, fields);
  }

  /** Keeps a new identity where none is yet. */
  static async create(values: KeyValue, fields: IdentityFields): Promise<Identity> {
    const kept = await values.change<IdentityFields>(FIELDS, (before) => {
      if (before !== undefined) {
        throw new LimitError("Somebody uses this phone already.", "has_identity");
      }
      return fields;
    });
    return new Identity(values, kept);
  }

  get name(): string {
    return this.#fields.name;
  }

  get class(): IdentityClass {
    return this.#fields.class;
  }

  /** The identity's key: what others certify, and what paper restores. */
  get publicKey(): Uint8Array {
    return fromHex(this.#fields.identity);
  }

  /** 32 hex digits by which grants name it and people compare it. */
  get fingerprint(): string {
    return hex(fingerprint(this.publicKey));
  }

  /** The community for which it signs, in hex; null before it has met one. */
  get community(): string | null {
    return this.#fields.community;
  }

  /** The secret on the recovery sheet, or null where it is on paper only. */
  get paper(): Uint8Array | null {
    return this.#fields.paper === null ? null : fromHex(this.#fields.paper);
  }

  get isWrittenDown(): boolean {
    return this.#fields.isWrittenDown;
  }

  /** What was announced of this device last. */
  get announcement(): SignedObject | null {
    const { announcement } = this.#fields;
    return announcement === null ? null : decodeObject(fromHex(announcement));
  }

  /** Takes what another tab changed. */
  async refresh(): Promise<void> {
    this.#fields = (await this.#values.get<IdentityFields>(FIELDS)) ?? this.#fields;
  }

  /** Goes under another name from now on, as the community knows it. */
  async rename(name: string): Promise<void> {
    await this.#change((fields) => ({ ...fields, name }));
  }

  /** Becomes a device of somebody who was not known when its keys were made. */
  async adopt(owner: { name: string; key: Uint8Array; class: IdentityClass }): Promise<void> {
    await this.#change((fields) => {
      if (fields.announcement !== null || fields.paper !== null || fields.deviceSequence > 0) {
        throw new LimitError("This phone signs for somebody already.", "has_identity");
      }
      return { ...fields, name: owner.name, identity: hex(owner.key), class: owner.class };
    });
  }

  /** Signs for a community from now on. Throws `LimitError` if it signs for another one. */
  async belongTo(community: string): Promise<void> {
    await this.#change((fields) => {
      if (fields.community !== null && fields.community !== community) {
        throw new LimitError("This identity belongs to another community.", "other_community");
      }
      return { ...fields, community };
    });
  }

  /** Takes note that the sheet was written down. */
  async noteWrittenDown(): Promise<void> {
    await this.#change((fields) => ({ ...fields, isWrittenDown: true }));
  }

  /** Takes the secret of the sheet off this phone. Throws `LimitError` while it is needed here. */
  async forgetPaper(): Promise<void> {
    await this.#change((fields) => {
      if (fields.announcement === null || !fields.isWrittenDown) {
        throw new LimitError("Only the identity key can let this phone sign.", "paper_needed");
      }
      return { ...fields, paper: null };
    });
  }

  /** Returns an object signed by this device; its sequence number is saved. */
  async sign(content: Content): Promise<SignedObject> {
    const community = this.#requireCommunity();
    const draft = drafted(content);
    const { deviceSequence } = await this.#change((fields) => ({
      ...fields,
      deviceSequence: Math.max(fields.deviceSequence, content.above ?? 0) + 1,
    }));
    return composeObject(this.device, community, { ...draft, sequence: deviceSequence });
  }

  /**
   * Returns an object signed by the identity key itself, from this phone or from `paper`.
   *
   * The number is at least the minute: whoever restores an identity on another phone knows no
   * earlier one, and must not use it again. Throws `LimitError` where the key is not at hand.
   */
  async signByPaper(content: Content, paper: Uint8Array | null = null): Promise<SignedObject> {
    const secret = paper ?? this.paper;
    if (secret === null) {
      throw new LimitError("This needs the recovery sheet.", "no_paper");
    }
    const { identityKey } = await import("../core/paper");
    const key = identityKey(secret);
    if (hex(key.publicKey) !== this.#fields.identity) {
      throw new LimitError("This recovery sheet belongs to another identity.", "other_paper");
    }
    const community = this.#requireCommunity();
    const draft = drafted(content);
    const { paperSequence } = await this.#change((fields) => ({
      ...fields,
      paperSequence: Math.max(fields.paperSequence + 1, (content.above ?? 0) + 1, content.minute),
    }));
    return composeObject(key, community, { ...draft, sequence: paperSequence });
  }

  /** Returns what makes this device's key sign for the identity, for a year; it is kept. */
  async announceDevice(
    minute: number,
    paper: Uint8Array | null = null,
    above = 0,
  ): Promise<SignedObject> {
    const { body } = encodeDevice(this.device, this.publicKey, this.#requireCommunity());
    const content = { kind: KIND.device, body, minute, minutes: YEAR_MINUTES, above };
    const device = await this.signByPaper(content, paper);
    await this.#change((fields) => ({ ...fields, announcement: hex(device.encoded) }));
    return device;
  }

  /** Keeps what makes this device sign, as another device of the identity signed it. */
  async keepAnnouncement(device: SignedObject): Promise<void> {
    await this.#change((fields) => ({ ...fields, announcement: hex(device.encoded) }));
  }

  /** Returns whether the announcement of this device is missing or ends soon. */
  needsAnnouncement(minute: number): boolean {
    const known = this.announcement;
    return known === null || expiresMin(known) - minute < RENEWAL_MINUTES;
  }

  #requireCommunity(): Uint8Array {
    if (this.#fields.community === null) {
      throw new LimitError("This identity belongs to no community yet.", "no_community");
    }
    return fromHex(this.#fields.community);
  }

  async #change(f: (fields: IdentityFields) => IdentityFields): Promise<IdentityFields> {
    this.#fields = await this.#values.change<IdentityFields>(FIELDS, (before) => {
      if (before === undefined) {
        // Another tab erased it: nothing may be signed any more.
        throw new LimitError("This identity was erased on this phone.", "erased");
      }
      return f(before);
    });
    return this.#fields;
  }
}

function drafted(content: Content): Omit<Draft, "sequence"> {
  return {
    kind: content.kind,
    body: content.body,
    codec: content.codec ?? 0,
    parent: content.parent ?? null,
    createdMin: content.minute,
    lifetimeCode: lifetimeCodeFor(content.minutes),
  };
}
