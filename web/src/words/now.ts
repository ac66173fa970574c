/**
 * What time it is: the node's word, where this phone's own clock is far from it.
 *
 * A phone that lay in a drawer stands in another year; by its own clock all would be over, or
 * nothing yet. Not for: what is signed, whose minute the node tells at that moment. Invariant: a node
 * that does not know the time itself changes nothing.
 */

/** The node tells minutes, on their way for seconds: what is less is no fault of the phone's. */
const APART_MS_MIN = 5 * 60_000;

/** What a node says of the time (`/status`). */
interface Told {
  readonly quality: string;
  readonly now: string;
}

let aheadMs = 0;

/** Returns the present moment, in milliseconds since 1970. */
export function nowMs(): number {
  return Date.now() - aheadMs;
}

/** Hears what time it is for the node. */
export function hearClock({ quality, now }: Told): void {
  const apartMs = Date.now() - Date.parse(now);
  if (quality !== "unknown" && !Number.isNaN(apartMs)) {
    aheadMs = Math.abs(apartMs) < APART_MS_MIN ? 0 : apartMs;
  }
}
