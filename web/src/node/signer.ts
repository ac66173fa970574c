/**
 * Signed requests and sealed answers: a paired phone's way to speak with its node.
 *
 * Not for: being let in (`pairing`). Invariants: a counter is kept before what carries it leaves,
 * and no page of this phone uses it again; an answer opens only for the request it answers.
 * Source: docs/spec/pairing.md sections 3 and 4.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64url, concat, fromHex, fromUtf8, uint, utf8 } from "../core/bytes";
import { agree, agreementOf, type SigningKey } from "../core/keys";
import { type Outgoing, type Signature, type Signer, Unreachable } from "./client";

const REQUEST = utf8("meshnode request 1\0");
const ANSWER = utf8("meshnode answer 1\0");
const SEALED = "s";

/** What a signer needs. */
export interface SignerParts {
  readonly device: SigningKey;
  /** The node's public key. */
  readonly node: Uint8Array;
  /** The node's challenge as it was last known, in hex. */
  readonly challenge: string;
  /** Returns a number above all that this phone has used, and keeps it; `isAhead` leaps. */
  counter(isAhead: boolean): Promise<number>;
  /** Hears of a new challenge, to keep it. */
  renewed(challenge: string): void;
}

/** Returns the hash of what is asked for: path and query as sent. */
export function targetHash(method: string, target: string): Uint8Array {
  return sha256(utf8(`${method} ${target}`));
}

/** Returns what the phone signs of a request whose answer must be sealed. */
export function signedBytes(
  node: Uint8Array,
  challenge: Uint8Array,
  counter: number,
  request: Outgoing,
): Uint8Array {
  return concat(
    REQUEST,
    utf8(SEALED),
    node,
    challenge,
    uint(counter, 8),
    targetHash(request.method, request.target),
    sha256(request.body),
  );
}

/** Returns the key of all answers to a phone until the node's next start. */
export function answerKey(device: SigningKey, node: Uint8Array, challenge: Uint8Array): Uint8Array {
  const agreed = agree(device.agreementSecret(), agreementOf(node));
  return hkdf(sha256, agreed, challenge, concat(ANSWER, node, device.publicKey), 32);
}

/** Returns what a sealed answer says; throws `Unreachable` if it is not the node's to this request. */
export function openAnswer(
  key: Uint8Array,
  sealed: Uint8Array,
  counter: number,
  status: number,
  target: Uint8Array,
): string {
  const nonce = concat(new Uint8Array(4), uint(counter, 8));
  try {
    return fromUtf8(chacha20poly1305(key, nonce, concat(uint(status, 2), target)).decrypt(sealed));
  } catch {
    throw new Unreachable("the answer is not sealed for this request");
  }
}

/** Returns what signs requests to one node. */
export function openSigner(parts: SignerParts): Signer {
  const { device, node } = parts;
  let challenge = parts.challenge;
  let known: { readonly challenge: string; readonly key: Uint8Array } | null = null;

  function keyFor(current: string): Uint8Array {
    if (known?.challenge !== current) {
      known = { challenge: current, key: answerKey(device, node, fromHex(current)) };
    }
    return known.key;
  }

  return {
    async sign(request, isAhead): Promise<Signature> {
      const counter = await parts.counter(isAhead);
      const current = challenge;
      const signature = device.sign(signedBytes(node, fromHex(current), counter, request));
      const words = [1, SEALED, base64url(device.publicKey), counter, base64url(signature)];
      return {
        challenge: current,
        headers: { authorization: `Meshnode ${words.join(".")}` },
        open: (status, body) =>
          openAnswer(
            keyFor(current),
            body,
            counter,
            status,
            targetHash(request.method, request.target),
          ),
      };
    },
    noteChallenge(given) {
      if (given !== challenge) {
        challenge = given;
        parts.renewed(given);
      }
    },
  };
}
