/**
 * Circles as their founder: who belongs, epochs when that changes, and who asks to join.
 *
 * Not for: reading and writing in them (`circles`). Loaded only by phones that found circles.
 * Invariants: a new epoch begins whenever the devices of the members change, by hand or because one
 * was lost; a place is one device's for good; who was removed is not let in again by asking; without
 * history no secret of an epoch is kept.
 * Source: docs/spec/private.md sections 6 and 10.
 */

import { cleanName } from "../core/bodies/names";
import { fromHex, hex } from "../core/bytes";
import { LimitError } from "../core/errors";
import { KIND } from "../core/object";
import {
  CIRCLE_ID_BYTES,
  type CirclePolicy,
  EARLIER_MAX,
  EPOCH_SECRET_BYTES,
  encodeCircle,
  MEMBERS_MAX,
  memberId,
  PLACE_MAX,
} from "./circle";
import { type Asked, circleKey, type Founded, type Seat } from "./circlerecords";
import { CIRCLES_MAX, learn } from "./circles";
import { type Box, enqueue, hasRoom, nameConversation, sealTo } from "./mailbox";
import type { CircleRequest, Epoch } from "./payload";
import { withEntry } from "./records";
import { type Contact, contactOf, type Roster } from "./roster";
import { keysFor, SEALED_MIN_MAX } from "./sealing";

const DAY_MIN = 1440;
/** Members who ask for the keys again get a new epoch once a day, not each of them one. */
const RENEWAL_MIN = DAY_MIN;
const ASKED_MAX = 32;
const LISTING_MIN = 183 * DAY_MIN;
/** A listing is made anew when it has only so long to live. */
const LISTING_RENEWED_MIN = 14 * DAY_MIN;

/** What a circle is to be like. */
export interface Founding {
  readonly name: string;
  readonly policy: CirclePolicy;
  readonly isListed: boolean;
}

/**
 * Found a circle with this device alone; its first epoch begins with the next `upkeep`.
 *
 * Throws `LimitError`: the name is outside its bounds, or there are too many circles.
 */
export function found(box: Box, { name, policy, isListed }: Founding): Founded {
  const { mail, device } = box;
  if (mail.circles.size >= CIRCLES_MAX) {
    throw new LimitError(`A device belongs to ${CIRCLES_MAX} circles at most.`, "too_many_circles");
  }
  const cleaned = cleanName(name);
  const circle = box.draw(CIRCLE_ID_BYTES);
  encodeCircle({ circle, policy, name: cleaned });
  const id = hex(circle);
  const founded: Founded = {
    id,
    name: cleaned,
    policy,
    isListed,
    people: [],
    seats: [{ place: 0, device, isTaken: true }],
    nextEpoch: 0,
    beganMin: 0,
    isRenewalAsked: false,
    secrets: [],
    asked: [],
    barred: [],
    listedUntilMin: 0,
  };
  const key = circleKey(device, id);
  const circleOfOurs = { founder: device, id, name: cleaned, policy, epochs: [], isLeft: false };
  mail.circles = withEntry(mail.circles, key, circleOfOurs);
  nameConversation(box, key, cleaned);
  return put(box, founded);
}

/**
 * Make somebody a member; the keys go out with the next `upkeep`.
 *
 * Throws `LimitError`: the circle is full, or there is no device to write to.
 */
export function add(box: Box, founded: Founded, person: Contact): Founded {
  if (person.devices.length === 0) {
    throw new LimitError(`${person.name} has no device now.`, "no_device", { name: person.name });
  }
  if (takenSeats(founded).length + person.devices.length > MEMBERS_MAX) {
    throw new LimitError(`This circle is full: ${MEMBERS_MAX} devices.`, "circle_full", {
      most: MEMBERS_MAX,
    });
  }
  return put(box, {
    ...founded,
    people: [...new Set([...founded.people, person.fingerprint])],
    asked: without(founded.asked, person.fingerprint),
    barred: founded.barred.filter((one) => one !== person.fingerprint),
  });
}

/** Take somebody out, or say no to who asks; a new epoch begins with the next `upkeep`. */
export function removeMember(box: Box, founded: Founded, person: string): Founded {
  return put(box, {
    ...founded,
    people: founded.people.filter((one) => one !== person),
    asked: without(founded.asked, person),
    barred: [...new Set([...founded.barred, person])],
  });
}

