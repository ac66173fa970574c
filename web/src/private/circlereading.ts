/**
 * What others say in circles of ours: recognised, opened, and shown.
 *
 * Not for: keys of epochs and writing (`circles`). Invariants: nothing that came from outside
 * throws; who is not in the newest epoch any more is not read after it began.
 * Source: docs/spec/private.md sections 7 and 10.
 */

import { equal, fromHex, hex } from "../core/bytes";
import { PeerError } from "../core/errors";
import { expiresMin, KIND, type SignedObject } from "../core/object";
import { memberId } from "./circle";
import type { Circle, KnownEpoch } from "./circlerecords";
import { putEpoch } from "./circles";
import { chainAt, openCircle, recogniseCircle } from "./epoch";
import { type Box, newId, nextOrder } from "./mailbox";
import { type CircleContent, decodeCirclePayload, type Text } from "./payload";
import { type Mail, type Received, withEntry } from "./records";
import type { Roster } from "./roster";

/** Messages in circles kept by devices that the community does not know yet. */
const WAITING_MAX = 64;

/** A message of an epoch of ours, in the order in which it should be opened. */
export interface Found {
  readonly circle: string;
  readonly epoch: number;
  readonly place: number;
  readonly counter: number;
  readonly thing: SignedObject;
}

/** Return what is of a circle of ours, each writer's messages in their order. */
export function recogniseAll(
  mail: Readonly<Mail>,
  things: readonly SignedObject[],
  roster: Roster,
): Found[] {
  return things
    .filter((thing) => isCircles(thing) && roster.minute < expiresMin(thing))
    .flatMap((thing) => recognised(mail, thing))
    .sort(
      (a, b) =>
        a.circle.localeCompare(b.circle) ||
        a.epoch - b.epoch ||
        a.place - b.place ||
        a.counter - b.counter,
    );
}

/** Return whether an object holds a circle's message. */
export function isCircles(thing: SignedObject): boolean {
  return thing.kind === KIND.sealed && thing.body[0] === 0;
}

/** Open a message of a circle of ours, and show it. */
export function openFound(box: Box, found: Found, roster: Roster): void {
  const { mail } = box;
  const circle = mail.circles.get(found.circle);
  const epoch = circle?.epochs.find((one) => one.number === found.epoch);
  const chain = epoch && chainAt(epoch.keys, found.place);
  if (!circle || !epoch || !chain || isTooLate(circle, epoch, chain.member, found.thing)) {
    return;
  }
  const isOwn = equal(chain.member, memberId(box.key.publicKey));
  const sender = isOwn ? box.device : roster.devices.get(hex(chain.member));
  if (sender === undefined) {
    mail.waiting = [...mail.waiting, found.thing.encoded].slice(-WAITING_MAX);
    return;
  }
  const payload = openedBy(box, circle, epoch, found.thing, sender);
  const owner = roster.owners.get(sender);
  if (payload === null || (owner && mail.blocked.includes(owner.fingerprint))) {
    return;
  }
  const content = contentOf(box, payload);
  if (content === "unknown" || content?.type === "text") {
    show(box, found, sender, content === "unknown" ? null : content, roster.minute);
  }
}

function recognised(mail: Readonly<Mail>, thing: SignedObject): Found[] {
  const found: Found[] = [];
  try {
    for (const [circle, { epochs }] of mail.circles) {
      for (const epoch of epochs) {
        const heading = recogniseCircle(thing.body, epoch.keys);
        if (heading !== null) {
          found.push({ circle, epoch: epoch.number, ...heading, thing });
        }
      }
    }
  } catch (error) {
    if (!(error instanceof PeerError)) {
      throw error;
    }
  }
  return found;
}

/** Return the payload and keep the state after it; null: read before, too far, or not theirs. */
function openedBy(
  box: Box,
  circle: Circle,
  epoch: KnownEpoch,
  thing: SignedObject,
  sender: string,
): Uint8Array | null {
  try {
    const { keys, payload } = openCircle(thing.body, epoch.keys, fromHex(sender));
    putEpoch(box, circle, { ...epoch, keys });
    return payload;
  } catch (error) {
    if (error instanceof PeerError) {
      return null;
    }
    throw error;
  }
}

function contentOf(box: Box, payload: Uint8Array): CircleContent | "unknown" | null {
  try {
    return decodeCirclePayload(payload, box.texts);
  } catch (error) {
    if (error instanceof PeerError) {
      return error.reason === "unknown_type" ? "unknown" : null;
    }
    throw error;
  }
}

function show(box: Box, found: Found, sender: string, text: Text | null, minute: number): void {
  const received: Received = {
    id: newId(box),
    conversation: found.circle,
    order: nextOrder(box),
    device: sender,
    number: found.counter,
    ids: [hex(found.thing.id)],
    text: text?.text ?? null,
    replyTo: text?.replyTo ? hex(text.replyTo) : null,
    madeMin: found.thing.createdMin,
    receivedMin: minute,
    isRead: false,
  };
  box.mail.received = withEntry(box.mail.received, received.id, received);
}

/** Return whether the writer had left the circle when this was made. */
function isTooLate(
  circle: Circle,
  epoch: KnownEpoch,
  member: Uint8Array,
  thing: SignedObject,
): boolean {
  return circle.epochs.some(
    ({ number, beganMin, keys }) =>
      number > epoch.number &&
      keys.chains.every((one) => !equal(one.member, member)) &&
      thing.createdMin > beganMin,
  );
}
