/**
 * What a phone remembers of its circles; plain data. Keys, ids and fingerprints are hex digits.
 *
 * Not for: what is done with it (`circles`, `founding`). Invariants: a circle is its founder's
 * device and an id; a seat's place is never another device's.
 */

import { hex } from "../core/bytes";
import type { CirclePolicy } from "./circle";
import type { EpochKeys } from "./epoch";

/** The keys of one epoch, and the minute at which it began. */
export interface KnownEpoch {
  readonly number: number;
  readonly beganMin: number;
  readonly keys: EpochKeys;
}

/** A circle that this phone belongs to, or belonged to; newest epoch first. */
export interface Circle {
  readonly founder: string;
  readonly id: string;
  readonly name: string;
  readonly policy: CirclePolicy;
  readonly epochs: readonly KnownEpoch[];
  readonly isLeft: boolean;
}

/** A device's place in a circle of ours, for good; `isTaken` says whether it is in now. */
export interface Seat {
  readonly place: number;
  readonly device: string;
  readonly isTaken: boolean;
}

/** Somebody who asks to join a circle of ours. */
export interface Asked {
  readonly person: string;
  readonly name: string;
  readonly askedMin: number;
}

/**
 * A circle of which this phone is the founder.
 *
 * `people` are its members beside ourselves; `secrets` those of the latest epochs, newest first,
 * and none without history; `barred` were removed and are not admitted by asking.
 */
export interface Founded {
  readonly id: string;
  readonly name: string;
  readonly policy: CirclePolicy;
  readonly isListed: boolean;
  readonly people: readonly string[];
  readonly seats: readonly Seat[];
  readonly nextEpoch: number;
  readonly beganMin: number;
  readonly isRenewalAsked: boolean;
  readonly secrets: readonly Uint8Array[];
  readonly asked: readonly Asked[];
  readonly barred: readonly string[];
  readonly listedUntilMin: number;
}

/** A circle that we asked to join. */
export interface Wanted {
  readonly founder: string;
  readonly founderName: string;
  readonly id: string;
  readonly name: string;
  readonly askedMin: number;
}

const PREFIX = "circle:";

/** Return a circle's name as a conversation. */
export function circleKey(founder: string, circle: string): string {
  return `${PREFIX}${founder}:${circle}`;
}

/** Return whether a conversation is a circle's. */
export function isCircleKey(conversation: string): boolean {
  return conversation.startsWith(PREFIX);
}

/** Return the devices that belong to a circle now, by the names that circles have for them. */
export function membersOf(circle: Circle): readonly string[] {
  return circle.epochs[0]?.keys.chains.map((chain) => hex(chain.member)) ?? [];
}