/** Take note of who wants to join or leave; open circles let everybody in at once. */
export function hearRequest(
  box: Box,
  request: CircleRequest,
  sender: Contact,
  minute: number,
): void {
  const founded = box.mail.founded.get(hex(request.circle));
  if (!founded) {
    return;
  }
  const person = sender.fingerprint;
  if (request.wish === "leave") {
    const people = founded.people.filter((one) => one !== person);
    put(box, { ...founded, people, asked: without(founded.asked, person) });
  } else if (founded.people.includes(person)) {
    put(box, { ...founded, isRenewalAsked: true });
  } else if (founded.barred.includes(person)) {
    return;
  } else if (founded.policy.isOpen && fits(founded, sender)) {
    add(box, founded, sender);
  } else {
    const one = { person, name: sender.name, askedMin: minute };
    const asked = [...without(founded.asked, person), one].slice(-ASKED_MAX);
    put(box, { ...founded, asked });
  }
}

/** Begin epochs that are due, and make listings anew; save before anything leaves. */
export function upkeep(box: Box, roster: Roster): void {
  const { mail } = box;
  if (!roster.owners.has(box.device)) {
    return; // Nobody could check what this device says, and its own seat would be gone.
  }
  for (const founded of mail.founded.values()) {
    const seats = seated(box, founded, roster);
    const isRenewed = founded.isRenewalAsked && roster.minute - founded.beganMin >= RENEWAL_MIN;
    const isChanged = JSON.stringify(seats) !== JSON.stringify(founded.seats);
    if ((isChanged || founded.nextEpoch === 0 || isRenewed) && hasRoom(box)) {
      beginEpoch(box, { ...founded, seats }, roster);
    }
  }
  for (const founded of mail.founded.values()) {
    if (founded.isListed && founded.listedUntilMin - roster.minute < LISTING_RENEWED_MIN) {
      list(box, founded, roster.minute);
    }
  }
}

function fits(founded: Founded, person: Contact): boolean {
  const count = person.devices.length;
  return count > 0 && count <= MEMBERS_MAX - takenSeats(founded).length;
}

/** Return the seats as they should be: our device, and all devices of the members. */
function seated(box: Box, founded: Founded, roster: Roster): readonly Seat[] {
  const own = roster.owners.get(box.device);
  const people = [own, ...founded.people.map((person) => contactOf(roster, person))];
  const theirs = people.flatMap((one) => one?.devices.map(({ key }) => key) ?? []);
  const wanted = new Set([box.device, ...theirs]);
  const before = takenSeats(founded).flatMap(({ device }) => (wanted.has(device) ? [device] : []));
  const present = [...new Set([...before, ...wanted])].slice(0, MEMBERS_MAX);
  const seats = founded.seats.map((seat) => ({ ...seat, isTaken: present.includes(seat.device) }));
  for (const device of present) {
    if (seats.every((seat) => seat.device !== device) && seats.length <= PLACE_MAX) {
      seats.push({ place: seats.length, device, isTaken: true });
    }
  }
  return seats;
}

function beginEpoch(box: Box, founded: Founded, roster: Roster): void {
  const { minute } = roster;
  const secret = box.draw(EPOCH_SECRET_BYTES);
  const taken = takenSeats(founded);
  const epoch: Epoch = {
    type: "epoch",
    circle: fromHex(founded.id),
    number: founded.nextEpoch,
    policy: founded.policy,
    name: founded.name,
    members: taken.map(({ place, device }) => ({ place, id: memberId(fromHex(device)) })),
    secret,
    earlier: founded.secrets.slice(0, EARLIER_MAX),
  };
  learn(box, box.key.publicKey, epoch, minute);
  const others = new Set(taken.map((seat) => seat.device).filter((one) => one !== box.device));
  const devices = roster.contacts.flatMap((one) =>
    one.devices.filter(({ key }) => others.has(key)),
  );
  const keys = keysFor(devices, minute, box.community);
  if (keys.length > 0) {
    enqueue(box, sealTo(box, epoch, keys, epoch.number), keys, minute + SEALED_MIN_MAX);
  }
  const secrets = founded.policy.hasHistory ? [secret, ...founded.secrets] : [];
  put(box, {
    ...founded,
    nextEpoch: founded.nextEpoch + 1,
    beganMin: minute,
    isRenewalAsked: false,
    secrets: secrets.slice(0, EARLIER_MAX),
  });
}

function list(box: Box, founded: Founded, minute: number): void {
  const { id, policy, name } = founded;
  const body = encodeCircle({ circle: fromHex(id), policy, name });
  const unsigned = { kind: KIND.circle, body, createdMin: minute, minutes: LISTING_MIN };
  box.mail.unsigned = [...box.mail.unsigned, unsigned];
  put(box, { ...founded, listedUntilMin: minute + LISTING_MIN });
}

function takenSeats({ seats }: Founded): readonly Seat[] {
  return seats.filter((seat) => seat.isTaken);
}

function without(asked: readonly Asked[], person: string): readonly Asked[] {
  return asked.filter((one) => one.person !== person);
}

function put({ mail }: Box, founded: Founded): Founded {
  mail.founded = withEntry(mail.founded, founded.id, founded);
  return founded;
}
