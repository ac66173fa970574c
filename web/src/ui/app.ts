/**
 * The state that all screens share, as signals; whoever changes it does so here or in `person`.
 *
 * Not for: what one screen alone knows. Invariant: screens read, and call functions; they never
 * talk to IndexedDB or sign by themselves.
 */

import { signal } from "@preact/signals";
import type { NodeClient } from "../node/client";
import type { Letters } from "../person/letters";
import type { Person } from "../person/person";

/** The node in use. Set before anything is rendered. */
export const node = signal<NodeClient | null>(null);
/** Who uses this phone; null until somebody has joined or restored. */
export const person = signal<Person | null>(null);
/** Sends private words along with something else; null until a mailbox is open. */
export const letters = signal<Letters | null>(null);
/** Whether the node answered last time, and when it did (this phone's clock). */
export const reach = signal<{ readonly isThere: boolean; readonly sinceMs: number }>({
  isThere: true,
  sinceMs: 0,
});
/** Rises with every change that the node tells of; what shows the board reads it to load anew. */
export const revision = signal(0);
/** Rises with every change that may be about who belongs, and with which keys. */
export const peopleRevision = signal(0);

/** Returns the node; the shell has set it before a screen exists. */
export function theNode(): NodeClient {
  if (node.value === null) {
    throw new Error("no node yet");
  }
  return node.value;
}
