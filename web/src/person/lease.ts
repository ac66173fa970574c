/**
 * Which of several tabs of this browser meets the node: one at a time, so that nothing is handed over
 * twice.
 *
 * Only a courtesy: `localStorage` has no transactions, so two tabs may both believe for a moment. No
 * number is used twice then either, because the record is changed in one transaction; at worst a
 * node wraps the same bytes twice, and readers show them once.
 */

/** The parts of `localStorage` that are needed. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Lease {
  /** Returns whether this tab may go on, and keeps the others away for a while. */
  take(): boolean;
  release(): void;
}

/** Longer than any request, shorter than somebody waits who closed the other tab. */
const LASTS_MS = 20_000;

/** Returns this tab's share in what `name` names; `tab` is a word that no other tab has. */
export function leaseOf(shelf: Shelf, name: string, tab: string, nowMs: () => number): Lease {
  return {
    take: () => {
      const held = parsed(shelf.getItem(name));
      const leftMs = held.untilMs - nowMs();
      // One that ends further away than any lasts was written before the clock went back.
      if (held.tab !== tab && leftMs > 0 && leftMs <= LASTS_MS) {
        return false;
      }
      shelf.setItem(name, `${tab} ${nowMs() + LASTS_MS}`);
      return true;
    },
    release: () => {
      if (parsed(shelf.getItem(name)).tab === tab) {
        shelf.removeItem(name);
      }
    },
  };
}

function parsed(text: string | null): { readonly tab: string; readonly untilMs: number } {
  const [tab = "", until = "0"] = (text ?? "").split(" ");
  return { tab, untilMs: Number(until) };
}
