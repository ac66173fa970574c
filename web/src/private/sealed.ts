/**
 * Sealed bodies: a payload that only its recipients read, and they know which device sealed it.
 *
 * A node wraps the body in its own signature and learns neither sender nor recipient. Not for: what
 * the payload says (`payload`), circle messages (`epoch`), or who may send.
 * Invariants: only the holder of a recipient's secret can compute that recipient's tag; a recipient
 * of a body for several cannot put another payload under it for the others; one ephemeral secret
 * makes one body.
 * Source: docs/spec/private.md sections 3 and 4.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, hex, Reader, utf8 } from "../core/bytes";
import { CallerError, LimitError, PeerError } from "../core/errors";
import { AGREEMENT_KEY_BYTES, agree, agreementPublic } from "../core/keys";
import { BODY_BYTES_MAX } from "../core/object";
import {
  authContext,
  type Context,
  expand,
  extract,
  KEY_BYTES,
  openOnce,
  sealOnce,
  TAG_BYTES,
} from "./hpke";

/** A circle's thirty devices and two to spare: their slots take 1088 of 1965 bytes. */
export const RECIPIENTS_MAX = 32;
/** Of a circle's message: a zero byte, its tag and the masked sender and counter. */
export const CIRCLE_HEAD_BYTES = 8;
/** A circle's ciphertext holds a signature as well. */
const CIRCLE_CIPHERTEXT_BYTES_MIN = TAG_BYTES + 64 + 1;
/** A stranger's message looks like ours once in 65,536 keys and slots, and is then refused. */
const RECOGNITION_BYTES = 2;
const CONTENT_KEY_BYTES = 16;
const CIPHERTEXT_BYTES_MIN = TAG_BYTES + 1;

const NOTHING = new Uint8Array();
const INFO = utf8("meshnode sealed 1\0");
const RECOGNITION = utf8("meshnode recognise 1\0");
const CONTENT_KEY = utf8("meshnode content key 1\0");
const CONTENT = utf8("meshnode content 1\0");

