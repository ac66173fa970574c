/** Opens the mailbox of whoever uses this phone; loaded when somebody does. */

import { fromHex, hex } from "../core/bytes";
import { NodeCarrier } from "../node/carrier";
import type { NodeClient } from "../node/client";
import { textsWith } from "../node/texts";
import { entropy } from "../person/identity";
import { type Lease, leaseOf } from "../person/lease";
import { MAIL, type Mailbox, openMailbox } from "../person/mail";
import type { Person } from "../person/person";
import { session, store } from "./session";
import { trustOf } from "./trustroom";

let stopHearing = () => {};
/** By which word this tab is known among those of this browser. */
let tab: string | null = null;

/** Returns somebody's open mailbox, or null where they belong to no community yet. */
export async function openMailroom(person: Person, client: NodeClient): Promise<Mailbox | null> {
  const { identity, values } = person;
  const { known, pairing } = session.value;
  if (identity.community === null) {
    return null;
  }
  const opened = await openMailbox({
    values,
    device: identity.device,
    community: fromHex(identity.community),
    sign: (content) => identity.sign(content),
    texts: (files) => textsWith(client.address, files),
    random: entropy,
    lease: ownLease(identity.fingerprint),
    nowMs: Date.now,
  });
  stopHearing();
  stopHearing = store.heed((name) => {
    if (name === `${known?.space}/${MAIL}`) {
      void opened.refresh();
    }
  });
  const trust = pairing && (await trustOf(person));
  opened.meet(trust && new NodeCarrier(client, identity.community, trust));
  void opened.sync();
  return opened;
}

/** A browser without `localStorage` has no second tab that matters. */
function ownLease(fingerprint: string): Lease {
  try {
    tab ??= hex(entropy(8));
    const lease = leaseOf(localStorage, `mail ${fingerprint}`, tab, Date.now);
    addEventListener("pagehide", () => lease.release());
    return lease;
  } catch {
    return { take: () => true, release: () => {} };
  }
}
