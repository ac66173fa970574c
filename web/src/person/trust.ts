/**
 * What this phone believes about its community by itself: the charter that it was given when it was
 * paired, and what follows from it and from the objects that nodes showed it since.
 *
 * Not for: the rules (`core/trust`). Invariants: the first charter is taken once, from a node that
 * proved itself; after that the stewards change by what stewards signed, or by the owner's own hand
 * (`accept`), never because a node says so; a revocation that was seen is kept while it lasts,
 * whatever nodes show later.
 * Source: docs/spec/pairing.md section 7.
 */

import { type Signal, signal } from "@preact/signals";
import { type CharterFields, communityOf, decodeCharter } from "../core/bodies/charter";
import { equal, fromBase64url, fromHex, hex } from "../core/bytes";
import { PeerError } from "../core/errors";
import { decodeObject, expiresMin, KIND, minuteAt, type SignedObject } from "../core/object";
import { type Judgement, judge } from "../core/trust/authority";
import { type Checks, checksFor, UNLIMITED } from "../core/trust/evidence";
import { evaluate, type Standing } from "../core/trust/membership";
import type { NodeClient } from "../node/client";
import type { Grounds } from "../node/documents/papers";
import type { KeyValue } from "./store";

const TRUST = "trust";
/** As many objects as a node hands out; what is beyond is not kept. */
const KEPT_MAX = 4096;
/** An object has a signature or two, and some are tried with several keys. */
const CHECKED_MAX = 3 * KEPT_MAX;
/** As long as nodes wait until no other charter can take the place of one (docs/spec/trust.md). */
const FINAL_MIN = 7 * 1440;
/** A turn for the screen after so much work: a slow phone checks a signature in five. */
const TURN_MS = 40;

/** What is kept. `seen`: since which minute a charter was in force here; `checked`: signatures. */
interface Kept {
  readonly pinned: Uint8Array;
  readonly objects: readonly Uint8Array[];
  readonly seen: Readonly<Record<string, number>>;
  readonly checked: readonly string[];
  /** Of the node's answer from which `objects` are, so that it need not repeat it. */
  readonly digest: string | null;
}

/** How the charter that a node names stands to what this phone can prove. */
export type Agreement = "unknown" | "same" | "behind" | "other";

class Turn extends Error {}

/** One phone's own knowledge of who is who in one community. */
export class Trust {
  readonly #values: KeyValue;
  readonly #community: Uint8Array;
  readonly #nowMs: () => number;
  readonly #known: Set<string>;
  readonly #checks: Checks;
  #kept: Kept | null;
  /** Until when work goes on without a pause; null: it is one object, for which nobody waits. */
  #untilMs: number | null = null;
  #hasWorked = false;
  #looking: Promise<void> | null = null;
  /** Who is who, as far as it is proven here; null before the first charter. */
  readonly standing: Signal<Standing | null> = signal(null);
  readonly agreement: Signal<Agreement> = signal("unknown");
  /** The charter in force by the word of the node, where that is another one. */
  readonly claimed: Signal<CharterFields | null> = signal(null);

  private constructor(
    values: KeyValue,
    community: Uint8Array,
    kept: Kept | null,
    nowMs: () => number,
  ) {
    this.#values = values;
    this.#community = community;
    this.#kept = kept;
    this.#nowMs = nowMs;
    this.#known = new Set(kept?.checked);
    this.#checks = checksFor(community, this.#known, () => this.#rest());
  }

  /** Opens what is kept in `values`; `community` is an id in hex. */
  static async open(values: KeyValue, community: string, nowMs = Date.now): Promise<Trust> {
    const kept = (await values.get<Kept>(TRUST)) ?? null;
    const trust = new Trust(values, fromHex(community), kept, nowMs);
    if (kept !== null) {
      const pinned = decodeObject(kept.pinned);
      trust.standing.value = await trust.#evaluated(pinned, kept.objects.map(decodeObject));
    }
    return trust;
  }

