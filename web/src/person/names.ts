/**
 * Names as people type them and as objects carry them: 1 to 40 bytes in one line.
 *
 * Source: docs/spec/kinds.md section 1; meshnode/board/names.py.
 */

import { utf8 } from "../core/bytes";
import { LimitError } from "../core/errors";
import { cleanText, firstUnshowable } from "../core/text/characters";

/** A name and its place; it rides in every certificate. */
export const NAME_BYTES_MAX = 40;

// biome-ignore lint/suspicious/noControlCharactersInRegex: Python takes these for blanks too.
const BLANKS = /[\s\u001c-\u001f\u0085]+/gu;

/** Returns what a person typed as a name in the form that objects carry. */
export function cleanName(typed: string): string {
  // Blanks before and after: a line end becomes a space, and what is taken out leaves only one.
  return cleanText(typed.replace(BLANKS, " ")).replace(BLANKS, " ").trim();
}

/** Returns a name as UTF-8. Throws `LimitError` for one outside its bounds. */
export function encodeName(name: string): Uint8Array {
  if (name === "") {
    throw new LimitError("The name is empty. Choose one.", "name_empty");
  }
  if (/[\n\t]/.test(name) || firstUnshowable(name) !== null || /^ | $/.test(name)) {
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
