/**
 * HPKE in auth mode, one message a context: only the recipient reads, it knows who sealed.
 *
 * The suite is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. Not for: choosing
 * ephemeral secrets (they come in). Invariant: an ephemeral key is used for one message only, or
 * two messages share a key stream.
 * Source: RFC 9180 sections 4.1, 5.1.3 and 6.1; its vector A.2.3 is in the tests.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expand as hkdfExpand, extract as hkdfExtract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, uint, utf8 } from "../core/bytes";
import { PeerError } from "../core/errors";

export const KEY_BYTES = 32;
/** What sealing adds to a plaintext. */
export const TAG_BYTES = 16;
const NONCE_BYTES = 12;
/** For keys that seal one thing only. */
const ZERO_NONCE = new Uint8Array(NONCE_BYTES);
const NOTHING = new Uint8Array();

const VERSION = utf8("HPKE-v1");
const KEM = concat(utf8("KEM"), uint(0x0020, 2));
const SUITE = concat(utf8("HPKE"), uint(0x0020, 2), uint(0x0001, 2), uint(0x0003, 2));
const MODE_AUTH = 2;

/** What sender and recipient share for one message. */
export interface Context {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

/** The two agreements of a message and who they are between. */
export interface Agreement {
  /** What the recipient's key agreed with the ephemeral one. */
  readonly ephemeral: Uint8Array;
  /** What the recipient's key agreed with the sender's. */
  readonly authentic: Uint8Array;
  readonly enc: Uint8Array;
  readonly recipient: Uint8Array;
  readonly sender: Uint8Array;
}

/** Return the context that follows from two agreed secrets. */
export function authContext(agreement: Agreement, info: Uint8Array): Context {
  const { ephemeral, authentic, enc, recipient, sender } = agreement;
  const shared = sharedSecret(concat(ephemeral, authentic), concat(enc, recipient, sender));
  return keySchedule(MODE_AUTH, shared, info);
}

/** Return the 32 bytes that the KEM makes of what was agreed (ExtractAndExpand). */
export function sharedSecret(agreed: Uint8Array, kemContext: Uint8Array): Uint8Array {
  const pseudorandom = labeledExtract(KEM, NOTHING, "eae_prk", agreed);
  return labeledExpand(KEM, pseudorandom, "shared_secret", kemContext, KEY_BYTES);
}

/** Return the context for a shared secret; without a pre-shared key. */
export function keySchedule(mode: number, shared: Uint8Array, info: Uint8Array): Context {
  const secret = labeledExtract(SUITE, shared, "secret", NOTHING);
  const context = concat(
    Uint8Array.of(mode),
    labeledExtract(SUITE, NOTHING, "psk_id_hash", NOTHING),
    labeledExtract(SUITE, NOTHING, "info_hash", info),
  );
  return {
    key: labeledExpand(SUITE, secret, "key", context, KEY_BYTES),
    nonce: labeledExpand(SUITE, secret, "base_nonce", context, NONCE_BYTES),
  };
}

/** Return HKDF-Extract with SHA-256: 32 bytes as good as chance (RFC 5869 section 2.2). */
export function extract(salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return hkdfExtract(sha256, secret, salt);
}

/** Return HKDF-Expand with SHA-256: `length` bytes for the purpose that `info` names. */
export function expand(pseudorandom: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hkdfExpand(sha256, pseudorandom, info, length);
}

/** Return the ciphertext, 16 bytes longer than `plaintext`. Once with a key and nonce. */
export function sealOnce(
  key: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  nonce: Uint8Array = ZERO_NONCE,
): Uint8Array {
  return chacha20poly1305(key, nonce, aad).encrypt(plaintext);
}

/**
 * Return the plaintext of ChaCha20Poly1305.
 *
 * Throws `PeerError` ("bad_seal"): it was not sealed with this key, nonce and `aad`.
 */
export function openOnce(
  key: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
  nonce: Uint8Array = ZERO_NONCE,
): Uint8Array {
  try {
    return chacha20poly1305(key, nonce, aad).decrypt(ciphertext);
  } catch {
    throw new PeerError("bad_seal", "not sealed by this sender for this key");
  }
}

function labeledExtract(
  suite: Uint8Array,
  salt: Uint8Array,
  label: string,
  secret: Uint8Array,
): Uint8Array {
  return extract(salt, concat(VERSION, suite, utf8(label), secret));
}

function labeledExpand(
  suite: Uint8Array,
  secret: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return expand(secret, concat(uint(length, 2), VERSION, suite, utf8(label), info), length);
}
