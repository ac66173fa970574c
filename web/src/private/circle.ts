/**
 * Circles: what is public about one, and the epoch that its founder seals to the members.
 *
 * Not for: keys and messages of a circle (`epoch`), or who may found one.
 * Invariants: a circle is its founder's device and a number; a member keeps its place for as long
 * as the circle lives, and no place is given twice.
 * Source: docs/spec/private.md section 6.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { decodeName, encodeName, NAME_BYTES_MAX } from "../core/bodies/names";
import { hex, Reader, Writer } from "../core/bytes";
import { CallerError, LimitError, PeerError } from "../core/errors";

export const CIRCLE_ID_BYTES = 4;
export const EPOCH_SECRET_BYTES = 16;
/** Devices in a circle: what one sealed body can reach, and what a room holds. */
export const MEMBERS_MAX = 30;
/** Places are one byte and never given twice: 255 joins, then a new circle. */
export const PLACE_MAX = 254;
/** Earlier epochs that a newcomer gets: messages live weeks, and who joins is not a stream. */
export const EARLIER_MAX = 16;
const MEMBER_ID_BYTES = 8;
const EPOCH_MAX = 65_535;
const OPEN_FLAG = 0x01;
const HISTORY_FLAG = 0x02;

/** Whether everybody may join, and whether newcomers read what was said before. */
export interface CirclePolicy {
  readonly isOpen: boolean;
  readonly hasHistory: boolean;
}

/** What a public listing says of a circle; its author is the founder's device. */
export interface CircleFields {
  readonly circle: Uint8Array;
  readonly policy: CirclePolicy;
  readonly name: string;
}

/** A device and its place in a circle, 0..254; `id` has eight bytes. */
export interface Member {
  readonly place: number;
  readonly id: Uint8Array;
}

/**
 * What members of a circle are told when who belongs to it changes.
 *
 * Shapes: `number` 0..65535; `secret` 16 bytes; `members` 1..30 with rising places; `earlier` are
 * the secrets of the epochs just before, newest first, only if the policy has history.
 */
export interface EpochFields extends CircleFields {
  readonly number: number;
  readonly members: readonly Member[];
  readonly secret: Uint8Array;
  readonly earlier: readonly Uint8Array[];
}

/** Return the eight bytes by which an epoch names a device. */
export function memberId(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).slice(0, MEMBER_ID_BYTES);
}

/** Return the body of a public listing; its codec is 0. */
export function encodeCircle({ circle, policy, name }: CircleFields): Uint8Array {
  checkId(circle);
  return new Writer().put(circle).byte(flagsOf(policy)).put(encodeName(name)).bytes();
}

/** Return the fields of a public listing's body, or throw `PeerError`. */
export function decodeCircle(codec: number, body: Uint8Array): CircleFields {
  if (codec !== 0) {
    throw new PeerError("unexpected_codec", `codec ${codec} in a circle`);
  }
  const reader = new Reader(body);
  return {
    circle: reader.take(CIRCLE_ID_BYTES),
    policy: policyOf(reader.byte()),
    name: decodeName(reader.rest()),
  };
}

/** Return an epoch as bytes, to be sealed to the members. Throws `LimitError` for its bounds. */
export function encodeEpoch(fields: EpochFields): Uint8Array {
  checkEpoch(fields);
  const writer = new Writer()
    .put(fields.circle)
    .uint(fields.number, 2)
    .byte(flagsOf(fields.policy))
    .block(encodeName(fields.name))
    .put(fields.secret)
    .byte(fields.members.length);
  for (const { place, id } of fields.members) {
    writer.byte(place).put(id);
  }
  for (const secret of fields.earlier) {
    writer.put(secret);
  }
  return writer.bytes();
}

