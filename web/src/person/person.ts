/**
 * Who uses this phone, as screens see them: a name, keys, and a way to say something to the board.
 *
 * Not for: how it is kept (`store`), or what goes out when (`outbox`). Invariants: a sequence
 * number is saved before what carries it leaves; secrets are never printed.
 */

import { type Signal, signal } from "@preact/signals";
import { base64url, hex } from "../core/bytes";
import type { SignedObject } from "../core/object";
import { type NodeClient, Refused, Unreachable } from "../node/client";
import type { Community, Member } from "../node/documents/people";
import { ClockUnknown, NotPaired, OtherCommunity } from "./failures";
import { type Content, type Entropy, entropy, Identity } from "./identity";
import { Outbox } from "./outbox";
import type { KeyValue } from "./store";

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
  /** From which minute times in its template count; signed later, they still say the same. */
  readonly originMin?: number;
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
  /** Nobody takes what this identity, or this phone, signs any more. */
  readonly isRevoked: boolean;
  /** Words of roles: coordinator, moderator, host (with the place's id). */
  readonly roles: readonly { readonly role: string; readonly place: string | null }[];
}

/** What is signed and handed in at once, while its author waits: acts, not posts. */
export type Act = Omit<Content, "minute" | "above">;

export interface Person {
  readonly name: string;
  /** 32 hex digits. */
  readonly fingerprint: string;
  /** The keys, for what is signed and sealed elsewhere. */
  readonly identity: Identity;
  /** What parts of the app keep for this person; each under names that begin with its own word. */
  readonly values: KeyValue;
  readonly standing: Signal<Standing>;
  /** What is under way or was refused, newest first. */
  readonly outgoing: Signal<readonly Outgoing[]>;
  /** Puts something into the outbox, durably, and tries to hand it in at once. */
  post(posting: Posting): Promise<Outgoing>;
  /** Takes something out of the outbox that no node has; returns false if one has it. */
  forget(id: string): Promise<boolean>;
  /**
   * Signs and hands in, and returns what the node took. With `paper` the identity key signs: that
   * of the sheet, or the one on this phone for null. Throws `Refused`, `Unreachable`, `LimitError`.
   */
  act(act: Act, paper?: Uint8Array | null): Promise<SignedObject>;
  /** Speaks through this node from now on; null: through none. */
  meet(node: NodeClient | null): void;
  /** Asks the node how this person stands, and hands in what waits. Never throws. */
  settle(): Promise<void>;
  /** Takes what another tab changed. */
  refresh(): Promise<void>;
}

/** How somebody stands of whom no node has said anything yet. */
export const NOBODY: Standing = {
  isMember: false,
  isFull: false,
  isSteward: false,
  isRevoked: false,
  roles: [],
};

const STANDING = "standing";

/** Returns who is kept in `values`, or null. `nowMs` is this phone's clock, for lists only. */
export async function openPerson(
  values: KeyValue,
  nowMs: () => number = Date.now,
  random: Entropy = entropy,
): Promise<Person | null> {
  const identity = await Identity.open(values);
  if (identity === null) {
    return null;
  }
  const standing = signal((await values.get<Standing>(STANDING)) ?? NOBODY);
  const outbox = new Outbox(values, nowMs, random);
  await outbox.refresh();
  return new LocalPerson(identity, values, standing, outbox);
}

/**
 * Returns the community as the node has it, to sign for it.
 *
 * `expected` is the id of the identity's own; null: none yet. Throws `ClockUnknown` where nothing
 * must be signed, and `OtherCommunity`.
 */
export async function communityToSign(
  node: NodeClient,
  expected: string | null,
): Promise<Community> {
  const community = await node.get<Community>("/community");
  if (expected !== null && community.id !== expected) {
    throw new OtherCommunity();
  }
  if (!community.clock_known) {
    throw new ClockUnknown();
  }
  return community;
}

/** Hands in one signed object; returns when it is on the node's disk. */
export async function handIn(node: NodeClient, ...things: readonly SignedObject[]): Promise<void> {
  await node.post("/objects", { objects: things.map((one) => base64url(one.encoded)) });
}

/** Returns the member with a fingerprint, also a revoked one; null: nobody here knows it. */
export async function memberOf(node: NodeClient, fingerprint: string): Promise<Member | null> {
  const query = { revoked: true, name: fingerprint };
  const { members } = await node.get<{ members: readonly Member[] }>("/members", query);
  return members.find((one) => one.fingerprint === fingerprint) ?? null;
}

class LocalPerson implements Person {
  readonly identity: Identity;
  readonly values: KeyValue;
  readonly standing: Signal<Standing>;
  readonly #outbox: Outbox;
  #node: NodeClient | null = null;
  #me: Member | null = null;
  #settling: Promise<void> | null = null;

  constructor(identity: Identity, values: KeyValue, standing: Signal<Standing>, outbox: Outbox) {
    this.identity = identity;
    this.values = values;
    this.standing = standing;
    this.#outbox = outbox;
  }

