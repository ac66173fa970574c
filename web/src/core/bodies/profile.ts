/**
 * Profiles: a member says under which name it goes and which languages it reads.
 *
 * Source: docs/spec/kinds.md section 1.
 */

import { Reader } from "../bytes";
import { LimitError, PeerError } from "../errors";
import { ascii, type Body, type Carried, fromAscii, plainBody, requirePlain } from "./body";
import { decodeName, encodeName } from "./names";

/** Languages that somebody reads, the best first; more are never asked for. */
export const LANGUAGES_MAX = 4;
const LANGUAGE = /^[a-z]{2}$/;

/** What a profile says; `languages` are 0..4 codes of ISO 639-1, the best first. */
export interface ProfileFields {
  readonly name: string;
  readonly languages: readonly string[];
}

/** Return the body, or throw `LimitError` if name or languages are outside their bounds. */
export function encodeProfile(fields: ProfileFields): Body {
  const { languages } = fields;
  if (languages.length > LANGUAGES_MAX || !areLanguages(languages)) {
    throw new LimitError(
      `Languages are at most ${LANGUAGES_MAX} different codes of two letters, as in de or uk.`,
      "bad_language",
    );
  }
  const count = Uint8Array.of(languages.length);
  return plainBody(count, ascii(languages.join("")), encodeName(fields.name));
}

/** Return the fields of a profile's body, or throw `PeerError`. */
export function decodeProfile(thing: Carried | Body): ProfileFields {
  requirePlain(thing.codec, "a profile");
  const reader = new Reader(thing.body);
  const count = reader.byte();
  if (count > LANGUAGES_MAX) {
    throw new PeerError("oversize", `${count} languages`);
  }
  const languages = Array.from({ length: count }, () => fromAscii(reader.take(2)));
  if (!areLanguages(languages)) {
    throw new PeerError("bad_language", languages.join(" "));
  }
  return { name: decodeName(reader.rest()), languages };
}

function areLanguages(languages: readonly string[]): boolean {
  const isApart = new Set(languages).size === languages.length;
  return isApart && languages.every((language) => LANGUAGE.test(language));
}
