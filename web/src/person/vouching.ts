/**
 * The bodies by which keys come to count: certificates, devices, revocations.
 *
 * Pure. Not for: whose word counts; the node says so.
 * Source: docs/spec/kinds.md section 5; docs/spec/trust.md sections 1, 3 and 4.
 */

import { compare, concat, Reader, utf8, Writer } from "../core/bytes";
import { CallerError, PeerError } from "../core/errors";
import {
  FINGERPRINT_BYTES,
  isAcceptable,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  type SigningKey,
  verify,
} from "../core/keys";
import { encodeName } from "../private/names";

/** What an identity is, in the order of the numbers on the wire. */
export const CLASSES = ["person", "organisation", "node"] as const;
export type IdentityClass = (typeof CLASSES)[number];

/** Why a key is revoked, in the order of the numbers on the wire. */
export const REVOCATION_REASONS = [
  "lost",
  "compromised",
  "left",
  "abuse",
  "erased",
  "replaced",
] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

/** Keys of one identity whose last valid number a revocation names: all its devices. */
export const CUTS_MAX = 8;

/** Up to which sequence number, at least 1, what a key signed stays valid. Shapes: `key` 4 bytes. */
export interface Cut {
  readonly key: Uint8Array;
  readonly sequence: number;
}

const DEVICE_DOMAIN = utf8("meshnode device 1\0");

/** Returns the body that vouches for a key. Throws `LimitError` for a name outside its bounds. */
export function certificateBody(kind: IdentityClass, key: Uint8Array, name: string): Uint8Array {
  return concat(Uint8Array.of(CLASSES.indexOf(kind)), acceptable(key), encodeName(name));
}

/** Returns the body that names a device, with the device's own agreement. */
export function deviceBody(
  device: SigningKey,
  identity: Uint8Array,
  community: Uint8Array,
): Uint8Array {
  const agreement = device.sign(concat(DEVICE_DOMAIN, community, acceptable(identity)));
  return concat(device.publicKey, agreement);
}

/** Returns the device's key if the device agreed to sign for the identity; throws `PeerError`. */
export function provenDevice(
  body: Uint8Array,
  identity: Uint8Array,
  community: Uint8Array,
): Uint8Array {
  const reader = new Reader(body);
  const device = reader.take(PUBLIC_KEY_BYTES);
  const agreement = reader.take(SIGNATURE_BYTES);
  reader.finish();
  if (!verify(device, agreement, concat(DEVICE_DOMAIN, community, identity))) {
    throw new PeerError("bad_signature", "the device did not agree to sign for this identity");
  }
  return device;
}

/** Returns the body that takes the trust from a key. Shapes: `subject` is a fingerprint. */
export function revocationBody(
  reason: RevocationReason,
  subject: Uint8Array,
  cuts: readonly Cut[] = [],
): Uint8Array {
  if (subject.length !== FINGERPRINT_BYTES || cuts.length > CUTS_MAX) {
    throw new CallerError("a revocation names a fingerprint and at most 8 cuts");
  }
  const sorted = [...cuts].sort((one, other) => compare(one.key, other.key));
  const writer = new Writer()
    .byte(REVOCATION_REASONS.indexOf(reason))
    .put(subject)
    .byte(sorted.length);
  for (const { key, sequence } of sorted) {
    writer.put(key).varint(sequence);
  }
  return writer.bytes();
}

function acceptable(key: Uint8Array): Uint8Array {
  if (!isAcceptable(key)) {
    throw new CallerError("a public key has no valid form");
  }
  return key;
}
