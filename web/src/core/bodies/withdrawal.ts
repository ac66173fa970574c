/**
 * Withdrawals: an author takes back an object of its own; the object's parent says which.
 *
 * Source: docs/spec/kinds.md section 4.
 */

import { PeerError } from "../errors";
import { type Body, type Carried, plainBody, requireParent, requirePlain } from "./body";

/** Return the body of every withdrawal; the parent is the root of what is withdrawn. */
export function encodeWithdrawal(): Body {
  return plainBody();
}

/** Return the short id of the object that is withdrawn, or throw `PeerError`. */
export function decodeWithdrawal(thing: Carried): Uint8Array {
  requirePlain(thing.codec, "a withdrawal");
  if (thing.body.length > 0) {
    throw new PeerError("trailing_bytes", `${thing.body.length} bytes of body in a withdrawal`);
  }
  return requireParent(thing.parent, "a withdrawal");
}
