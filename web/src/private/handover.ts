/**
 * Giving the node what was sealed, and hearing where it is: on the node, on others, nowhere.
 *
 * Not for: sealing (`outbox`). Invariants: what leaves was saved before; after a crash the same
 * bytes leave again, unless the node turns out to have them.
 * Source: docs/spec/private.md section 9.
 */

import { hex } from "../core/bytes";
import { expiresMin, type SignedObject } from "../core/object";
import { type Carrier, CarryRefused } from "./carrier";
import { type Box, type Keeper, updateSent } from "./mailbox";
import { refuse } from "./outbox";
import {
  type Copy,
  digestOf,
  idsOf,
  isSettled,
  type Mail,
  type Parcel,
  type Refusal,
  type Sent,
} from "./records";
import { lifetimeMinutes } from "./sealing";

/** Messages about which the node is asked where they are, at one meeting; the newest. */
const LOOKED_AT_MAX = 8;

/** What became of a body at the node. */
type Outcome =
  | { readonly parcel: Parcel; readonly thing: SignedObject }
  | { readonly parcel: Parcel; readonly refusal: Refusal }
  | { readonly parcel: Parcel; readonly isTooLate: true };

/**
 * Hand the node what was sealed and saved; return what it refused.
 *
 * If what came of it is never saved, the same bodies are recognised by `meet` or leave again.
 */
export async function submit(
  keeper: Keeper,
  carrier: Carrier,
  minute: number,
): Promise<readonly Refusal[]> {
  const outcomes: Outcome[] = [];
  try {
    for (const parcel of keeper.mail.parcels) {
      outcomes.push(await handOver(carrier, parcel, minute));
    }
  } finally {
    if (outcomes.length > 0) {
      await keeper.change((box) => {
        for (const one of outcomes) {
          settle(box, one);
        }
      });
    }
  }
  return outcomes.flatMap((one) => ("refusal" in one ? [one.refusal] : []));
}

/** Return whether a body on the node is of our own making; take note of it then. */
export function meet(box: Box, thing: SignedObject): boolean {
  const digest = digestOf(thing.body);
  const { mail } = box;
  const wasWaiting = mail.parcels.some((one) => one.digest === digest);
  if (wasWaiting) {
    mail.parcels = mail.parcels.filter((one) => one.digest !== digest);
  }
  return noteOnNode(box, digest, thing) || wasWaiting;
}

/** Return whether a body is of our own making, without taking note. */
export function isOurs(mail: Readonly<Mail>, digest: string): boolean {
  return (
    mail.parcels.some((one) => one.digest === digest) ||
    [...mail.sent.values()].some((sent) => sent.copies.some((copy) => copy.digest === digest))
  );
}

/** Ask the node which others have what has not arrived yet. */
export async function lookAround(keeper: Keeper, carrier: Carrier): Promise<void> {
  const underWay = [...keeper.mail.sent.values()]
    .filter((one) => !isSettled(one) && idsOf(one).length > 0)
    .sort((a, b) => a.order - b.order)
    .slice(-LOOKED_AT_MAX);
  const found: { readonly id: string; readonly changes: Partial<Sent> }[] = [];
  for (const sent of underWay) {
    const places = await carrier.placesOf(idsOf(sent).at(-1) as string);
    if (places === null) {
      continue;
    }
    const having = places.filter((one) => one.hasIt === true).map((one) => one.name);
    const names = [...new Set([...sent.places, ...having])];
    const lacking = places
      .filter((one) => one.hasIt === false && !names.includes(one.name))
      .map(({ name, lastContactMin }) => ({ name, lastContactMin }));
    const state = names.length > 0 ? "passed_on" : "on_node";
    if (
      sent.state !== state ||
      JSON.stringify([names, lacking]) !== JSON.stringify([sent.places, sent.lacking])
    ) {
      found.push({ id: sent.id, changes: { places: names, lacking, state } });
    }
  }
  if (found.length > 0) {
    await keeper.change((box) => {
      for (const { id, changes } of found) {
        updateSent(box, id, changes);
      }
    });
  }
}

async function handOver(carrier: Carrier, parcel: Parcel, minute: number): Promise<Outcome> {
  const minutes = lifetimeMinutes(parcel, minute);
  if (minutes === null) {
    return { parcel, isTooLate: true };
  }
  try {
    return { parcel, thing: await carrier.carry(parcel.body, minutes) };
  } catch (error) {
    if (error instanceof CarryRefused) {
      return { parcel, refusal: error.refusal };
    }
    throw error;
  }
}

function settle(box: Box, outcome: Outcome): void {
  const { parcel } = outcome;
  if ("refusal" in outcome) {
    refuse(box, parcel.sent, outcome.refusal);
    return;
  }
  const { mail } = box;
  mail.parcels = mail.parcels.filter((one) => one.digest !== parcel.digest);
  if ("thing" in outcome) {
    noteOnNode(box, parcel.digest, outcome.thing);
    return;
  }
  // It waited too long for a node: let the message be sealed anew.
  const sent = mail.sent.get(parcel.sent ?? "");
  if (sent) {
    const copies = sent.copies.filter((one) => one.digest !== parcel.digest);
    updateSent(box, sent.id, { copies });
  }
}

/** Take note that a body lies on the node as this object; return whether it is a message. */
function noteOnNode(box: Box, digest: string, thing: SignedObject): boolean {
  const id = hex(thing.id);
  for (const sent of box.mail.sent.values()) {
    if (sent.copies.some((copy) => copy.digest === digest)) {
      const copies = sent.copies.map((copy) =>
        copy.digest === digest ? noted(copy, id, thing) : copy,
      );
      updateSent(box, sent.id, { copies, state: "on_node", refusal: null });
      return true;
    }
  }
  return false;
}

function noted(copy: Copy, id: string, thing: SignedObject): Copy {
  const ids = copy.ids.includes(id) ? copy.ids : [...copy.ids, id];
  return { ...copy, ids, expiresMin: Math.max(expiresMin(thing), copy.expiresMin ?? 0) };
}
