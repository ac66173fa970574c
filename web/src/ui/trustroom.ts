/** Opens what this phone knows of a community by itself; loaded when somebody has joined. */

import type { Person } from "../person/person";
import type { KeyValue } from "../person/store";
import { Trust } from "../person/trust";

const opened = new WeakMap<KeyValue, Promise<Trust>>();

/** Returns what somebody's phone knows; one for all that ask. */
export function trustOf({ identity, values }: Person): Promise<Trust> {
  const known = opened.get(values) ?? Trust.open(values, identity.community ?? "");
  opened.set(values, known);
  // What could not be opened is tried again.
  known.catch(() => opened.delete(values));
  return known;
}
