/**
 * What a phone needs from a node: the members, what it carries, and that it carries more.
 *
 * Not for: the way there (`node/carrier` asks over HTTP, tests in memory). A node gets sealed bodies
 * and signed objects only. Whatever cannot be reached throws what the implementation documents.
 */

import type { SignedObject } from "../core/object";
import type { Refusal } from "./records";
import type { Roster } from "./roster";

/** The node will not take it, and says why. */
export class CarryRefused extends Error {
  override readonly name = "CarryRefused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Nothing can be sealed at this node now: it has no clock, or serves another community. */
export class NotNow extends Error {
  override readonly name = "NotNow";
  readonly reason: "clock" | "community";

  constructor(reason: "clock" | "community") {
    super(reason);
    this.reason = reason;
  }
}

/** Sealed objects in the order in which they arrived at the node. */
export interface Page {
  readonly sealed: readonly SignedObject[];
  readonly isComplete: boolean;
}

/** A node beside ours, whether it has an object (null: unknown), and when it was heard. */
export interface Place {
  readonly name: string;
  readonly hasIt: boolean | null;
  readonly lastContactMin: number;
}

/** A circle that its founder shows to everybody. */
export interface Listing {
  readonly circle: string;
  readonly name: string;
  /** The founder's fingerprint. */
  readonly founder: string;
  readonly founderName: string;
  readonly isOpen: boolean;
  readonly hasHistory: boolean;
}

/** A node, as its user's phone sees it. */
export interface Carrier {
  /** Return the members and the community's minute. */
  roster(): Promise<Roster>;
  /** Return sealed objects that came after one, or all. */
  sealedAfter(after: string | null): Promise<Page>;
  /** Let the node sign and carry a sealed body for so many minutes, or throw `CarryRefused`. */
  carry(body: Uint8Array, minutes: number): Promise<SignedObject>;
  /**
   * Hand over what this phone signed; what the node has already is fine. Throws `CarryRefused` if it
   * will not take it.
   */
  publish(encoded: Uint8Array): Promise<void>;
  /** Return which other nodes have an object; null if this node has it no more. */
  placesOf(id: string): Promise<readonly Place[] | null>;
  /** Return the circles that are listed. */
  listings(): Promise<readonly Listing[]>;
}