  get name(): string {
    return this.identity.name;
  }

  get fingerprint(): string {
    return this.identity.fingerprint;
  }

  get outgoing(): Signal<readonly Outgoing[]> {
    return this.#outbox.list;
  }

  meet(node: NodeClient | null): void {
    this.#node = node;
    this.#me = null;
  }

  async post(posting: Posting): Promise<Outgoing> {
    const added = await this.#outbox.add(posting);
    const wasSettling = this.#settling !== null;
    await this.settle();
    if (wasSettling) {
      // That one may have looked into the outbox before this was in it.
      await this.settle();
    }
    return this.outgoing.value.find((one) => one.id === added.id) ?? added;
  }

  forget(id: string): Promise<boolean> {
    return this.#outbox.forget(id);
  }

  async act(act: Act, paper?: Uint8Array | null): Promise<SignedObject> {
    const node = this.#node;
    if (node === null) {
      throw new NotPaired();
    }
    const { minute } = await communityToSign(node, this.identity.community);
    this.#me = await memberOf(node, this.fingerprint);
    const isByDevice = paper === undefined;
    const key = hex(isByDevice ? this.identity.device.publicKey : this.identity.publicKey);
    const content = { ...act, minute, above: this.#above(key) };
    const thing = isByDevice
      ? await this.identity.sign(content)
      : await this.identity.signByPaper(content, paper);
    await handIn(node, thing);
    return thing;
  }

  settle(): Promise<void> {
    this.#settling ??= this.#settle()
      .catch((error: unknown) => {
        // The network, the node's clock, its limits: all of them pass, and `settle` comes again.
        if (!isPassing(error)) {
          throw error;
        }
      })
      .finally(() => {
        this.#settling = null;
      });
    return this.#settling;
  }

  async refresh(): Promise<void> {
    await Promise.all([this.identity.refresh(), this.#outbox.refresh()]);
    this.standing.value = (await this.values.get<Standing>(STANDING)) ?? this.standing.value;
  }

  async #settle(): Promise<void> {
    const node = this.#node;
    if (node === null || this.identity.community === null) {
      return;
    }
    this.#me = await this.#askedOf(node);
    if (this.#me !== null && (await this.#announce(node, this.#me))) {
      this.#me = await memberOf(node, this.fingerprint);
    }
    await this.#stand(standingOf(this.#me, hex(this.identity.device.publicKey)));
    if (!this.standing.value.isMember) {
      return;
    }
    await this.#outbox.handIn({
      minute: async () => (await communityToSign(node, this.identity.community)).minute,
      sign: (content) =>
        this.identity.sign({ ...content, above: this.#above(hex(this.identity.device.publicKey)) }),
      take: async (encoded) => {
        await node.post("/objects", { objects: [encoded] });
      },
    });
  }

  /** Asks who this is; a node that cut this phone off says only that. */
  async #askedOf(node: NodeClient): Promise<Member | null> {
    try {
      return await memberOf(node, this.fingerprint);
    } catch (error) {
      if (error instanceof Refused && error.code === "revoked") {
        await this.#stand({ ...NOBODY, isRevoked: true });
      }
      throw error;
    }
  }

  async #stand(standing: Standing): Promise<void> {
    if (JSON.stringify(standing) !== JSON.stringify(this.standing.value)) {
      await this.values.put(STANDING, standing);
      this.standing.value = standing;
    }
  }

  /** Lets this phone sign, where the community does not know it yet or its year ends. */
  async #announce(node: NodeClient, me: Member): Promise<boolean> {
    const here = hex(this.identity.device.publicKey);
    const isKnown = me.keys.some((one) => one.key === here);
    const kept = this.identity.announcement;
    if (!isKnown && kept !== null) {
      await handIn(node, kept);
      return true;
    }
    if (this.identity.paper === null) {
      return false;
    }
    const { minute } = await communityToSign(node, this.identity.community);
    if (isKnown && !this.identity.needsAnnouncement(minute)) {
      return false;
    }
    const above = this.#above(hex(this.identity.publicKey));
    await handIn(node, await this.identity.announceDevice(minute, null, above));
    return true;
  }

  #above(key: string): number {
    return this.#me?.keys.find((one) => one.key === key)?.last_sequence ?? 0;
  }
}

/** A phone stands as its owner does, once it may sign for them. */
function standingOf(me: Member | null, device: string): Standing {
  const here = me?.keys.find((one) => one.key === device);
  if (me === null || me.is_revoked || here === undefined || here.last !== null) {
    return { ...NOBODY, isRevoked: me?.is_revoked || typeof here?.last === "number" };
  }
  return {
    isMember: true,
    isFull: me.is_full,
    isSteward: me.is_steward,
    isRevoked: false,
    roles: me.roles.map(({ role, place }) => ({ role, place })),
  };
}

function isPassing(error: unknown): boolean {
  return [Unreachable, Refused, ClockUnknown, OtherCommunity].some((kind) => error instanceof kind);
}