  /** Asks the node on what it stands, and finds out what follows. Throws as the client does. */
  look(node: NodeClient): Promise<void> {
    this.#looking ??= this.#look(node).finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Takes what a node handed out. */
  async take(grounds: Grounds): Promise<void> {
    if (grounds.community !== hex(this.#community)) {
      this.agreement.value = "other";
      return;
    }
    const charter = decoded([grounds.charter])[0];
    if (charter === undefined) {
      throw new PeerError("bad_answer", "a charter that cannot be read");
    }
    const before = this.#kept ?? this.#begin(grounds.pinned);
    const given = decoded(grounds.objects?.slice(0, KEPT_MAX) ?? []);
    await this.#settle(before, given, grounds);
    this.#compare(charter);
  }

  /** Takes the stewards that a node names for true from now on: its owner has compared them. */
  async accept(node: NodeClient): Promise<void> {
    const grounds = await node.get<Grounds>("/grounds");
    const begun = this.#begin(grounds.pinned);
    this.#kept = { ...(this.#kept ?? begun), pinned: begun.pinned, seen: {} };
    await this.take(grounds);
  }

  /** Returns who signed something, if they may say it, as far as this phone can prove it. */
  judge(thing: SignedObject): Judgement {
    const standing = this.standing.value;
    return standing === null ? { reason: "stranger" } : judge(standing, thing, this.#checks);
  }

  /** Returns the keys that sign for somebody now, in hex; null while nothing is known of anybody. */
  keysOf(fingerprint: string): ReadonlySet<string> | null {
    const standing = this.standing.value;
    const identity = standing?.identities.get(fingerprint);
    if (!standing || identity?.isRevoked !== false) {
      return standing && new Set();
    }
    const signers = [...standing.signers.values()].flat();
    const own = signers.filter(
      (one) => one.identity.fingerprint === fingerprint && one.last === UNLIMITED,
    );
    return new Set(own.map((one) => one.key));
  }

  /** Returns the name by which others vouch for somebody; null: nobody does by name. */
  nameOf(fingerprint: string): string | null {
    const { identities, charters } = this.standing.value ?? {};
    const identity = identities?.get(fingerprint);
    // A steward whom nobody certified goes by the community's name.
    const isUnnamed = identity?.isSteward && identity.name === charters?.at(-1)?.said.fields.name;
    return identity === undefined || isUnnamed ? null : identity.name;
  }

  async #look(node: NodeClient): Promise<void> {
    const digest = this.#kept?.digest;
    await this.take(await node.get<Grounds>("/grounds", digest ? { known: digest } : {}));
  }

  /** Takes the first charter; one that says that it founded the community has to be that one. */
  #begin(encoded: string): Kept {
    const pinned = decoded([encoded])[0];
    const isFounding = pinned && decodeCharter(pinned).number === 0;
    if (!pinned || (isFounding && !equal(communityOf(pinned.body), this.#community))) {
      throw new PeerError("bad_answer", "not a charter of this community");
    }
    return { pinned: pinned.encoded, objects: [], seen: {}, checked: [], digest: null };
  }

  async #settle(before: Kept, given: readonly SignedObject[], grounds: Grounds): Promise<void> {
    const minute = grounds.minute ?? 0;
    const all = new Map([...before.objects.map(decodeObject), ...given].map(named));
    // A node that lies about the time must not make this phone forget a revocation: what is over
    // does not count, and goes once this phone's own clock says so, too.
    const overMin = Math.min(minute, minuteAt(this.#nowMs()));
    const held = [...all.values()].filter((one) => expiresMin(one) > overMin);
    const counting = held.filter((one) => expiresMin(one) > minute);
    const pinned = decodeObject(before.pinned);
    const standing = await this.#evaluated(pinned, counting);
    const isTimeless = standing === null || grounds.minute === null;
    const seen = isTimeless ? before.seen : seenIn(standing, before.seen, minute);
    const final = isTimeless ? null : finalIn(standing, seen, minute);
    const isHeld = (one: SignedObject) =>
      standing?.recognised.has(hex(one.id)) || expiresMin(one) <= minute;
    const kept: Kept = {
      pinned: final?.encoded ?? before.pinned,
      objects: held
        .filter(isHeld)
        .slice(-KEPT_MAX)
        .map((one) => one.encoded),
      seen,
      checked: [...this.#known].slice(-CHECKED_MAX),
      digest: grounds.digest,
    };
    await this.#values.put(TRUST, kept);
    this.#kept = kept;
    this.standing.value = standing;
  }

  #compare(charter: SignedObject): void {
    const ours = this.standing.value?.charters.at(-1)?.said;
    const theirs = decodeCharter(charter);
    if (ours?.id === hex(charter.id) || (ours && equal(ours.thing.body, charter.body))) {
      this.agreement.value = "same";
    } else {
      const isBehind = ours !== undefined && theirs.number < ours.fields.number;
      this.agreement.value = isBehind ? "behind" : "other";
    }
    this.claimed.value = this.agreement.value === "other" ? theirs : null;
  }

  /** Finds out who is who, with pauses in which a tap is answered. */
  async #evaluated(
    pinned: SignedObject,
    objects: readonly SignedObject[],
  ): Promise<Standing | null> {
    for (;;) {
      try {
        this.#untilMs = performance.now() + TURN_MS;
        this.#hasWorked = false;
        return evaluate(this.#community, [pinned], objects, this.#checks);
      } catch (error) {
        if (!(error instanceof Turn)) {
          throw error;
        }
      } finally {
        this.#untilMs = null;
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  /** Ends a turn that is over, before the next signature; each turn gets one further at least. */
  #rest(): void {
    if (this.#untilMs !== null && this.#hasWorked && performance.now() > this.#untilMs) {
      throw new Turn();
    }
    this.#hasWorked = true;
  }
}

/** Returns since which minute each charter is in force here. */
function seenIn(standing: Standing, before: Kept["seen"], minute: number): Kept["seen"] {
  const ids = standing.charters.map((one) => one.said.id);
  return Object.fromEntries(ids.map((id) => [id, Math.min(before[id] ?? minute, minute)]));
}

/** Returns the last charter that was signed, and in force here, for a week; null: none. */
function finalIn(standing: Standing, seen: Kept["seen"], minute: number): SignedObject | null {
  const final = standing.charters.filter(({ said, completeMin }) => {
    const isOld = completeMin + FINAL_MIN <= minute;
    return isOld && (seen[said.id] ?? minute) + FINAL_MIN <= minute;
  });
  return final.at(-1)?.said.thing ?? null;
}

function named(thing: SignedObject): readonly [string, SignedObject] {
  return [hex(thing.id), thing];
}

const GOVERNANCE: ReadonlySet<number> = new Set([
  KIND.invitation,
  KIND.charter,
  KIND.endorsement,
  KIND.certificate,
  KIND.device,
  KIND.role,
  KIND.revocation,
]);

/** Returns the objects that can be read: one bad one must not hide the others. */
function decoded(encoded: readonly string[]): SignedObject[] {
  return encoded.flatMap((one) => {
    try {
      const thing = decodeObject(fromBase64url(one));
      return GOVERNANCE.has(thing.kind) ? [thing] : [];
    } catch (error) {
      if (error instanceof PeerError) {
        return [];
      }
      throw error;
    }
  });
}
