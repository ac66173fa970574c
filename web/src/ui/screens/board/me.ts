/** What the person on this phone may do here: whether a button is there, never whether it counts. */

import { person } from "../../app";

const MODERATING = ["moderator", "coordinator"];

/** Returns the reader's fingerprint; null for who has not joined. */
export function myFingerprint(): string | null {
  return person.value?.fingerprint ?? null;
}

/** Returns whether the reader may say something on the board. */
export function isMember(): boolean {
  return person.value?.standing.value.isMember ?? false;
}

/** Returns whether the reader may post what is severe. */
export function isCoordinator(): boolean {
  return isSteward() || hasRole("coordinator");
}

/** Returns whether the reader may hide, label and correct what others said. */
export function isModerator(): boolean {
  return isSteward() || MODERATING.some(hasRole);
}

/** Returns whether something is the reader's own. */
export function isMine(thing: { readonly author_fingerprint: string | null }): boolean {
  const me = myFingerprint();
  return me !== null && thing.author_fingerprint === me;
}

function isSteward(): boolean {
  return person.value?.standing.value.isSteward ?? false;
}

function hasRole(role: string): boolean {
  return person.value?.standing.value.roles.some((one) => one.role === role) ?? false;
}
