/**
 * What somebody is writing, until it is sent: it survives a reload, another screen, and a phone that
 * puts the page to sleep.
 *
 * Not for: what is under way (`person/outbox`). Invariants: it never leaves this tab of this phone;
 * where a browser keeps nothing, forms work all the same and forget.
 */

import { useState } from "preact/hooks";

const PREFIX = "draft ";

/** Returns what is being written under a name, or what `begun` makes; and what changes it. */
export function useDraft<T>(name: string, begun: () => T): readonly [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => draftOf(name, begun()));
  const change = (next: T) => {
    keepDraft(name, next);
    setValue(next);
  };
  return [value, change];
}

/** Returns what is being written under a name; `begun` where there is nothing. */
export function draftOf<T>(name: string, begun: T): T {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "null");
    return fitted(kept, begun);
  } catch {
    return begun;
  }
}

/** Keeps what is being written. */
export function keepDraft(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // No room, or a window that keeps nothing: it stays on the screen.
  }
}

/** Forgets what was written under names that begin so; all of it without one. */
export function forgetDrafts(beginning = ""): void {
  try {
    const names = Object.keys(sessionStorage);
    for (const name of names.filter((one) => one.startsWith(PREFIX + beginning))) {
      sessionStorage.removeItem(name);
    }
  } catch {
    // Nothing was kept.
  }
}

/** A form of an older page has fewer fields, or other ones. */
function fitted<T>(kept: unknown, begun: T): T {
  if (
    kept === null ||
    typeof kept !== typeof begun ||
    Array.isArray(kept) !== Array.isArray(begun)
  ) {
    return begun;
  }
  return typeof begun === "object" && !Array.isArray(begun) ? { ...begun, ...kept } : (kept as T);
}
