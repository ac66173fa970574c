/**
 * Which characters a text may have, and how what people type is brought into that form.
 *
 * Source: docs/spec/object.md section 6.
 */

/**
 * Control characters but newline and tab, other line ends, bidirectional overrides, and halves of
 * surrogate pairs. Written out as ranges: categories of Unicode change with its version, and two
 * programs must agree.
 */
const UNSHOWABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they end lines.
const LINE_ENDS = /\r\n|[\r\u000b\u000c\u0085\u2028\u2029]/g;
const BLANK_ENDS = /^[\p{Zs}\t\n]+|[\p{Zs}\t\n]+$/gu;

/** A character that no text may have, and its place, counted in characters from 1. */
export interface Unshowable {
  readonly point: number;
  readonly position: number;
}

/** Return the first character that no text may have, or null. */
export function firstUnshowable(text: string): Unshowable | null {
  const at = text.search(UNSHOWABLE);
  if (at < 0) {
    return null;
  }
  return {
    point: text.codePointAt(at) as number,
    position: Array.from(text.slice(0, at)).length + 1,
  };
}

/** Return `text` without the characters that no text may have. */
export function withoutUnshowable(text: string): string {
  return text.replace(UNSHOWABLE, "");
}

/** Return a character as it is named: `U+202E`. */
export function pointName(point: number): string {
  return `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * Return what a person typed in the form that texts are carried in.
 *
 * One kind of line end, composed characters (NFC), nothing invisible that could mislead, no blank
 * space at either end. Nothing that can be seen is lost.
 */
export function cleanText(text: string): string {
  const shown = withoutUnshowable(text.replace(LINE_ENDS, "\n"));
  return shown.normalize("NFC").replace(BLANK_ENDS, "");
}
