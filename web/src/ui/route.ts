/**
 * Where the reader is: `#/board/offer/3f2a…` as a list of words. The browser's way back works.
 *
 * Fragments that do not begin with `#/` carry secrets (pairing); `person/arrival` takes them away
 * before anything else looks.
 */

import { signal } from "@preact/signals";

/** The words of the address; the first is the screen. */
export const route = signal<readonly string[]>(read());

/** Goes to a screen. */
export function go(...words: readonly string[]): void {
  location.hash = href(...words).slice(1);
}

/** Returns the address of a screen, for links. */
export function href(...words: readonly string[]): string {
  return `#/${words.map(encodeURIComponent).join("/")}`;
}

/** Goes back, or to `words` if the reader came here directly. */
export function goBack(...words: readonly string[]): void {
  if (history.length > 1) {
    history.back();
  } else {
    go(...words);
  }
}

function read(): readonly string[] {
  const { hash } = globalThis.location ?? { hash: "" };
  if (!hash.startsWith("#/")) {
    return ["now"];
  }
  const words = hash.slice(2).split("/").filter(Boolean).map(decoded);
  return words.length > 0 ? words : ["now"];
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

globalThis.addEventListener?.("hashchange", () => {
  route.value = read();
  globalThis.scrollTo?.(0, 0);
});
