/**
 * What this phone knows by itself of its community, as screens see it.
 *
 * Not for: finding it out (`person/trust`), which is loaded once somebody has joined.
 */

import { computed, effect, signal, untracked } from "@preact/signals";
import type { Trust } from "../person/trust";
import { node, peopleRevision, person } from "./app";
import { plain } from "./session";

/** What is proven here; null while nobody is paired, or it is loading. */
export const trust = signal<Trust | null>(null);

/** Whether this phone proves things here: somebody has joined with it, and the node lets it ask. */
export const isProving = computed(() => {
  const somebody = person.value;
  return somebody !== null && node.value !== plain && !somebody.standing.value.isRevoked;
});

/** Whether this node names other stewards than this phone can prove. */
export const namesOthers = computed(() => trust.value?.agreement.value === "other");

/** Opens what is known for whoever is here, and looks anew when people change. Called once. */
export function followTrust(): void {
  let opening = 0;
  effect(() => {
    const somebody = person.value;
    const isPaired = node.value !== plain;
    opening += 1;
    const turn = opening;
    untracked(() => {
      trust.value = null;
      if (somebody === null || !isPaired) {
        return;
      }
      import("./trustroom")
        .then(({ trustOf }) => trustOf(somebody))
        .then((opened) => {
          if (turn === opening) {
            trust.value = opened;
            lookAgain();
          }
        })
        // Without it nothing is shown as confirmed; the next start of the page tries again.
        .catch(() => {});
    });
  });
  effect(() => {
    peopleRevision.value;
    untracked(lookAgain);
  });
}

/** What the node keeps back, or cannot prove, changes nothing of what is known. */
function lookAgain(): void {
  const client = node.value;
  if (client !== null && client !== plain) {
    trust.value?.look(client).catch(() => {});
  }
}
