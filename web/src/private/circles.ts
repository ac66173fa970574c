/**
 * Circles as a member: learning an epoch's keys, writing in it, asking and leaving.
 *
 * Not for: reading (`circlereading`), or who belongs to a circle (`founding`, at its founder's). Invariants: a chain's next state
 * is in the record before its message is; of two epochs with one number the first counts; an epoch's
 * keys are deleted once nothing sealed with them can be on a node any more; who is not in the newest
 * epoch any more is not read after it began.
 * Source: docs/spec/private.md sections 6, 7 and 10.
 */

import { equal, fromHex, hex } from "../core/bytes";
import { LimitError } from "../core/errors";
import { cleanText } from "../core/text/characters";
import { type EpochFields, memberId } from "./circle";
import { type Circle, circleKey, type KnownEpoch, type Wanted } from "./circlerecords";
import { earlierKeys, epochKeys, sealCircle } from "./epoch";
import {
  type Box,
  enqueue,
  hasRoom,
  nameConversation,
  newId,
  nextNumber,
  nextOrder,
  sealTo,
} from "./mailbox";
import { keepSent, textOf, UNSENT, type Writing } from "./outbox";
import { encodeCirclePayload, type Wish } from "./payload";
import { digestOf, type Mail, type Sent, withEntry } from "./records";
import type { Contact, Device, Roster } from "./roster";
import { keysFor, SEALED_MIN_MAX } from "./sealing";

const DAY_MIN = 1440;
/** Circles of one device: whoever is a member of the community can put us into one. */
export const CIRCLES_MAX = 32;
/** How long keys are kept after the next epoch began: nothing sealed before is on a node then. */
export const EPOCH_KEPT_MIN = SEALED_MIN_MAX + DAY_MIN;
/** Of one circle; a founder who begins more within two weeks loses the oldest. */
const EPOCHS_MAX = 64;
/** After so long without a look an epoch may have come and gone: it lives five days at least. */
export const ABSENCE_MIN = 4 * DAY_MIN;
const REQUEST_MIN = 7 * DAY_MIN;

/** Take in an epoch that its founder sealed to us, and earlier ones that came along. */
export function learn(box: Box, founder: Uint8Array, fields: EpochFields, madeMin: number): void {
  const { mail } = box;
  const own = memberId(box.key.publicKey);
  if (!fields.members.some((one) => equal(one.id, own))) {
    return;
  }
  const id = hex(fields.circle);
  const key = circleKey(hex(founder), id);
  const circle = circleToLearn(mail, key, hex(founder), fields);
  if (circle === null) {
    return;
  }
  const known = new Set(circle.epochs.map((one) => one.number));
  const all = [
    epochKeys(fields, founder, box.community),
    ...earlierKeys(fields, founder, box.community),
  ];
  const fresh = all
    .map((keys, index) => ({ number: fields.number - index, beganMin: madeMin, keys }))
    .filter((one) => !known.has(one.number));
  if (fresh.length === 0) {
    return;
  }
  const epochs = [...circle.epochs, ...fresh]
    .sort((a, b) => b.number - a.number)
    .slice(0, EPOCHS_MAX);
  const { name, policy } = epochs[0]?.number === fields.number ? fields : circle;
  mail.circles = withEntry(mail.circles, key, { ...circle, name, policy, epochs });
  nameConversation(box, key, fields.name);
  mail.wanted = mail.wanted.filter((one) => one.id !== id);
  mail.rescan = true;
}

/** Delete the keys of epochs of which nothing can be on a node any more. */
export function forgetEpochs({ mail }: Box, minute: number): void {
  for (const [key, circle] of mail.circles) {
    const epochs = circle.epochs.filter((_, index) => {
      const next = circle.epochs[index - 1];
      return next === undefined || minute < next.beganMin + EPOCH_KEPT_MIN;
    });
    if (epochs.length < circle.epochs.length) {
      mail.circles = withEntry(mail.circles, key, { ...circle, epochs });
    }
  }
}

/**
 * Seal a message for a circle; it leaves at the next meeting with the node.
 *
 * Throws `LimitError`: the text is outside its bounds, or we do not belong to the circle.
 */
