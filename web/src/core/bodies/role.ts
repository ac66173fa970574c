/**
 * Roles: a steward lets somebody do more than every member may, for a while.
 *
 * Source: docs/spec/kinds.md section 5.
 */

import { Reader } from "../bytes";
import { OBJECT_ID_BYTES } from "../object";
import { role as roles } from "../tables/identity.json";
import {
  type Body,
  type Carried,
  readFingerprint,
  requirePlain,
  type WordOf,
  wordOf,
} from "./body";

export type Role = WordOf<typeof roles>;

/** Who gets which role; `place` is the id of the one place that a host looks after. */
export interface RoleFields {
  readonly role: Role;
  readonly subject: Uint8Array;
  readonly place: Uint8Array | null;
}

/** Return the fields of a role's body, or throw `PeerError`. */
export function decodeRole(thing: Carried | Body): RoleFields {
  requirePlain(thing.codec, "a role");
  const reader = new Reader(thing.body);
  const role = readRole(reader);
  const subject = readFingerprint(reader);
  const hasPlace = role === "host" && reader.remaining > 0;
  const place = hasPlace ? reader.take(OBJECT_ID_BYTES) : null;
  reader.finish();
  return { role, subject, place };
}

/** Return the next role. */
export function readRole(reader: Reader): Role {
  return wordOf(roles, reader.byte(), "bad_role");
}
