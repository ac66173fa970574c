/**
 * Being let in at a node: what a QR code or a typed code says, and proofs both ways.
 *
 * Not for: keeping a pairing (`person`), signing requests (`signer`). Invariant: a node is believed
 * only after its proof, its signature and, where the QR code told it, its key's hash were right.
 * Source: docs/spec/pairing.md sections 1 and 2.
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, fromBase64url, fromHex, hex, utf8 } from "../core/bytes";
import { PeerError } from "../core/errors";
import { type SigningKey, verify } from "../core/keys";
import type { NodeClient } from "./client";
import type { NodeName } from "./documents/people";

/** What the fragment of a pairing address says. */
export interface Opening {
  readonly token: Uint8Array;
  /** The first 16 bytes of SHA-256 of the node's key. */
  readonly nodeHash: Uint8Array;
  /** The secret of an invitation, 32 bytes. */
  readonly seed: Uint8Array | null;
}

/** A node that let this phone in. */
export interface PairedNode {
  /** In hex. */
  readonly key: string;
  readonly name: string;
  /** In hex; new at each start of the node. */
  readonly challenge: string;
}

/** `GET /challenge`. */
export interface Challenge {
  readonly challenge: string;
  readonly node: NodeName;
}

interface PairingAnswer {
  readonly node: NodeName;
  readonly proof: string;
  readonly signature: string;
  readonly challenge: string;
}

const VERSION = "1";
const PART_BYTES = [16, 16, 32] as const;
const CODE = /^[0-9A-HJKMNP-TV-Z]{8}$/;
const PAIR = utf8("meshnode pair 1\0");
const PAIRED = utf8("meshnode paired 1\0");

/** Returns what a fragment without `#` says. Throws `PeerError` if it is none of ours. */
export function readOpening(fragment: string): Opening {
  const [version, ...parts] = fragment.split(".");
  if (version !== VERSION || parts.length < 2 || parts.length > PART_BYTES.length) {
    throw new PeerError("bad_prefix", "not the fragment of a pairing address");
  }
  const [token, nodeHash, seed = null] = parts.map((part, at) => exactly(part, PART_BYTES[at]));
  return { token: token as Uint8Array, nodeHash: nodeHash as Uint8Array, seed };
}

/** Returns the secret of a code, whatever way its letters were typed; throws `PeerError`. */
export function codeSecret(typed: string): Uint8Array {
  const letters = typed
    .toUpperCase()
    .replace(/[ -]/g, "")
    .replace(/[IL]/g, "1")
    .replaceAll("O", "0");
  if (!CODE.test(letters)) {
    throw new PeerError("bad_value", "not a code of eight letters and digits");
  }
  return utf8(letters);
}

/** Returns by which 16 bytes a node's key is known before it was met. */
export function nodeHash(key: Uint8Array): Uint8Array {
  return sha256(key).slice(0, 16);
}

/** Returns the 32 bytes by which a phone shows that it has the secret. */
export function phoneProof(secret: Uint8Array, device: Uint8Array): Uint8Array {
  return hmac(sha256, secret, concat(PAIR, device));
}

/** Returns the 32 bytes by which the node shows that it has the secret too. */
export function nodeProof(secret: Uint8Array, node: Uint8Array, device: Uint8Array): Uint8Array {
  return hmac(sha256, secret, concat(PAIRED, node, device));
}

/**
 * Lets a node take this phone in, and returns the node.
 *
 * `client` does not sign; `expected` is the hash of the node's key from a QR code. Throws `Refused`
 * and `Unreachable` as ever, and `PeerError` where the answer is not by the right node.
 */
export async function pair(
  client: NodeClient,
  device: SigningKey,
  secret: Uint8Array,
  expected: Uint8Array | null,
): Promise<PairedNode> {
  const answer = await client.post<PairingAnswer>("/pairings", {
    key: hex(device.publicKey),
    proof: hex(phoneProof(secret, device.publicKey)),
  });
  return believed(answer, device.publicKey, secret, expected);
}

/** Returns the node that gave an answer, or throws `PeerError`. */
export function believed(
  answer: PairingAnswer,
  device: Uint8Array,
  secret: Uint8Array,
  expected: Uint8Array | null,
): PairedNode {
  const key = fromHex(answer.node.key);
  const proof = fromHex(answer.proof);
  if (expected !== null && !equal(nodeHash(key), expected)) {
    throw new PeerError("wrong_node", "another node answered than the one in the QR code");
  }
  if (!equal(proof, nodeProof(secret, key, device))) {
    throw new PeerError("wrong_node", "the node does not know the secret");
  }
  if (!verify(key, fromHex(answer.signature), concat(PAIRED, device, proof))) {
    throw new PeerError("wrong_node", "the node did not sign");
  }
  fromHex(answer.challenge);
  return { key: answer.node.key, name: answer.node.name, challenge: answer.challenge };
}

function exactly(part: string, length: number | undefined): Uint8Array {
  const data = fromBase64url(part);
  if (data.length !== length) {
    throw new PeerError("bad_value", `a part that is not ${length} bytes`);
  }
  return data;
}
