/**
 * The numbered list of things of an offer: each with the sort, category and unit that an offer of
 * it has unless its author says else.
 *
 * A number never changes its meaning; later versions know more of them.
 * Source: docs/spec/exchange.md section 1.
 */

import things from "../tables/things.json";
import type { Category } from "./bulletin";
import type { OfferSort, UNITS } from "./offer";

/** One entry of the list. */
export interface Thing {
  readonly number: number;
  readonly identifier: string;
  readonly sort: OfferSort;
  readonly category: Category;
  readonly unit: (typeof UNITS)[number];
}

export const THINGS = things as readonly Thing[];

/** Return the thing of a number, or null if this version does not know it. */
export function thingOf(number: number): Thing | null {
  return THINGS.find((thing) => thing.number === number) ?? null;
}
