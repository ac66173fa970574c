/**
 * What the address brought along behind its `#`: a pairing's token, or another phone's request.
 *
 * It is a secret, so it is taken out of the address bar and the history before anything else; it
 * is kept until it is used, so that a reload does not lose it. Fragments with `#/` are screens.
 */

import type { KeyValue } from "./store";

const ARRIVAL = "arrival";
/** A token lasts ten minutes at the node; after a day not even a wrong clock saves it. */
const KEPT_MS_MAX = 24 * 3_600_000;
const FRAGMENT = /^#[12]\..{1,2048}$/s;

/** What came with the address, `1.…` or `2.…`, without `#`. */
export interface Arrival {
  readonly fragment: string;
  readonly arrivedMs: number;
}

/** The parts of a window that are needed. */
export interface Address {
  readonly location: { readonly hash: string; readonly pathname: string; readonly search: string };
  readonly history: Pick<History, "replaceState">;
}

/**
 * Takes the secret out of the address, at once and without waiting; null: there is none.
 */
export function takeFragment({ location, history }: Address): string | null {
  if (!FRAGMENT.test(location.hash)) {
    return null;
  }
  const fragment = location.hash.slice(1);
  history.replaceState(null, "", `${location.pathname}${location.search}#/now`);
  return fragment;
}

/** Keeps what came, and returns it; without one, what came before and was not used. */
export async function keepArrival(
  values: KeyValue,
  fragment: string | null,
  nowMs: number,
): Promise<Arrival | null> {
  if (fragment !== null) {
    const arrival = { fragment, arrivedMs: nowMs };
    await values.put(ARRIVAL, arrival);
    return arrival;
  }
  const kept = (await values.get<Arrival | null>(ARRIVAL)) ?? null;
  return kept !== null && nowMs - kept.arrivedMs < KEPT_MS_MAX ? kept : null;
}

/** Forgets it: it was used, or is no good. */
export async function forgetArrival(values: KeyValue): Promise<void> {
  await values.put(ARRIVAL, null);
}
