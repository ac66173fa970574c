/** What a place is, as somebody chooses it who enters one. */

import type { PlaceCategory } from "../../../core/bodies/place";
import { say } from "../../../words/words";

/** Returns what a sort of place is called. */
export function placeCategoryWord(category: PlaceCategory): string {
  const words: Readonly<Record<PlaceCategory, () => string>> = {
    hall: () => say("hall"),
    water: () => say("drinking water"),
    power: () => say("power and charging"),
    "warm-room": () => say("warm room"),
    shelter: () => say("emergency shelter"),
    food: () => say("kitchen and food"),
    shop: () => say("shop"),
    pharmacy: () => say("pharmacy"),
    "first-aid": () => say("doctor and first aid"),
    park: () => say("park"),
    restaurant: () => say("restaurant"),
    "bus-stop": () => say("bus stop"),
    library: () => say("library"),
    workshop: () => say("workshop"),
    playground: () => say("playground"),
    other: () => say("other place"),
  };
  return words[category]();
}