/** Return the epoch that `data` holds, or throw `PeerError`. */
export function decodeEpoch(data: Uint8Array): EpochFields {
  const reader = new Reader(data);
  const circle = reader.take(CIRCLE_ID_BYTES);
  const number = reader.uint(2);
  const policy = policyOf(reader.byte());
  const name = decodeName(reader.block(NAME_BYTES_MAX));
  const secret = reader.take(EPOCH_SECRET_BYTES);
  const members = decodeMembers(reader);
  const earlier = decodeEarlier(reader, earlierMax(number, policy));
  return { circle, number, policy, name, members, secret, earlier };
}

function decodeMembers(reader: Reader): Member[] {
  const count = reader.byte();
  if (count < 1 || count > MEMBERS_MAX) {
    throw new PeerError("bad_value", `${count} members, 1 to ${MEMBERS_MAX} are possible`);
  }
  const members: Member[] = [];
  for (let index = 0; index < count; index++) {
    members.push({ place: reader.byte(), id: reader.take(MEMBER_ID_BYTES) });
  }
  if (!arePlacesInOrder(members)) {
    throw new PeerError("not_canonical", "places do not rise, or go beyond the last");
  }
  if (new Set(members.map((member) => hex(member.id))).size !== count) {
    throw new PeerError("not_canonical", "a member has two places");
  }
  return members;
}

function decodeEarlier(reader: Reader, most: number): Uint8Array[] {
  const odd = reader.remaining % EPOCH_SECRET_BYTES;
  if (odd > 0) {
    throw new PeerError("trailing_bytes", `${odd} bytes after the earlier secrets`);
  }
  const count = reader.remaining / EPOCH_SECRET_BYTES;
  if (count > most) {
    throw new PeerError("bad_value", `${count} earlier secrets, at most ${most}`);
  }
  return Array.from({ length: count }, () => reader.take(EPOCH_SECRET_BYTES));
}

function policyOf(flags: number): CirclePolicy {
  if (flags & ~(OPEN_FLAG | HISTORY_FLAG)) {
    throw new PeerError("bad_value", `policy ${flags} of a circle`);
  }
  return { isOpen: (flags & OPEN_FLAG) !== 0, hasHistory: (flags & HISTORY_FLAG) !== 0 };
}

function flagsOf(policy: CirclePolicy): number {
  return (policy.isOpen ? OPEN_FLAG : 0) | (policy.hasHistory ? HISTORY_FLAG : 0);
}

function earlierMax(number: number, policy: CirclePolicy): number {
  return policy.hasHistory ? Math.min(number, EARLIER_MAX) : 0;
}

function arePlacesInOrder(members: readonly Member[]): boolean {
  return members.every(
    ({ place }, at) => place <= PLACE_MAX && place > (members[at - 1]?.place ?? -1),
  );
}

function checkId(circle: Uint8Array): void {
  if (circle.length !== CIRCLE_ID_BYTES) {
    throw new CallerError(`a circle's id is ${CIRCLE_ID_BYTES} bytes, not ${circle.length}`);
  }
}

function checkEpoch({ circle, number, policy, members, secret, earlier }: EpochFields): void {
  checkId(circle);
  if (members.length > MEMBERS_MAX) {
    throw new LimitError(
      `${members.length} devices are too many for one circle; at most ${MEMBERS_MAX} fit.`,
      "circle_full",
      { count: members.length, most: MEMBERS_MAX },
    );
  }
  const ids = new Set(members.map(({ id }) => hex(id)));
  const areMembersGood = ids.size === members.length && arePlacesInOrder(members);
  const areSecretsGood = [secret, ...earlier].every((one) => one.length === EPOCH_SECRET_BYTES);
  const isNumberGood = number >= 0 && number <= EPOCH_MAX;
  if (
    members.length === 0 ||
    !areMembersGood ||
    !areSecretsGood ||
    !isNumberGood ||
    earlier.length > earlierMax(number, policy)
  ) {
    throw new CallerError(`epoch ${number} of a circle has no valid form`);
  }
}
