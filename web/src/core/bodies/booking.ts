/**
 * Bookings: a node sells units that it owns to somebody who asked for them. A phone reads them.
 *
 * Source: docs/spec/capacity.md sections 3 and 4.
 */

import { Reader } from "../bytes";
import { PeerError } from "../errors";
import { KEY_ID_BYTES } from "../keys";
import { SHORT_ID_BYTES } from "../object";
import {
  bounded,
  type Carried,
  readMinute,
  requireNone,
  requireParent,
  requirePlain,
} from "./body";
import { CAPACITY_MAX, SLOTS_MAX } from "./timetable";

const SALE_BODY_BYTES_MAX = 40;
const MARK_BYTES = 4;
const LEASE_FLAG = 0x01;
const LOTS_MAX = 16;
/** How often a unit is passed on at most. */
const GENERATION_MAX = 0xffff;

/** So many units from `firstUnit` on, in so many slots from `firstSlot` on. */
export interface Lot {
  readonly firstSlot: number;
  readonly firstUnit: number;
  readonly slots: number;
  readonly units: number;
  readonly generation: number;
}

/**
 * Which units, of what, for whom.
 *
 * Shapes: `root` and `author` (what begins the fingerprint of the thing's author) name the thing;
 * `mark` bytes 4..8 of the ask's id; `leaseMin` until when the units are kept for somebody who does
 * not come, null: until the slot is over.
 */
export interface BookingFields {
  readonly root: Uint8Array;
  readonly author: Uint8Array;
  readonly mark: Uint8Array;
  readonly lots: readonly Lot[];
  readonly leaseMin: number | null;
}

/** Return the fields of a booking's body, or throw `PeerError`. */
export function decodeBooking(thing: Carried): BookingFields {
  requirePlain(thing.codec, "a booking");
  requireParent(thing.parent, "a booking");
  if (thing.body.length > SALE_BODY_BYTES_MAX) {
    throw new PeerError("oversize", `a booking of ${thing.body.length} bytes`);
  }
  const reader = new Reader(thing.body);
  const flags = reader.byte();
  requireNone(flags & ~LEASE_FLAG, "a booking");
  const root = reader.take(SHORT_ID_BYTES);
  const author = reader.take(KEY_ID_BYTES);
  const mark = reader.take(MARK_BYTES);
  const leaseMin = flags & LEASE_FLAG ? readMinute(reader) : null;
  return { root, author, mark, lots: readLots(reader), leaseMin };
}

function readLots(reader: Reader): readonly Lot[] {
  const lots: Lot[] = [];
  do {
    if (lots.length === LOTS_MAX) {
      throw new PeerError("oversize", `more than ${LOTS_MAX} lots`);
    }
    lots.push(readLot(reader));
  } while (reader.remaining > 0);
  const isRising = lots.every((lot, at) => at === 0 || isBefore(lots[at - 1] as Lot, lot));
  if (!isRising || lots.some((lot, at) => lots.slice(at + 1).some((other) => meet(lot, other)))) {
    throw new PeerError("not_canonical", "lots out of order, or twice the same unit");
  }
  return lots;
}

function readLot(reader: Reader): Lot {
  const firstSlot = reader.varint();
  const slots = reader.varint() + 1;
  const firstUnit = reader.varint();
  const units = reader.varint() + 1;
  const generation = reader.varint();
  bounded(firstSlot + slots, 1, SLOTS_MAX);
  bounded(firstUnit + units, 1, CAPACITY_MAX);
  bounded(generation, 0, GENERATION_MAX);
  return { firstSlot, firstUnit, slots, units, generation };
}

function isBefore(one: Lot, other: Lot): boolean {
  const order = (lot: Lot) => [lot.firstSlot, lot.firstUnit, lot.slots, lot.units, lot.generation];
  const others = order(other);
  for (const [at, number] of order(one).entries()) {
    if (number !== others[at]) {
      return number < (others[at] as number);
    }
  }
  return false;
}

function meet(one: Lot, other: Lot): boolean {
  return (
    one.firstSlot < other.firstSlot + other.slots &&
    other.firstSlot < one.firstSlot + one.slots &&
    one.firstUnit < other.firstUnit + other.units &&
    other.firstUnit < one.firstUnit + one.units
  );
}
