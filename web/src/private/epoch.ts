/**
 * A circle's messages: one chain of keys a sender, all from the secret of the epoch.
 *
 * A chain goes forward only: who takes a phone finds no keys for what was read before, unless the
 * circle has history and so keeps the secret. Not for: what a payload says (`payload`), who belongs
 * to the circle (`circle`), or keeping this state.
 * Invariants: nothing changes but by a message whose seal and signature are right; a key seals one
 * message, so a sender MUST keep the state that `sealCircle` returns before it sends.
 * Source: docs/spec/private.md section 7.
 */

import { concat, equal, uint, utf8 } from "../core/bytes";
import { CallerError, LimitError, PeerError } from "../core/errors";
import { SIGNATURE_BYTES, type SigningKey, verify } from "../core/keys";
import { BODY_BYTES_MAX } from "../core/object";
import { type EpochFields, memberId } from "./circle";
import { expand, extract, KEY_BYTES, openOnce, sealOnce, TAG_BYTES } from "./hpke";
import { CIRCLE_HEAD_BYTES, checkSealed } from "./sealed";

/** Messages of one sender in one epoch; then the founder begins a new one. */
const COUNTER_MAX = 65_535;
/** How many messages of one sender may be missing before one that is read. */
export const AHEAD_MAX = 2048;
/** Keys kept for missing messages of one sender: a day of talk that comes late. */
export const SKIPPED_MAX = 64;
/** A stranger's message looks like one of an epoch's once in 4 billion. */
const EPOCH_TAG_BYTES = 4;
const MASKED_BYTES = 3;

const EPOCH = utf8("meshnode circle epoch 1\0");
const HEADER = utf8("meshnode circle header 1\0");
const CHAIN = utf8("meshnode circle chain 1\0");
const MESSAGE_KEY = utf8("meshnode circle message key 1\0");
const NEXT = utf8("meshnode circle next 1\0");
const SIGNATURE = utf8("meshnode circle message 1\0");

/** Where a sender's chain stands: key and number of the next message, and of missing ones. */
export interface Chain {
  readonly member: Uint8Array;
  readonly place: number;
  readonly counter: number;
  readonly key: Uint8Array;
  readonly skipped: readonly (readonly [number, Uint8Array])[];
}

/**
 * All that a member needs to write and read in one epoch.
 *
 * Shapes: `context` names community, founder, circle and epoch; `chains` by rising place.
 */
export interface EpochKeys {
  readonly context: Uint8Array;
  readonly headerKey: Uint8Array;
  readonly chains: readonly Chain[];
}

/** Who wrote a circle's message, and its number among the writer's in this epoch. */
export interface Heading {
  readonly place: number;
  readonly counter: number;
}

/** What a circle's message held, and the state to keep from now on. */
export interface OpenedInCircle {
  readonly heading: Heading;
  readonly keys: EpochKeys;
  readonly payload: Uint8Array;
}

/** Return the keys at the beginning of an epoch; its founder is who sealed it to us. */
export function epochKeys(
  fields: EpochFields,
  founder: Uint8Array,
  community: Uint8Array,
): EpochKeys {
  return keysOf(fields, fields.number, fields.secret, founder, community);
}

/**
 * Return the keys of the earlier epochs that came along, newest first.
 *
 * Only of today's members: what others wrote before they left stays closed to a newcomer.
 */
export function earlierKeys(
  fields: EpochFields,
  founder: Uint8Array,
  community: Uint8Array,
): EpochKeys[] {
  return fields.earlier.map((secret, index) =>
    keysOf(fields, fields.number - 1 - index, secret, founder, community),
  );
}

/** Return the chain of the sender at this place. */
export function chainAt(keys: EpochKeys, place: number): Chain | undefined {
  return keys.chains.find((chain) => chain.place === place);
}

/**
 * Return the body of a SEALED object and the state to keep; `place` is the signer's own.
 *
 * Throws `LimitError`: the payload is too long, or the epoch has no numbers left.
 */
export function sealCircle(
  payload: Uint8Array,
  keys: EpochKeys,
  place: number,
  signer: SigningKey,
): { readonly body: Uint8Array; readonly keys: EpochKeys } {
  const chain = chainAt(keys, place);
  if (!chain || !equal(chain.member, memberId(signer.publicKey)) || payload.length === 0) {
    throw new CallerError(`nothing to say, or place ${place} is not the signer's`);
  }
  if (chain.counter > COUNTER_MAX) {
    throw new LimitError("This circle has no message numbers left.", "circle_numbers");
  }
  const most = BODY_BYTES_MAX - CIRCLE_HEAD_BYTES - TAG_BYTES - SIGNATURE_BYTES;
  if (payload.length > most) {
    throw new LimitError(
      `The message takes ${payload.length} bytes; at most ${most} fit. Shorten it.`,
      "too_long",
      { bytes: payload.length, most },
    );
  }
  const heading = { place, counter: chain.counter };
  const covered = coveredBy(keys, heading);
  const { messageKey, next } = step(chain.key);
  const signature = signer.sign(concat(SIGNATURE, covered, payload));
  const ciphertext = sealOnce(messageKey, covered, concat(payload, signature));
  const { tag, mask } = protection(keys, ciphertext);
  const body = concat(Uint8Array.of(0), tag, masked(headingBytes(heading), mask), ciphertext);
  return { body, keys: withChain(keys, { ...chain, counter: chain.counter + 1, key: next }) };
}

