/**
 * Revocations: what a key signed does not count any more, or somebody loses a role.
 *
 * Source: docs/spec/kinds.md section 5.
 */

import { compare, Reader, Writer } from "../bytes";
import { CallerError, PeerError } from "../errors";
import { KEY_ID_BYTES } from "../keys";
import { SEQUENCE_MAX } from "../object";
import { revocationReason as reasons, role as roles } from "../tables/identity.json";
import {
  type Body,
  type Carried,
  encodeFingerprint,
  isWithin,
  numberOf,
  ofLength,
  plainBody,
  readFingerprint,
  requirePlain,
  type WordOf,
  wordOf,
} from "./body";
import { type Role, readRole } from "./role";

/** Keys of one identity whose last valid sequence a revocation names: all its devices. */
export const CUTS_MAX = 8;
const ROLE_FLAG = 0x10;

export type RevocationReason = WordOf<typeof reasons>;

/** Up to which sequence number what a key signed stays valid; `key` is a key id. */
export interface Cut {
  readonly key: Uint8Array;
  readonly sequence: number;
}

/**
 * What is revoked.
 *
 * Shapes: `subject` is the fingerprint of an identity, a device or an invitation's key; with a
 * `role` only that role is lost. `cuts` are by rising key.
 */
export interface RevocationFields {
  readonly reason: RevocationReason;
  readonly subject: Uint8Array;
  readonly cuts: readonly Cut[];
  readonly role: Role | null;
}

/** Return the body, or throw `CallerError` if a field has no valid form. */
export function encodeRevocation(fields: RevocationFields): Body {
  const roleFlag = fields.role === null ? 0 : ROLE_FLAG;
  const writer = new Writer()
    .byte(numberOf(reasons, fields.reason) | roleFlag)
    .put(encodeFingerprint(fields.subject));
  if (fields.role !== null) {
    writer.byte(numberOf(roles, fields.role));
  }
  return plainBody(writer.put(encodeCuts(fields.cuts)).bytes());
}

/** Return the fields of a revocation's body, or throw `PeerError`. */
export function decodeRevocation(thing: Carried | Body): RevocationFields {
  requirePlain(thing.codec, "a revocation");
  const reader = new Reader(thing.body);
  const first = reader.byte();
  const reason = wordOf(reasons, first & ~ROLE_FLAG, "bad_reason");
  const subject = readFingerprint(reader);
  const role = first & ROLE_FLAG ? readRole(reader) : null;
  const cuts = readCuts(reader);
  reader.finish();
  return { reason, subject, cuts, role };
}

function encodeCuts(cuts: readonly Cut[]): Uint8Array {
  if (cuts.length > CUTS_MAX || !areRising(cuts)) {
    throw new CallerError("cuts are at most eight, by rising key id");
  }
  if (!cuts.every(({ sequence }) => isWithin(sequence, 1, SEQUENCE_MAX))) {
    throw new CallerError("the sequence of a cut is at least 1");
  }
  const writer = new Writer().byte(cuts.length);
  for (const { key, sequence } of cuts) {
    writer.put(ofLength(key, KEY_ID_BYTES, "a key id")).varint(sequence);
  }
  return writer.bytes();
}

function readCuts(reader: Reader): readonly Cut[] {
  const count = reader.byte();
  if (count > CUTS_MAX) {
    throw new PeerError("oversize", `${count} cuts, at most ${CUTS_MAX}`);
  }
  const cuts = Array.from({ length: count }, () => ({
    key: reader.take(KEY_ID_BYTES),
    sequence: reader.varint(),
  }));
  if (!areRising(cuts)) {
    throw new PeerError("not_canonical", "cuts are not in order");
  }
  if (cuts.some(({ sequence }) => sequence < 1)) {
    throw new PeerError("not_canonical", "a cut that keeps nothing");
  }
  return cuts;
}

function areRising(cuts: readonly Cut[]): boolean {
  return cuts.every((cut, at) => {
    const before = cuts[at - 1];
    return before === undefined || compare(before.key, cut.key) < 0;
  });
}
