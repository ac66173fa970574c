/**
 * From a name and a secret to a paired phone, in steps that may be repeated after any failure.
 *
 * Invariant: whoever made something of this phone before is not made anew.
 */

import { PeerError } from "../../../core/errors";
import { type NodeClient, Refused, Unreachable } from "../../../node/client";
import type { Community } from "../../../node/documents/people";
import { codeSecret, pair, readOpening } from "../../../node/pairing";
import type { Arrival } from "../../../person/arrival";
import { OtherCommunity } from "../../../person/failures";
import { entropy, Identity, type IdentityFields, newFields } from "../../../person/identity";
import { erase, forgetPairing, keepPairing, valuesOf } from "../../../person/people";
import { settleIn } from "../../../person/settling";
import { Trust } from "../../../person/trust";
import { person } from "../../app";
import { signing } from "../../self";
import { enter, plain, reached, session, store, useUpArrival } from "../../session";

/** What somebody gave who wants to come in. */
export interface Coming {
  readonly name: string;
  readonly arrival: Arrival | null;
  readonly code: string;
  /** Who they are, if not somebody new: a restored identity, or a further device. */
  readonly fields?: IdentityFields;
}

/** Makes an identity where there is none yet, and lets the node take this phone in. */
export async function comeIn(coming: Coming): Promise<void> {
  const { where } = session.value;
  if (where === null) {
    throw new Unreachable();
  }
  const opening = coming.arrival === null ? null : readOpening(coming.arrival.fragment);
  const secret = opening?.token ?? codeSecret(coming.code);
  const { space, identity, isNew } = await somebody(coming, where.community);
  const paired = await pair(plain, identity.device, secret, opening?.nodeHash ?? null);
  if (paired.key !== where.node) {
    throw new PeerError("wrong_node", "another node let this phone in than the one that answers");
  }
  const pairing = await keepPairing(store, space, paired, Date.now());
  if (
    !(await isOurs(
      signing(pairing, identity, reached, () => {}),
      space,
      identity,
    ))
  ) {
    await forgetPairing(store, pairing);
    if (isNew) {
      await erase(store, space);
    }
    throw new OtherCommunity();
  }
  if (opening?.seed === null) {
    await useUpArrival();
  }
  await enter(where);
  await person.value?.settle();
}

/**
 * Returns whether a node that let us in is one of our community, and takes its charter down if it
 * is the first one: from then on stewards change by what stewards sign.
 */
async function isOurs(node: NodeClient, space: string, identity: Identity): Promise<boolean> {
  const { id } = await node.get<Community>("/community");
  if (id !== identity.community) {
    return false;
  }
  try {
    await (await Trust.open(valuesOf(store, space), id)).look(node);
    return true;
  } catch (error) {
    // It may hold more than it can hand out; a charter of another community is none of ours.
    if (error instanceof PeerError) {
      return false;
    }
    if (error instanceof Refused) {
      return true;
    }
    throw error;
  }
}

async function somebody(
  coming: Coming,
  community: string,
): Promise<{ readonly space: string; readonly identity: Identity; readonly isNew: boolean }> {
  const { known } = session.value;
  const before = known === null ? null : await Identity.open(valuesOf(store, known.space));
  if (known !== null && before !== null) {
    if (before.announcement === null && before.paper !== null && coming.name !== "") {
      await before.rename(coming.name);
    }
    return { space: known.space, identity: before, isNew: false };
  }
  const fields = coming.fields ?? (await newFields(coming.name, entropy));
  const made = await settleIn(store, { ...fields, community }, entropy);
  return { space: made.known.space, identity: made.identity, isNew: true };
}
