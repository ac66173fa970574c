/**
 * Names that people, nodes and circles carry: one line that can be shown.
 *
 * Invariant: what `decodeName` returns has 1..40 bytes of UTF-8, no line break, no invisible
 * character, no space at its ends.
 * Source: docs/spec/kinds.md section 1.
 */

import { fromUtf8, utf8 } from "../core/bytes";
import { LimitError, PeerError } from "../core/errors";
import { cleanText, firstUnshowable } from "../core/text/characters";

/** A name and its place, as in `Begegnungszentrum Nordmarkt`. */
export const NAME_BYTES_MAX = 40;

// biome-ignore lint/suspicious/noControlCharactersInRegex: Python takes these for blanks too.
const BLANKS = /[\s\u001c-\u001f\u0085]+/gu;

/**
 * Return what a person typed as a name in the form that objects carry: composed characters, every
 * blank one space, nothing invisible.
 */
export function cleanName(name: string): string {
  const shown = cleanText(name.replace(BLANKS, " "));
  return shown.replace(BLANKS, " ").trim();
}

/** Return a name as UTF-8. Throws `LimitError` if it is outside its bounds. */
export function encodeName(name: string): Uint8Array {
  if (name === "") {
    throw new LimitError("The name is empty. Choose one.", "name_empty");
  }
  if (/[\n\t]/.test(name) || firstUnshowable(name) !== null || name !== trimmed(name)) {
    throw new LimitError("The name has a line break or an invisible character.", "name_form");
  }
  const data = utf8(name);
  if (data.length > NAME_BYTES_MAX) {
    throw new LimitError(
      `The name takes ${data.length} bytes; at most ${NAME_BYTES_MAX} fit.`,
      "name_too_long",
      { bytes: data.length, most: NAME_BYTES_MAX },
    );
  }
  return data;
}

/** Return the name that `data` holds, or throw `PeerError`. */
export function decodeName(data: Uint8Array): string {
  if (data.length > NAME_BYTES_MAX) {
    throw new PeerError("oversize", `a name of ${data.length} bytes`);
  }
  const name = fromUtf8(data);
  if (name === "") {
    throw new PeerError("bad_length", "the name is empty");
  }
  if (/[\n\t]/.test(name) || firstUnshowable(name) !== null) {
    throw new PeerError("bad_character", "a name is one line that can be shown");
  }
  if (name !== trimmed(name)) {
    throw new PeerError("not_canonical", "a name begins or ends with a space");
  }
  return name;
}

function trimmed(name: string): string {
  return name.replace(/^ +| +$/g, "");
}
