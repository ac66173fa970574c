/** A community of one steward, for tests of what a phone proves by itself. */

import { encodeCertificate } from "../src/core/bodies/certificate";
import { communityOf } from "../src/core/bodies/charter";
import { encodeDevice } from "../src/core/bodies/device";
import { encodeRevocation } from "../src/core/bodies/revocation";
import { base64url, concat, hex, utf8 } from "../src/core/bytes";
import { fingerprint, type SigningKey, signingKey } from "../src/core/keys";
import { composeObject, EPOCH_MS, KIND, type SignedObject } from "../src/core/object";
import type { Grounds } from "../src/node/documents/papers";
import { Trust } from "../src/person/trust";
import { freshStore } from "./person/memory";

export const MINUTE = 1000;
const YEAR = 15;

/** The charter, and who signs what in the community that it founds. */
export class SmallTown {
  readonly steward = signingKey(new Uint8Array(32).fill(1));
  readonly community: Uint8Array;
  readonly charter: SignedObject;
  #sequence = 0;

  constructor(name = "Nordstadt") {
    const head = Uint8Array.of(0, 1, 1);
    const body = concat(head, this.steward.publicKey, Uint8Array.of(0), utf8(name));
    this.community = communityOf(body);
    this.charter = this.sign(this.steward, KIND.charter, body);
  }

  sign(key: SigningKey, kind: number, body: Uint8Array, codec = 0, lifetimeCode = YEAR) {
    this.#sequence += 1;
    const draft = { kind, body, codec, sequence: this.#sequence, createdMin: MINUTE, lifetimeCode };
    return composeObject(key, this.community, draft);
  }

  certificate(key: SigningKey, name: string): SignedObject {
    const fields = { identityClass: "person", publicKey: key.publicKey, name } as const;
    return this.sign(this.steward, KIND.certificate, encodeCertificate(fields).body);
  }

  device(owner: SigningKey, device: SigningKey): SignedObject {
    const { body } = encodeDevice(device, owner.publicKey, this.community);
    return this.sign(owner, KIND.device, body);
  }

  /** Lets somebody be a coordinator (1), a moderator (2) or an importer (3). */
  role(key: SigningKey, role: number): SignedObject {
    const body = concat(Uint8Array.of(role), fingerprint(key.publicKey));
    return this.sign(this.steward, KIND.role, body);
  }

  revocation(key: SigningKey): SignedObject {
    const subject = fingerprint(key.publicKey);
    const fields = { reason: "lost", subject, cuts: [], role: null } as const;
    return this.sign(this.steward, KIND.revocation, encodeRevocation(fields).body);
  }

  grounds(...objects: readonly SignedObject[]): Grounds {
    const charter = base64url(this.charter.encoded);
    return {
      community: hex(this.community),
      minute: MINUTE,
      digest: "00".repeat(8),
      pinned: charter,
      charter,
      objects: objects.map((one) => base64url(one.encoded)),
    };
  }

  /** Return what a phone knows that was shown these objects. */
  async trust(...objects: readonly SignedObject[]): Promise<Trust> {
    const nowMs = () => EPOCH_MS + MINUTE * 60_000;
    const trust = await Trust.open(freshStore(), hex(this.community), nowMs);
    await trust.take(this.grounds(...objects));
    return trust;
  }
}
