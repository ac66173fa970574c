/** How far two places are from each other, as rough as their positions are. */

import type { Place, Position } from "../../../node/documents/places";
import { say } from "../../../words/words";

const METRES_PER_DEGREE = 111_320;
const METRES_PER_KILOMETRE = 1000;

type Placed = Pick<Place, "position">;

/** Returns metres as the crow flies, or null unless both have a position. */
export function metresBetween(one: Placed, other: Placed): number | null {
  if (one.position === null || other.position === null) {
    return null;
  }
  const { east, north } = offset(one.position, other.position);
  return Math.hypot(east, north);
}

/** Returns how far east and north of one position another is, in metres; good for a town. */
export function offset(
  one: Pick<Position, "latitude" | "longitude">,
  other: Pick<Position, "latitude" | "longitude">,
): { readonly east: number; readonly north: number } {
  const middle = ((one.latitude + other.latitude) / 2) * (Math.PI / 180);
  return {
    east: (other.longitude - one.longitude) * METRES_PER_DEGREE * Math.cos(middle),
    north: (other.latitude - one.latitude) * METRES_PER_DEGREE,
  };
}

/** Returns a distance in words, no finer than positions are. */
export function distanceWords(metres: number): string {
  if (metres < 150) {
    return say("very near");
  }
  if (metres < METRES_PER_KILOMETRE) {
    return say("about {metres} m away", { metres: Math.round(metres / 100) * 100 });
  }
  const kilometres = (metres / METRES_PER_KILOMETRE).toFixed(1);
  return say("about {kilometres} km away", { kilometres });
}
