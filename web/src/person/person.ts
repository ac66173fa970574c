/**
 * Who uses this phone, as screens see them: a name, keys, and a way to say something to the board.
 *
 * Not for: how it is kept (`store`), or what goes out when (`outbox`). Invariants: a sequence
 * number is saved before what carries it leaves; secrets are never printed.
 */

import type { Signal } from "@preact/signals";

/** Something to be said on the board: content that is signed once a node tells the time. */
export interface Posting {
  /** Kind of the object, by number (docs/spec/kinds.md). */
  readonly kind: number;
  readonly codec: number;
  readonly body: Uint8Array;
  /** How long it lives, in minutes; the lifetime code is the next one up. */
  readonly minutes: number;
  /** Until when it lives at least: what it replaces would come back, what it is about outlast it. */
  readonly untilMin?: number;
  /** The minute of what it answers; it is dated later, since keys of others share no numbers. */
  readonly afterMin?: number;
  /** The first four bytes of the id that it is about. */
  readonly parent?: Uint8Array;
  /** What it is, in the reader's words, for the list of what is under way. */
  readonly title: string;
}

/** How far something got; it never goes back. */
export type Progress = "on_phone" | "on_node" | "refused";

/** Something under way. */
export interface Outgoing {
  /** Made by this phone; not the object's id. */
  readonly id: string;
  readonly title: string;
  readonly writtenMs: number;
  readonly progress: Progress;
  /** The object's id in hex once it is signed. */
  readonly object: string | null;
  /** Why the node refused it: its word for the rule, and its sentence. */
  readonly refusal: { readonly reason: string | null; readonly message: string } | null;
}

/** Where somebody stands in the community. */
export interface Standing {
  readonly isMember: boolean;
  readonly isFull: boolean;
  readonly isSteward: boolean;
  /** Words of roles: coordinator, moderator, host (with the place's id). */
  readonly roles: readonly { readonly role: string; readonly place: string | null }[];
}

export interface Person {
  readonly name: string;
  /** 32 hex digits. */
  readonly fingerprint: string;
  readonly standing: Signal<Standing>;
  /** What is under way or was refused, newest first. */
  readonly outgoing: Signal<readonly Outgoing[]>;
  /** Puts something into the outbox, durably, and tries to hand it in at once. */
  post(posting: Posting): Promise<Outgoing>;
  /** Takes something out of the outbox that no node has; returns false if one has it. */
  forget(id: string): Promise<boolean>;
}