/**
 * Return who wrote a message and its number if it is of this epoch, else null; unproven until
 * opened. Throws `PeerError`: the body is not in order.
 */
export function recogniseCircle(body: Uint8Array, keys: EpochKeys): Heading | null {
  checkSealed(0, body);
  if (body[0] !== 0) {
    return null;
  }
  const { tag, mask } = protection(keys, body);
  if (!equal(tag, body.subarray(1, 1 + EPOCH_TAG_BYTES))) {
    return null;
  }
  const plain = masked(body.subarray(1 + EPOCH_TAG_BYTES, CIRCLE_HEAD_BYTES), mask);
  const [place, high, low] = plain as unknown as [number, number, number];
  return { place, counter: high * 256 + low };
}

/**
 * Return what a circle's message holds, if the device `sender` has the writer's place.
 *
 * Throws `PeerError`: it is of another epoch, was read before, is too far ahead, by somebody else,
 * or damaged. The state stays as it was.
 */
export function openCircle(body: Uint8Array, keys: EpochKeys, sender: Uint8Array): OpenedInCircle {
  const heading = recogniseCircle(body, keys);
  if (heading === null) {
    throw new PeerError("bad_seal", "not a message of this circle's epoch");
  }
  const chain = chainAt(keys, heading.place);
  if (!chain || !equal(chain.member, memberId(sender))) {
    throw new PeerError("wrong_author", `this device has not the place ${heading.place}`);
  }
  const { messageKey, after } = reach(chain, heading.counter);
  const covered = coveredBy(keys, heading);
  const plain = openOnce(messageKey, covered, body.subarray(CIRCLE_HEAD_BYTES));
  const payload = plain.slice(0, -SIGNATURE_BYTES);
  const signature = plain.subarray(-SIGNATURE_BYTES);
  if (!verify(sender, signature, concat(SIGNATURE, covered, payload))) {
    throw new PeerError("bad_signature", "another member wrote as this one");
  }
  return { heading, keys: withChain(keys, after), payload };
}

function keysOf(
  fields: EpochFields,
  number: number,
  secret: Uint8Array,
  founder: Uint8Array,
  community: Uint8Array,
): EpochKeys {
  const context = concat(community, founder, fields.circle, uint(number, 2));
  const pseudorandom = extract(concat(EPOCH, context), secret);
  const chains = fields.members.map(({ place, id }) => ({
    member: id,
    place,
    counter: 0,
    key: expand(pseudorandom, concat(CHAIN, Uint8Array.of(place)), KEY_BYTES),
    skipped: [],
  }));
  return { context, headerKey: expand(pseudorandom, HEADER, KEY_BYTES), chains };
}

/** Return the key of a message and the chain without it, and with those in between. */
function reach(
  chain: Chain,
  counter: number,
): { readonly messageKey: Uint8Array; readonly after: Chain } {
  if (counter < chain.counter) {
    const found = chain.skipped.find(([number]) => number === counter);
    if (!found) {
      throw new PeerError("duplicate", `message ${counter} was read before, or its key is gone`);
    }
    const skipped = chain.skipped.filter((one) => one !== found);
    return { messageKey: found[1], after: { ...chain, skipped } };
  }
  if (counter - chain.counter > AHEAD_MAX) {
    throw new PeerError("too_far_ahead", `message ${counter}, expected ${chain.counter}`);
  }
  const skipped = [...chain.skipped];
  let { messageKey, next } = step(chain.key);
  for (let missing = chain.counter; missing < counter; missing++) {
    skipped.push([missing, messageKey]);
    ({ messageKey, next } = step(next));
  }
  const kept = skipped.slice(-SKIPPED_MAX);
  return { messageKey, after: { ...chain, counter: counter + 1, key: next, skipped: kept } };
}

/** Return the key of a chain's next message, and the chain's key after it. */
function step(chainKey: Uint8Array): { messageKey: Uint8Array; next: Uint8Array } {
  return {
    messageKey: expand(chainKey, MESSAGE_KEY, KEY_BYTES),
    next: expand(chainKey, NEXT, KEY_BYTES),
  };
}

function withChain(keys: EpochKeys, chain: Chain): EpochKeys {
  const chains = keys.chains.map((one) => (one.place === chain.place ? chain : one));
  return { ...keys, chains };
}

/** Return what seal and signature cover beside the payload. */
function coveredBy(keys: EpochKeys, heading: Heading): Uint8Array {
  return concat(keys.context, headingBytes(heading));
}

function headingBytes({ place, counter }: Heading): Uint8Array {
  return concat(Uint8Array.of(place), uint(counter, 2));
}

/**
 * Return the tag of a message and the mask of its heading, both different every time.
 *
 * The end of the ciphertext is as good as chance and never comes twice, as in RFC 9001 section 5.4:
 * so no observer sees which messages are of one circle or by one writer.
 */
function protection(
  keys: EpochKeys,
  ciphertext: Uint8Array,
): { readonly tag: Uint8Array; readonly mask: Uint8Array } {
  const end = ciphertext.subarray(-TAG_BYTES);
  const made = expand(keys.headerKey, concat(HEADER, end), EPOCH_TAG_BYTES + MASKED_BYTES);
  return { tag: made.subarray(0, EPOCH_TAG_BYTES), mask: made.subarray(EPOCH_TAG_BYTES) };
}

function masked(data: Uint8Array, mask: Uint8Array): Uint8Array {
  return data.map((byte, at) => byte ^ (mask[at] as number));
}
