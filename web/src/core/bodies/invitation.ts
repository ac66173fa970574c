/**
 * Invitations: the holder of another key may certify somebody, for a while and so many times.
 *
 * Source: docs/spec/kinds.md section 2.
 */

import { Reader } from "../bytes";
import { PeerError } from "../errors";
import { type Body, type Carried, readKey, readMinute, requirePlain } from "./body";
import { type IdentityClass, readClass } from "./certificate";

/**
 * What an invitation says.
 *
 * Shapes: `validUntilMin` counts minutes since 2024-01-01 and is still valid itself; `uses` 1..255.
 */
export interface InvitationFields {
  readonly publicKey: Uint8Array;
  readonly validUntilMin: number;
  readonly identityClass: IdentityClass;
  readonly uses: number;
}

/** Return the fields of an invitation's body, or throw `PeerError`. */
export function decodeInvitation(thing: Carried | Body): InvitationFields {
  requirePlain(thing.codec, "an invitation");
  const reader = new Reader(thing.body);
  const publicKey = readKey(reader);
  const validUntilMin = readMinute(reader);
  const identityClass = readClass(reader);
  const uses = reader.byte();
  reader.finish();
  if (uses === 0) {
    throw new PeerError("not_canonical", "an invitation without uses");
  }
  return { publicKey, validUntilMin, identityClass, uses };
}
