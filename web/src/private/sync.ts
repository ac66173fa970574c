/**
 * One meeting of a phone with a node: take in what came, then hand over what is due.
 *
 * Not for: the steps themselves. Invariants: everything sealed or signed is saved before the node
 * gets it; whatever breaks off in between, the next meeting goes on where this one stopped.
 * Source: docs/spec/private.md section 9.
 */

import { encodePrekey } from "../core/bodies/prekey";
import { decodeObject, expiresMin, KIND } from "../core/object";
import { type Carrier, CarryRefused } from "./carrier";
import { askAfterAbsence, forgetEpochs } from "./circles";
import { lookAround, submit } from "./handover";
import { receive } from "./inbox";
import type { Founding, Reading } from "./letters";
import { type Box, type Keeper, tellTime } from "./mailbox";
import { expire, sealDue } from "./outbox";
import { isPrekeyDue, nextPrekey, PREKEY_MIN } from "./prekey";
import { sealOwed } from "./receipts";
import type { Refusal } from "./records";
import type { Roster } from "./roster";
import { type Agree, agreementPair } from "./sealed";

/** Take in what the node holds for this phone; saved when the promise is kept. */
export async function collect(
  keeper: Keeper,
  carrier: Carrier,
  agreedWith: Agree,
): Promise<Roster> {
  const roster = await carrier.roster();
  await keeper.change((box) => forgetEpochs(box, tellTime(box, roster.minute)));
  const reading: Reading = { roster, founding: await foundingOf(keeper), agreedWith };
  await receive(keeper, carrier, reading);
  await keeper.change((box) => expire(box, Math.max(box.mail.minute, roster.minute)));
  return roster;
}

/** Hand over what is due; return what the node refused. `looks`: ask where messages are, too. */
export async function deliver(
  keeper: Keeper,
  carrier: Carrier,
  roster: Roster,
  looks = true,
): Promise<readonly Refusal[]> {
  if (!roster.owners.has(keeper.device)) {
    return [];
  }
  const founding = await foundingOf(keeper);
  await keeper.change((box) => {
    renewPrekey(box, roster.minute);
    askAfterAbsence(box, roster);
    founding?.upkeep(box, roster);
    sealDue(box, roster);
    sealOwed(box, roster);
    box.mail.syncedMin = roster.minute;
  });
  await signAll(keeper);
  const refusals = [
    ...(await publishAll(keeper, carrier)),
    ...(await submit(keeper, carrier, roster.minute)),
  ];
  if (looks) {
    await lookAround(keeper, carrier);
  }
  return refusals;
}

/** Return what founders do; a phone that founded nothing does not load it. */
async function foundingOf({ mail }: Keeper): Promise<Founding> {
  return mail.founded.size > 0 ? await import("./founding") : null;
}

function renewPrekey(box: Box, minute: number): void {
  const { mail } = box;
  if (isPrekeyDue(mail.prekeys, minute)) {
    const prekey = nextPrekey(mail.prekeys, box.draw(32), minute);
    mail.prekeys = [...mail.prekeys, prekey];
    const { publicKey } = agreementPair(prekey.secret);
    const { body } = encodePrekey({ number: prekey.number, publicKey });
    const unsigned = { kind: KIND.prekey, body, createdMin: minute, minutes: PREKEY_MIN };
    mail.unsigned = [...mail.unsigned, unsigned];
  }
}

/** Sign what is to be signed, and save it. */
async function signAll(keeper: Keeper): Promise<void> {
  const signed: Uint8Array[] = [];
  const done = new Set<string>();
  for (const one of keeper.mail.unsigned) {
    signed.push((await keeper.sign(one)).encoded);
    done.add(String(one.body));
  }
  if (done.size > 0) {
    await keeper.change(({ mail }) => {
      mail.unsigned = mail.unsigned.filter((one) => !done.has(String(one.body)));
      mail.objects = [...mail.objects, ...signed];
    });
  }
}

/** Hand over signed objects; keep those that were refused while they live. */
async function publishAll(keeper: Keeper, carrier: Carrier): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const done = new Set<string>();
  for (const encoded of keeper.mail.objects) {
    const thing = decodeObject(encoded);
    const name = String(thing.id);
    if (keeper.mail.minute >= expiresMin(thing)) {
      done.add(name);
      continue;
    }
    try {
      await carrier.publish(encoded);
      done.add(name);
    } catch (error) {
      if (!(error instanceof CarryRefused)) {
        throw error;
      }
      refusals.push(error.refusal);
    }
  }
  if (done.size > 0) {
    await keeper.change(({ mail }) => {
      mail.objects = mail.objects.filter((one) => !done.has(String(decodeObject(one).id)));
    });
  }
  return refusals;
}
