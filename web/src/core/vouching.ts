/**
 * Who signed an object, by what vouches for that: from the stewards down to the key.
 *
 * For: a phone that does not take a node's word for a name. Not for: who was revoked since (a node
 * that hides a revocation cannot be caught by what it shows), nor what an author may say. Invariant:
 * every link is a signature that was checked here; the stewards are given, nothing else is.
 * Source: docs/spec/trust.md sections 1 to 3, docs/spec/kinds.md sections 2 and 5.
 */

import { concat, equal, fromUtf8, hex, Reader, utf8 } from "./bytes";
import { PeerError } from "./errors";
import { fingerprint, keyId, PUBLIC_KEY_BYTES, SIGNATURE_BYTES, verify } from "./keys";
import { decodeObject, isSignedBy, KIND, type SignedObject, shortId } from "./object";

/** What a phone believes without proof: the community's id and its stewards' own keys. */
export interface Anchor {
  readonly community: Uint8Array;
  readonly stewards: readonly { readonly key: Uint8Array; readonly name: string | null }[];
}

/** Somebody who belongs, as the papers prove it. */
export interface Vouched {
  readonly key: Uint8Array;
  readonly name: string | null;
  readonly voucher: "steward" | "certificate" | "members";
}

export type Outcome =
  | { readonly isProven: true; readonly author: Vouched; readonly thing: SignedObject }
  | { readonly isProven: false; readonly reason: "damaged" | "bad_signature" | "stranger" };

/** A key that may sign: an identity's own, or a device's. `isFull`: its word counts for others. */
interface Signer {
  readonly key: Uint8Array;
  readonly identity: Vouched;
  readonly isFull: boolean;
}

interface Invitation {
  readonly id: Uint8Array;
  readonly key: Uint8Array;
  readonly isBySteward: boolean;
  readonly byMember: string;
}

const CLASS_PERSON = 0;
const CLASS_NODE = 2;
const DEVICE_DOMAIN = utf8("meshnode device 1\0");
/** So many of the members' words make somebody a member. */
const WORDS_NEEDED = 2;
/** More papers than a node gathers for one object are not read (`VOUCHERS_MAX` in Python). */
const VOUCHERS_MAX = 24;

/**
 * Return who signed `encoded`, if `vouchers` prove it; they stand deepest first.
 *
 * Never throws for what the bytes hold: bytes that are no object are "damaged".
 */
export function whoSigned(
  encoded: Uint8Array,
  vouchers: readonly Uint8Array[],
  anchor: Anchor,
): Outcome {
  try {
    const thing = decodeObject(encoded);
    const chain = new Chain(anchor);
    for (const voucher of vouchers.slice(0, VOUCHERS_MAX)) {
      chain.take(decodeObject(voucher));
    }
    return chain.authorOf(thing);
  } catch (error) {
    if (error instanceof PeerError) {
      return { isProven: false, reason: "damaged" };
    }
    throw error;
  }
}

/** What is proven so far; grows with each voucher. */
class Chain {
  readonly #anchor: Anchor;
  readonly #signers: Signer[];
  readonly #invitations: Invitation[] = [];
  readonly #words = new Map<string, Set<string>>();

  constructor(anchor: Anchor) {
    this.#anchor = anchor;
    this.#signers = anchor.stewards.map(({ key, name }) => ({
      key,
      identity: { key, name, voucher: "steward" },
      isFull: true,
    }));
  }

  authorOf(thing: SignedObject): Outcome {
    const candidates = this.#signers.filter((one) => equal(keyId(one.key), thing.author));
    if (candidates.length === 0) {
      return { isProven: false, reason: "stranger" };
    }
    const signer = candidates.find((one) => isSignedBy(thing, one.key, this.#anchor.community));
    return signer === undefined
      ? { isProven: false, reason: "bad_signature" }
      : { isProven: true, author: signer.identity, thing };
  }

  take(voucher: SignedObject): void {
    if (voucher.kind === KIND.device) {
      this.#takeDevice(voucher);
    } else if (voucher.kind === KIND.certificate) {
      this.#takeCertificate(voucher);
    } else if (voucher.kind === KIND.invitation) {
      this.#takeInvitation(voucher);
    }
  }

  #takeDevice(voucher: SignedObject): void {
    const reader = new Reader(voucher.body);
    const key = reader.take(PUBLIC_KEY_BYTES);
    const agreement = reader.take(SIGNATURE_BYTES);
    reader.finish();
    const owner = this.#signerOf(voucher);
    if (owner === undefined || !equal(owner.key, owner.identity.key)) {
      return;
    }
    const agreed = concat(DEVICE_DOMAIN, this.#anchor.community, owner.key);
    if (verify(key, agreement, agreed)) {
      this.#signers.push({ ...owner, key });
    }
  }

  #takeInvitation(voucher: SignedObject): void {
    const signer = this.#signerOf(voucher);
    if (signer?.isFull) {
      this.#invitations.push({
        id: shortId(voucher),
        key: new Reader(voucher.body).take(PUBLIC_KEY_BYTES),
        isBySteward: signer.identity.voucher === "steward",
        byMember: hex(signer.identity.key),
      });
    }
  }

  #takeCertificate(voucher: SignedObject): void {
    const { identityClass, key, name } = certificate(voucher);
    const word = this.#wordFor(voucher);
    if (word === null) {
      return;
    }
    const identity = { key, name } as const;
    if (word.isBySteward) {
      // Nodes belong, and speak for nobody.
      this.#admit({ ...identity, voucher: "certificate" }, identityClass !== CLASS_NODE);
      return;
    }
    const subject = hex(fingerprint(key));
    const words = this.#words.get(subject) ?? new Set<string>();
    this.#words.set(subject, words.add(word.byMember));
    if (identityClass === CLASS_PERSON && words.size >= WORDS_NEEDED) {
      this.#admit({ ...identity, voucher: "members" }, false);
    }
  }

  /** Return whose word a certificate is: a steward's, an invitation's, or a full member's. */
  #wordFor(voucher: SignedObject): { isBySteward: boolean; byMember: string } | null {
    const { parent } = voucher;
    if (parent !== null) {
      const invitation = this.#invitations.find(
        (one) =>
          equal(one.id, parent) &&
          equal(keyId(one.key), voucher.author) &&
          isSignedBy(voucher, one.key, this.#anchor.community),
      );
      return invitation ?? null;
    }
    const signer = this.#signerOf(voucher);
    if (!signer?.isFull) {
      return null;
    }
    const { identity } = signer;
    return { isBySteward: identity.voucher === "steward", byMember: hex(identity.key) };
  }

  #admit(identity: Vouched, isFull: boolean): void {
    if (!this.#signers.some((one) => equal(one.key, identity.key))) {
      this.#signers.push({ key: identity.key, identity, isFull });
    }
  }

  #signerOf(voucher: SignedObject): Signer | undefined {
    return this.#signers.find(
      (one) =>
        equal(keyId(one.key), voucher.author) &&
        isSignedBy(voucher, one.key, this.#anchor.community),
    );
  }
}

function certificate(voucher: SignedObject): {
  identityClass: number;
  key: Uint8Array;
  name: string;
} {
  const reader = new Reader(voucher.body);
  const identityClass = reader.byte();
  return { identityClass, key: reader.take(PUBLIC_KEY_BYTES), name: fromUtf8(reader.rest()) };
}
