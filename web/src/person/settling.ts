/**
 * An identity in its place on this phone: kept apart from others, and speaking to its node.
 *
 * Not for: who is here (`people`), which a phone has to know before any key is needed.
 */

import { fromHex, hex } from "../core/bytes";
import type { Signer } from "../node/client";
import { openSigner } from "../node/signer";
import { type Entropy, Identity, type IdentityFields } from "./identity";
import { type Known, keepChallenge, keepKnown, type Pairing, valuesOf } from "./people";
import type { KeyValue, Store } from "./store";

const COUNTER = "counter";
/** Ten years in milliseconds: further than any clock goes back by mistake. */
const LEAP = 315_360_000_000;

/** Keeps a new identity for a community, apart from all others. */
export async function settleIn(
  store: Store,
  fields: IdentityFields,
  random: Entropy,
): Promise<{ readonly known: Known; readonly identity: Identity }> {
  const known: Known = { space: hex(random(8)), community: fields.community };
  const identity = await Identity.create(valuesOf(store, known.space), fields);
  try {
    await keepKnown(store, known);
  } catch (error) {
    await store.drop(`${known.space}/`);
    throw error;
  }
  return { known, identity };
}

/** Returns what signs an identity's requests to a node that let it in. */
export function signerFor(
  store: Store,
  pairing: Pairing,
  identity: Identity,
  nowMs: () => number,
  notKnown: () => void,
): Signer {
  const values = valuesOf(store, pairing.space);
  let leap: "none" | "clock" = "clock";
  const signer = openSigner({
    device: identity.device,
    node: fromHex(pairing.key),
    challenge: pairing.challenge,
    counter: (isAhead) => {
      const wanted = isAhead ? "far" : leap;
      leap = "none";
      return nextCounter(values, nowMs(), wanted);
    },
    renewed: (challenge) => void keepChallenge(store, pairing, challenge),
  });
  return { ...signer, notKnown };
}

/**
 * Returns a number above all that this phone has used, kept before it is returned.
 *
 * It leaps to the clock once, when a page begins: that is what a phone has that lost what it kept.
 * From then on it counts by one, since a number that followed the clock would leave requests that
 * are on their way behind the node's window.
 */
export function nextCounter(
  values: KeyValue,
  nowMs: number,
  leap: "none" | "clock" | "far",
): Promise<number> {
  return values.change<number>(COUNTER, (last = 0) => {
    const next = last + 1 + (leap === "far" ? LEAP : 0);
    return leap === "clock" ? Math.max(next, Math.floor(nowMs)) : next;
  });
}
