/**
 * Certificates: somebody vouches for a key: whose it is, and under which name.
 *
 * Source: docs/spec/kinds.md section 5.
 */

import { Reader } from "../bytes";
import { identityClass as classes } from "../tables/identity.json";
import {
  type Body,
  type Carried,
  encodeKey,
  numberOf,
  plainBody,
  readKey,
  requirePlain,
  type WordOf,
  wordOf,
} from "./body";
import { decodeName, encodeName } from "./names";

export type IdentityClass = WordOf<typeof classes>;

/** What a certificate says; `name` is 1..40 bytes in one line. */
export interface CertificateFields {
  readonly identityClass: IdentityClass;
  readonly publicKey: Uint8Array;
  readonly name: string;
}

/** Return the body, or throw `LimitError` if the name is outside its bounds. */
export function encodeCertificate(fields: CertificateFields): Body {
  const head = Uint8Array.of(numberOf(classes, fields.identityClass));
  return plainBody(head, encodeKey(fields.publicKey), encodeName(fields.name));
}

/** Return the fields of a certificate's body, or throw `PeerError`. */
export function decodeCertificate(thing: Carried | Body): CertificateFields {
  requirePlain(thing.codec, "a certificate");
  const reader = new Reader(thing.body);
  const identityClass = readClass(reader);
  return { identityClass, publicKey: readKey(reader), name: decodeName(reader.rest()) };
}

/** Return the next class. */
export function readClass(reader: Reader): IdentityClass {
  return wordOf(classes, reader.byte(), "bad_class");
}
