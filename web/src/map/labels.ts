/** Which names find room on the map: none over another, none over another's dot. */

import type { Point } from "./projection";

/** Of a wide typeface: a name that ends at the edge is cut off. */
const CHARACTER_PIXELS = 9.2;
const LINE_PIXELS = 18;
const GAP_PIXELS = 12;
const DOT_PIXELS = 8;
const CHARACTERS_MAX = 24;

export interface Named {
  readonly name: string;
  readonly at: Point;
}

/** Where a name goes; null where there is no room for it. */
export interface Label {
  readonly text: string;
  readonly anchor: "start" | "end" | "middle";
  readonly x: number;
  readonly y: number;
}

/** Part of the screen. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a name may stand beside its dot, best first: to which side, and how far down. */
const SPOTS = [
  ["start", 0],
  ["end", 0],
  ["middle", -18],
  ["middle", 18],
] as const;

/**
 * Returns a label for each, in order: those that come first have the choice. `textScale` is 2 where
 * the reader has set letters twice as large; `covered` is where something else lies on the map.
 */
export function placed(
  names: readonly Named[],
  width: number,
  textScale = 1,
  covered: readonly Box[] = [],
): readonly (Label | null)[] {
  const dots = names.map(({ at }) => boxOf(at.x - DOT_PIXELS, at.x + DOT_PIXELS, at.y));
  const taken: Box[] = [...covered];
  return names.map(({ name, at }, number) => {
    const text = shortened(name);
    const length = Array.from(text).length * CHARACTER_PIXELS * textScale;
    for (const [anchor, down] of SPOTS) {
      const box = boxAt(at, length, anchor, down * textScale);
      const isFree =
        !taken.some((one) => meet(one, box)) &&
        !dots.some((one, other) => other !== number && meet(one, box));
      if (isFree && box.left >= 0 && box.right <= width) {
        taken.push(box);
        return { text, anchor, x: edgeOf(box, anchor), y: at.y + down * textScale };
      }
    }
    return null;
  });
}

function boxAt(at: Point, length: number, anchor: Label["anchor"], down: number): Box {
  const lefts = {
    start: at.x + GAP_PIXELS,
    end: at.x - GAP_PIXELS - length,
    middle: at.x - length / 2,
  };
  return boxOf(lefts[anchor], lefts[anchor] + length, at.y + down);
}

function edgeOf(box: Box, anchor: Label["anchor"]): number {
  const edges = { start: box.left, end: box.right, middle: (box.left + box.right) / 2 };
  return edges[anchor];
}

function boxOf(left: number, right: number, middle: number): Box {
  return { left, right, top: middle - LINE_PIXELS / 2, bottom: middle + LINE_PIXELS / 2 };
}

function meet(one: Box, other: Box): boolean {
  const isBeside = one.right <= other.left || other.right <= one.left;
  return !(isBeside || one.bottom <= other.top || other.bottom <= one.top);
}

function shortened(name: string): string {
  const letters = Array.from(name);
  return letters.length <= CHARACTERS_MAX
    ? name
    : `${letters.slice(0, CHARACTERS_MAX - 1).join("")}…`;
}
