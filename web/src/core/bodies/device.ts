/**
 * Devices: an identity's own key names a key that signs for it, and that key agrees.
 *
 * Source: docs/spec/trust.md section 1, docs/spec/kinds.md section 5.
 */

import { concat, Reader, utf8 } from "../bytes";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES, type SigningKey, verify } from "../keys";
import { type Body, type Carried, encodeKey, plainBody, readKey, requirePlain } from "./body";

const DOMAIN = utf8("meshnode device 1\0");

/** Return the body: the device's key, and its signature over whose device it is. */
export function encodeDevice(
  device: SigningKey,
  identity: Uint8Array,
  community: Uint8Array,
): Body {
  const agreement = device.sign(concat(DOMAIN, community, encodeKey(identity)));
  return plainBody(device.publicKey, agreement);
}

/** Return the device's key, or throw `PeerError`; whether it agrees is for `isProven` to say. */
export function decodeDevice(thing: Carried | Body): Uint8Array {
  requirePlain(thing.codec, "a device");
  const reader = new Reader(thing.body);
  const publicKey = readKey(reader);
  reader.take(SIGNATURE_BYTES);
  reader.finish();
  return publicKey;
}

/** Return whether the device that a decoded body names agrees to sign for the identity. */
export function isProven(
  thing: Carried | Body,
  identity: Uint8Array,
  community: Uint8Array,
): boolean {
  const device = thing.body.subarray(0, PUBLIC_KEY_BYTES);
  const agreement = thing.body.subarray(PUBLIC_KEY_BYTES);
  return verify(device, agreement, concat(DOMAIN, community, identity));
}
