/**
 * Names that people, organisations and nodes carry: one line that can be shown.
 *
 * Source: docs/spec/kinds.md section 1.
 */

import { utf8 } from "../bytes";
import { LimitError, PeerError } from "../errors";
import { firstUnshowable, withoutUnshowable } from "../text/characters";
import { NO_TEXTS, readText } from "../text/texts";

/** A name and its place, as in `Begegnungszentrum Nordmarkt`; it rides in every certificate. */
export const NAME_BYTES_MAX = 40;

/** Return what a person typed as a name in the form that objects carry. */
export function cleanName(name: string): string {
  // Before and after: a line end becomes a space, and what is taken out leaves only one.
  const shown = withoutUnshowable(name.replace(/\s+/gu, " "));
  return shown.replace(/\s+/gu, " ").replace(/^ | $/g, "").normalize("NFC");
}

/** Return the name as UTF-8, or throw `LimitError` with what is wrong for whoever chose it. */
export function encodeName(name: string): Uint8Array {
  if (name === "") {
    throw new LimitError("The name is empty. Choose one.", "empty_name");
  }
  if (/[\n\t]/.test(name) || firstUnshowable(name) !== null) {
    throw new LimitError(
      "The name has a line break or an invisible character. Remove it.",
      "bad_character",
    );
  }
  if (/^ | $/.test(name)) {
    throw new LimitError("The name begins or ends with a space. Remove it.", "bad_character");
  }
  const data = utf8(name);
  if (data.length > NAME_BYTES_MAX) {
    throw new LimitError(
      `The name takes ${data.length} bytes; at most ${NAME_BYTES_MAX} fit (letters such as ä ` +
        "take two). Choose a shorter one.",
      "long_name",
      { bytes: data.length, most: NAME_BYTES_MAX },
    );
  }
  return data;
}

/** Return the name that bytes hold, or throw `PeerError`. */
export function decodeName(data: Uint8Array): string {
  const name = readText(NO_TEXTS, 0, data, NAME_BYTES_MAX);
  if (name === "") {
    throw new PeerError("bad_length", "the name is empty");
  }
  if (/[\n\t]/.test(name)) {
    throw new PeerError("bad_character", "a name is one line without tabs");
  }
  if (/^ | $/.test(name)) {
    throw new PeerError("not_canonical", "a name begins or ends with a space");
  }
  return name;
}
