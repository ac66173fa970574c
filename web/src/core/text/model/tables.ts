/**
 * Integer tables that need no model: from evidence to classes, from odds to probabilities.
 *
 * Source: docs/spec/text.md sections 4 and 5.
 */

/** Log odds in 1/256, as far as they go: 1 to 3000. */
export const ODDS_MAX = 2047;
const KNOT_BITS = 6;
/** 65536 / (1 + exp(-x)) for x = -8, -7.75 .. 8, rounded. */
const KNOTS = [
  22, 28, 36, 47, 60, 77, 98, 126, 162, 208, 267, 342, 439, 562, 720, 922, 1179, 1506, 1921, 2446,
  3108, 3938, 4971, 6249, 7812, 9702, 11955, 14595, 17625, 21025, 24743, 28693, 32768, 36843, 40793,
  44511, 47911, 50941, 53581, 55834, 57724, 59287, 60565, 61598, 62428, 63090, 63615, 64030, 64357,
  64614, 64816, 64974, 65097, 65194, 65269, 65328, 65374, 65410, 65438, 65459, 65476, 65489, 65500,
  65508, 65514,
];

export const COUNT_CLASSES = 20;
const CLASS_BEGINS = [
  0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 18, 25, 36, 55, 90, 150, 300, 700, 1800, 5000,
];
/** From here on more evidence makes no difference. */
export const COUNT_MAX = 5000;
/** The state of a context that was never seen at this point of the tree. */
export const NO_EVIDENCE = COUNT_CLASSES * COUNT_CLASSES;

/** 0..19 by how often something was seen, 0..5000. */
export const COUNT_CLASS = Uint8Array.from(
  { length: COUNT_MAX + 1 },
  (_, count) => CLASS_BEGINS.filter((begin) => begin <= count).length - 1,
);

/** What a context has seen, by state: 0 nothing, 1 only ones, 2 only zeros, 3 both. */
export const SIDES = Uint8Array.from({ length: NO_EVIDENCE + 1 }, (_, state) => {
  if (state === NO_EVIDENCE) {
    return 0;
  }
  return state < COUNT_CLASSES ? 1 : state % COUNT_CLASSES === 0 ? 2 : 3;
});

/** About how much a context has seen, by state, 0..19. */
export const AMOUNTS = Uint8Array.from({ length: NO_EVIDENCE + 1 }, (_, state) => {
  const sum = Math.floor(state / COUNT_CLASSES) + (state % COUNT_CLASSES);
  return state === NO_EVIDENCE ? 0 : Math.min(COUNT_CLASSES - 1, sum);
});

const PROBABILITIES = Uint16Array.from({ length: 2 * ODDS_MAX + 2 }, (_, index) => {
  const knot = index >> KNOT_BITS;
  const low = KNOTS[knot] as number;
  const rest = index & ((1 << KNOT_BITS) - 1);
  const high = KNOTS[knot + 1] ?? low;
  return low + (((high - low) * rest) >> KNOT_BITS);
});

/** Return the probability of a 1, 22..65513 in 65536; log odds in 1/256 may be any number. */
export function probability(odds: number): number {
  const bounded = Math.max(-ODDS_MAX, Math.min(ODDS_MAX, odds));
  return PROBABILITIES[bounded + ODDS_MAX + 1] as number;
}
