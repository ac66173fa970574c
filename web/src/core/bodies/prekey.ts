/**
 * Prekeys: a device announces a key for messages to it, and deletes the secret three weeks later.
 *
 * Source: docs/spec/private.md section 2.
 */

import { Reader } from "../bytes";
import { CallerError, PeerError } from "../errors";
import { AGREEMENT_KEY_BYTES, isAgreeable } from "../keys";
import { type Body, type Carried, isWithin, plainBody, requirePlain } from "./body";

/** How long after its creation the secret is kept. */
export const PREKEY_SECRET_MINUTES = 21 * 1440;

/** What a prekey says; `number` 0..255. */
export interface PrekeyFields {
  readonly number: number;
  readonly publicKey: Uint8Array;
}

/** Return the body, or throw `CallerError` if number or key have no valid form. */
export function encodePrekey(fields: PrekeyFields): Body {
  if (!isWithin(fields.number, 0, 255) || !isAgreeable(fields.publicKey)) {
    throw new CallerError("the prekey has no valid form");
  }
  return plainBody(Uint8Array.of(fields.number), fields.publicKey);
}

/** Return the fields of a prekey's body, or throw `PeerError`. */
export function decodePrekey(thing: Carried | Body): PrekeyFields {
  requirePlain(thing.codec, "a prekey");
  const reader = new Reader(thing.body);
  const number = reader.byte();
  const publicKey = reader.take(AGREEMENT_KEY_BYTES);
  reader.finish();
  if (!isAgreeable(publicKey)) {
    throw new PeerError("bad_key", "a prekey is not canonical or of small order");
  }
  return { number, publicKey };
}