/** Both halves of an X25519 key. */
export interface AgreementPair {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** One slot of a body that is, but for chance, for a key of ours. */
export interface Recognition {
  readonly key: AgreementPair;
  readonly slot: number;
  readonly agreed: Uint8Array;
}

/** A device that may have sealed a body, and its agreement key. */
export interface Sender {
  readonly device: Uint8Array;
  readonly agreement: Uint8Array;
}

/** What a sealed body held; `key` is the one of ours that it was sealed to. */
export interface Opened {
  readonly sender: Uint8Array;
  readonly key: AgreementPair;
  readonly payload: Uint8Array;
}

/** What `seal` needs beside the payload. */
export interface Sealing {
  readonly sender: AgreementPair;
  /** 1..32 different public agreement keys. */
  readonly recipients: readonly Uint8Array[];
  /** 32 bytes that nobody has seen and that are never used again. */
  readonly ephemeralSecret: Uint8Array;
  readonly community: Uint8Array;
}

/** A sealed body, cut up; the wrapped keys are empty for one recipient. */
interface Parts {
  readonly enc: Uint8Array;
  readonly tags: readonly Uint8Array[];
  readonly wrapped: readonly Uint8Array[];
  readonly ciphertext: Uint8Array;
}

/** Return the pair that a secret of 32 bytes makes. */
export function agreementPair(secret: Uint8Array): AgreementPair {
  return { secret, publicKey: agreementPublic(secret) };
}

/**
 * Return the body of a SEALED object; its codec is 0.
 *
 * Throws `LimitError` for more recipients or a longer payload than fit, `PeerError` for a recipient
 * whose key has no valid form.
 */
export function seal(payload: Uint8Array, sealing: Sealing): Uint8Array {
  const { sender, recipients, ephemeralSecret, community } = sealing;
  check(payload, recipients);
  const enc = agreementPublic(ephemeralSecret);
  const info = concat(INFO, community);
  const slots = recipients.map((recipient) => {
    const ephemeral = agree(ephemeralSecret, recipient);
    const authentic = agree(sender.secret, recipient);
    const agreement = { ephemeral, authentic, enc, recipient, sender: sender.publicKey };
    return { tag: tagOf(ephemeral, enc, recipient), context: authContext(agreement, info) };
  });
  const head = headOf(
    enc,
    slots.map((slot) => slot.tag),
  );
  const [first] = slots as [(typeof slots)[number]];
  if (slots.length === 1) {
    return concat(head, sealIn(first.context, head, payload));
  }
  const contentKey = expand(extract(NOTHING, ephemeralSecret), CONTENT_KEY, CONTENT_KEY_BYTES);
  const ciphertext = sealOnce(keyOf(contentKey), head, payload);
  const bound = concat(head, sha256(ciphertext));
  const wrapped = slots.flatMap(({ tag, context }) => [tag, sealIn(context, bound, contentKey)]);
  return concat(Uint8Array.of(slots.length), enc, ...wrapped, ciphertext);
}

/**
 * Return the slots of a body that are for one of our keys; none for a circle's message.
 *
 * Throws `PeerError`: the body is not in order, or its ephemeral key is of small order.
 */
export function recognise(body: Uint8Array, ownKeys: readonly AgreementPair[]): Recognition[] {
  const parts = parse(body);
  if (parts === null) {
    return [];
  }
  return ownKeys.flatMap((key) => {
    const agreed = agree(key.secret, parts.enc);
    const tag = tagOf(agreed, parts.enc, key.publicKey);
    return parts.tags.flatMap((seen, slot) => (equal(tag, seen) ? [{ key, slot, agreed }] : []));
  });
}

/** Finds what one of our keys agrees on with a sender's; may remember it. */
export type Agree = (key: AgreementPair, sender: Sender) => Uint8Array;

/**
 * Return what a recognised body holds; `senders` are the devices that may have sealed it.
 *
 * Throws `PeerError` ("bad_seal"): none of the senders sealed it for us, or it is damaged.
 */
export function open(
  body: Uint8Array,
  recognised: readonly Recognition[],
  senders: readonly Sender[],
  community: Uint8Array,
  agreedWith: Agree = (key, sender) => agree(key.secret, sender.agreement),
): Opened {
  const parts = parse(body);
  const info = concat(INFO, community);
  for (const recognition of parts === null ? [] : recognised) {
    for (const sender of senders) {
      const authentic = agreedWith(recognition.key, sender);
      const payload = openedFrom(parts as Parts, recognition, sender.agreement, authentic, info);
      if (payload !== null) {
        return { sender: sender.device, key: recognition.key, payload };
      }
    }
  }
  throw new PeerError("bad_seal", `sealed by none of ${senders.length} devices for us`);
}

/** Throw `PeerError` unless a body can be a sealed one; what a node checks without keys. */
export function checkSealed(codec: number, body: Uint8Array): void {
  if (codec !== 0) {
    throw new PeerError("unexpected_codec", `codec ${codec} in a sealed body`);
  }
  parse(body);
}

/** Return memory of what our keys agree on with senders: it costs a thousand times a trial. */
export function rememberedAgreements(): Agree {
  const known = new Map<string, Uint8Array>();
  return (key, sender) => {
    const name = hex(key.publicKey) + hex(sender.agreement);
    const agreed = known.get(name) ?? agree(key.secret, sender.agreement);
    known.set(name, agreed);
    return agreed;
  };
}

function parse(body: Uint8Array): Parts | null {
  if (body.length > BODY_BYTES_MAX) {
    throw new PeerError("oversize", `body of ${body.length} bytes, at most ${BODY_BYTES_MAX}`);
  }
  const reader = new Reader(body);
  const count = reader.byte();
  if (count === 0) {
    reader.take(CIRCLE_HEAD_BYTES - 1 + CIRCLE_CIPHERTEXT_BYTES_MIN);
    return null;
  }
  if (count > RECIPIENTS_MAX) {
    throw new PeerError("bad_value", `${count} recipients, at most ${RECIPIENTS_MAX}`);
  }
  const enc = reader.take(AGREEMENT_KEY_BYTES);
  const tags: Uint8Array[] = [];
  const wrapped: Uint8Array[] = [];
  for (let slot = 0; slot < count; slot++) {
    tags.push(reader.take(RECOGNITION_BYTES));
    wrapped.push(reader.take(count > 1 ? CONTENT_KEY_BYTES + TAG_BYTES : 0));
  }
  if (reader.remaining < CIPHERTEXT_BYTES_MIN) {
    throw new PeerError("truncated", `a ciphertext of ${reader.remaining} bytes`);
  }
  return { enc, tags, wrapped, ciphertext: reader.rest() };
}

/** Return the payload if this sender sealed it, else null: the usual case is another one. */
function openedFrom(
  parts: Parts,
  { key, slot, agreed }: Recognition,
  sender: Uint8Array,
  authentic: Uint8Array,
  info: Uint8Array,
): Uint8Array | null {
  const { enc, tags, wrapped, ciphertext } = parts;
  const agreement = { ephemeral: agreed, authentic, enc, recipient: key.publicKey, sender };
  const { key: secret, nonce } = authContext(agreement, info);
  const head = headOf(enc, tags);
  try {
    if (tags.length === 1) {
      return openOnce(secret, head, ciphertext, nonce);
    }
    const bound = concat(head, sha256(ciphertext));
    const contentKey = openOnce(secret, bound, wrapped[slot] as Uint8Array, nonce);
    return openOnce(keyOf(contentKey), head, ciphertext);
  } catch (error) {
    if (error instanceof PeerError) {
      return null;
    }
    throw error;
  }
}

/** Return what every recipient's seal covers beside its content. */
function headOf(enc: Uint8Array, tags: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(tags.length), enc, ...tags);
}

/** Return the recognition tag: of the agreed secret, so that no public key leads to it. */
function tagOf(agreed: Uint8Array, enc: Uint8Array, recipient: Uint8Array): Uint8Array {
  return expand(extract(RECOGNITION, agreed), concat(enc, recipient), RECOGNITION_BYTES);
}

function sealIn(context: Context, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return sealOnce(context.key, aad, plaintext, context.nonce);
}

function keyOf(contentKey: Uint8Array): Uint8Array {
  return expand(extract(CONTENT, contentKey), NOTHING, KEY_BYTES);
}

function check(payload: Uint8Array, recipients: readonly Uint8Array[]): void {
  const count = recipients.length;
  if (count === 0 || new Set(recipients.map(hex)).size !== count || payload.length === 0) {
    throw new CallerError("a sealed body needs a payload and different recipients");
  }
  if (count > RECIPIENTS_MAX) {
    throw new LimitError(
      `${count} devices are too many for one message; at most ${RECIPIENTS_MAX} fit.`,
      "too_many_devices",
      { count, most: RECIPIENTS_MAX },
    );
  }
  const most = payloadBytesMax(count);
  if (payload.length > most) {
    throw new LimitError(
      `The message takes ${payload.length} bytes; to ${count} devices at most ${most} fit.`,
      "too_long",
      { bytes: payload.length, most },
    );
  }
}

/** Return how long a payload may be for so many recipients, in bytes. */
export function payloadBytesMax(count: number): number {
  const slotBytes = RECOGNITION_BYTES + (count > 1 ? CONTENT_KEY_BYTES + TAG_BYTES : 0);
  return BODY_BYTES_MAX - 1 - AGREEMENT_KEY_BYTES - count * slotBytes - TAG_BYTES;
}