export function writeInCircle(box: Box, key: string, writing: Writing): Sent {
  const { minute, minutes, replyTo } = writing;
  if (minutes < 1 || minutes > SEALED_MIN_MAX) {
    throw new LimitError(
      `In a circle a message lives ${SEALED_MIN_MAX / DAY_MIN} days at most.`,
      "time",
    );
  }
  const circle = box.mail.circles.get(key);
  const own = memberId(box.key.publicKey);
  const epoch = circle?.epochs[0];
  const chain = epoch?.keys.chains.find((one) => equal(one.member, own));
  if (!circle || !epoch || !chain) {
    throw new LimitError("This device has no keys of this circle.", "no_circle_keys");
  }
  const content = textOf(cleanText(writing.text), replyTo);
  const payload = encodeCirclePayload(content, box.texts);
  const { body, keys } = sealCircle(payload, epoch.keys, chain.place, box.key);
  const sent: Sent = {
    id: newId(box),
    conversation: key,
    order: nextOrder(box),
    number: chain.counter,
    text: content.text,
    replyTo,
    writtenMin: minute,
    endMin: minute + minutes,
    ...UNSENT,
    copies: [{ digest: digestOf(body), keys: [], ids: [], expiresMin: null }],
  };
  enqueue(box, body, [], sent.endMin, sent.id);
  putEpoch(box, circle, { ...epoch, keys });
  keepSent(box, sent);
  return sent;
}

/** Ask a circle's founder to let us in. Throws `LimitError`: the founder has no device now. */
export function askToJoin(box: Box, founder: Contact, wanted: Wanted): void {
  request(box, founder.devices, wanted.id, "join", wanted.askedMin);
  const others = box.mail.wanted.filter((one) => one.id !== wanted.id);
  box.mail.wanted = [...others, wanted].slice(-CIRCLES_MAX);
}

/** Delete a circle's keys, and tell its founder so. */
export function leave(box: Box, key: string, roster: Roster): void {
  const circle = box.mail.circles.get(key);
  if (circle) {
    const devices = founderDevices(roster, circle);
    if (devices.length > 0 && circle.founder !== box.device) {
      request(box, devices, circle.id, "leave", roster.minute);
    }
    box.mail.circles = withEntry(box.mail.circles, key, { ...circle, epochs: [], isLeft: true });
  }
}

/** After a long absence ask for the keys again: the last epoch may have come and gone. */
export function askAfterAbsence(box: Box, roster: Roster): void {
  const { mail } = box;
  if (mail.syncedMin === 0 || mail.syncedMin >= roster.minute - ABSENCE_MIN) {
    return;
  }
  for (const circle of mail.circles.values()) {
    const devices = founderDevices(roster, circle);
    const isTheirs = circle.founder !== box.device && !circle.isLeft;
    if (isTheirs && devices.length > 0 && hasRoom(box)) {
      request(box, devices, circle.id, "join", roster.minute);
    }
  }
}

/** Return the circle that learns an epoch, or null if it must not. */
function circleToLearn(
  mail: Mail,
  key: string,
  founder: string,
  { circle, name, policy }: EpochFields,
): Circle | null {
  const id = hex(circle);
  const known = mail.circles.get(key);
  if (!known && mail.circles.size >= CIRCLES_MAX) {
    return null;
  }
  if (!known || (known.isLeft && mail.wanted.some((one) => one.id === id))) {
    return { founder, id, name, policy, epochs: [], isLeft: false };
  }
  return known.isLeft ? null : known;
}

/** Keep an epoch's keys as they are after a message. */
export function putEpoch({ mail }: Box, circle: Circle, epoch: KnownEpoch): void {
  const key = circleKey(circle.founder, circle.id);
  const epochs = circle.epochs.map((one) => (one.number === epoch.number ? epoch : one));
  mail.circles = withEntry(mail.circles, key, { ...circle, epochs });
}

function founderDevices(roster: Roster, { founder }: Circle): readonly Device[] {
  return roster.owners.get(founder)?.devices.filter((one) => one.key === founder) ?? [];
}

function request(
  box: Box,
  devices: readonly Device[],
  circle: string,
  wish: Wish,
  minute: number,
): void {
  const keys = keysFor(devices, minute, box.community);
  if (keys.length === 0) {
    throw new LimitError("The circle's founder has no device now that could answer.", "no_founder");
  }
  const number = nextNumber(box, `request:${circle}`);
  const content = { type: "request", circle: fromHex(circle), wish } as const;
  enqueue(box, sealTo(box, content, keys, number), keys, minute + REQUEST_MIN);
}
