/**
 * Identities: Ed25519 keys, their short ids, the one rule for which signatures count, and the
 * X25519 keys that belong to them.
 *
 * The rule is stricter than RFC 8032: the public key is in canonical form and not of small order.
 * Source: docs/spec/object.md section 3, docs/spec/private.md section 1.
 */

import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { concat, equal } from "./bytes";
import { CallerError, PeerError } from "./errors";

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const KEY_ID_BYTES = 4;
export const FINGERPRINT_BYTES = 16;
export const COMMUNITY_ID_BYTES = 16;
export const AGREEMENT_KEY_BYTES = 32;

const { Point } = ed25519;
const field = Point.Fp;
const FIELD_PRIME = field.ORDER;
const ORDER = Point.Fn.ORDER;
const SIGN_BIT = 1n << 255n;

/** The y coordinates of the eight points whose order divides 8. */
const SMALL_ORDER_Y: readonly bigint[] = [
  0n,
  1n,
  FIELD_PRIME - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
];

/** The u coordinates of the points of small order: whatever meets them, all know the result. */
const SMALL_ORDER_U: readonly bigint[] = [
  0n,
  1n,
  FIELD_PRIME - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];

/** The secret half of an identity. Its seed is not among its fields, so that nothing prints it. */
export interface SigningKey {
  readonly publicKey: Uint8Array;
  /** Four bytes by which objects name their author. */
  readonly id: Uint8Array;
  /** Return the 64-byte signature over `message`. */
  sign(message: Uint8Array): Uint8Array;
  /** Return the secret of the X25519 key that belongs to this key. */
  agreementSecret(): Uint8Array;
  /** Return HMAC-SHA256 of `message` under the seed: what this key's holder alone can compute. */
  mac(message: Uint8Array): Uint8Array;
}

/** Return the key that a seed of 32 bytes makes. */
export function signingKey(seed: Uint8Array): SigningKey {
  if (seed.length !== PUBLIC_KEY_BYTES) {
    throw new CallerError(`a key seed is 32 bytes, not ${seed.length}`);
  }
  const secret = seed.slice();
  const publicKey = ed25519.getPublicKey(secret);
  return {
    publicKey,
    id: keyId(publicKey),
    sign: (message) => ed25519.sign(message, secret),
    agreementSecret: () => agreementSecret(secret),
    mac: (message) => hmac(sha256, secret, message),
  };
}

/** Return the sixteen bytes by which grants name an identity, and people compare it. */
export function fingerprint(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).slice(0, FINGERPRINT_BYTES);
}

/** Return the four bytes by which objects name their author. Not unique: verify with the key. */
export function keyId(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).slice(0, KEY_ID_BYTES);
}

/** Return whether `publicKey` is 32 bytes, canonical and not of small order. */
export function isAcceptable(publicKey: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    return false;
  }
  const y = yOf(publicKey);
  return y < FIELD_PRIME && !SMALL_ORDER_Y.includes(y);
}

/**
 * Return whether `signature` over `message` is by the holder of `publicKey`.
 *
 * Not the library's own check: that one multiplies by the cofactor and takes signatures that
 * OpenSSL, and so every node, refuses.
 */
export function verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  if (!isAcceptable(publicKey) || signature.length !== SIGNATURE_BYTES) {
    return false;
  }
  const first = signature.subarray(0, 32);
  const second = fromLittleEndian(signature.subarray(32));
  if (second >= ORDER) {
    return false;
  }
  let signer: InstanceType<typeof Point>;
  try {
    signer = Point.fromBytes(publicKey);
  } catch {
    return false;
  }
  const challenge = fromLittleEndian(sha512(concat(first, publicKey, message))) % ORDER;
  const expected = Point.BASE.multiplyUnsafe(second).subtract(signer.multiplyUnsafe(challenge));
  return equal(expected.toBytes(), first);
}

/** Return the secret of the X25519 key that belongs to the Ed25519 key with this seed. */
export function agreementSecret(seed: Uint8Array): Uint8Array {
  if (seed.length !== AGREEMENT_KEY_BYTES) {
    throw new CallerError(`a key seed is 32 bytes, not ${seed.length}`);
  }
  return sha512(seed).slice(0, AGREEMENT_KEY_BYTES);
}

/** Return the public half of an X25519 secret of 32 bytes. */
export function agreementPublic(secret: Uint8Array): Uint8Array {
  return x25519.getPublicKey(secret);
}

/**
 * Return the public X25519 key that belongs to a public Ed25519 key: u = (1 + y) / (1 - y).
 *
 * Throws `PeerError` ("bad_key") if the key is not canonical or of small order.
 */
export function agreementOf(publicKey: Uint8Array): Uint8Array {
  if (!isAcceptable(publicKey)) {
    throw new PeerError("bad_key", "a signing key is not canonical or of small order");
  }
  const y = yOf(publicKey);
  return field.toBytes(field.div(field.add(field.ONE, y), field.sub(field.ONE, y)));
}

/**
 * Return the 32 bytes that the holder of `publicKey` gets from our secret too.
 *
 * Throws `PeerError` ("bad_key") if the key is not 32 bytes or of small order.
 */
export function agree(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== AGREEMENT_KEY_BYTES) {
    throw new PeerError("bad_key", `an agreement key of ${publicKey.length} bytes`);
  }
  try {
    return x25519.getSharedSecret(secret, publicKey);
  } catch {
    throw new PeerError("bad_key", "an agreement key of small order");
  }
}

/** Return whether a public X25519 key is 32 bytes, canonical and not of small order. */
export function isAgreeable(publicKey: Uint8Array): boolean {
  if (publicKey.length !== AGREEMENT_KEY_BYTES) {
    return false;
  }
  const u = fromLittleEndian(publicKey);
  return u < FIELD_PRIME && !SMALL_ORDER_U.includes(u);
}

function yOf(publicKey: Uint8Array): bigint {
  return fromLittleEndian(publicKey) % SIGN_BIT;
}

function fromLittleEndian(data: Uint8Array): bigint {
  return data.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
