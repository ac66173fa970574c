/**
 * Somebody with keys, on a screen: loaded when this phone knows somebody, since strangers who read
 * the board need none of the cryptography.
 */

import { type NodeClient, openClient } from "../node/client";
import type { Identity } from "../person/identity";
import type { Pairing } from "../person/people";
import { openPerson, type Person } from "../person/person";
import { signerFor } from "../person/settling";
import type { KeyValue } from "../person/store";
import { nodeAddress } from "./address";
import { store } from "./session";

export type Reached = (isThere: boolean) => void;

/** Returns who is kept in `values` and their way to the node that paired them. */
export async function openSelf(
  values: KeyValue,
  pairing: Pairing | null,
  reached: Reached,
  notKnown: () => void,
): Promise<{ readonly person: Person | null; readonly client: NodeClient | null }> {
  const person = await openPerson(values);
  if (person === null || pairing === null) {
    return { person, client: null };
  }
  const client = signing(pairing, person.identity, reached, notKnown);
  person.meet(client);
  return { person, client };
}

/** Returns a client whose requests an identity's device signs. */
export function signing(
  pairing: Pairing,
  identity: Identity,
  reached: Reached,
  notKnown: () => void,
): NodeClient {
  const signer = signerFor(store, pairing, identity, Date.now, notKnown);
  return openClient(nodeAddress(), signer, reached);
}
