/** Whether this phone's person looks after a place. */

import type { Place } from "../../../node/documents/places";
import { person } from "../../app";

/** Returns whether somebody may open slots at a place and speak as its host. */
export function isHostOf(place: Pick<Place, "root" | "author_fingerprint">): boolean {
  const me = person.value;
  if (me === null) {
    return false;
  }
  const { isSteward, roles } = me.standing.value;
  const isRole = roles.some(
    (one) => one.role === "host" && (one.place === null || one.place.startsWith(place.root)),
  );
  return isSteward || isRole || place.author_fingerprint === me.fingerprint;
}
