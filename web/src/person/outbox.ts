/**
 * What somebody wrote on this phone, until a node has it or refuses it.
 *
 * Content is kept unsigned until a node tells the community's minute; then it is signed, the signed
 * bytes are kept, and only then do they leave, one by one. Not for: private messages.
 * Invariants: progress never goes back; what was signed is never signed again, so that repeating it
 * makes no second object, whatever tab or reload came between.
 */

import { type Signal, signal } from "@preact/signals";
import { base64url, hex } from "../core/bytes";
import { LimitError } from "../core/errors";
import type { SignedObject } from "../core/object";
import { Refused } from "../node/client";
import type { Content, Entropy } from "./identity";
import type { Outgoing, Posting } from "./person";
import type { KeyValue } from "./store";

const OUTBOX = "outbox";
/** More than anybody writes in a day without a node; what is more was a mistake of the program. */
const WAITING_MAX = 100;
/** What arrived or was refused stays on the list so long. */
const SETTLED_MS_MAX = 7 * 24 * 3_600_000;
const SETTLED_MAX = 30;
/** Rules that end by themselves: the clock gets set, room comes, the word about us arrives. */
const PASSING: ReadonlySet<string> = new Set(["clock_unknown", "future", "full", "stranger"]);
/** Answers that are about the content itself and stay the same however often it is tried. */
const FINAL_STATUS: ReadonlySet<number> = new Set([400, 413, 422]);

/** What is kept of each. */
interface Kept extends Outgoing {
  readonly posting: Posting;
  readonly encoded: Uint8Array | null;
  readonly settledMs: number | null;
}

/** The node, as the outbox needs it. */
export interface Counter {
  /** Returns the community's minute; null while nothing must be signed. */
  minute(): Promise<number | null>;
  sign(content: Content): Promise<SignedObject>;
  /** Hands in one object, in base64url; returns when it is on the node's disk. */
  take(encoded: string): Promise<void>;
}

/** Somebody's outbox. */
export class Outbox {
  readonly #values: KeyValue;
  readonly #nowMs: () => number;
  readonly #random: Entropy;
  #running: Promise<void> | null = null;
  /** What is under way, has arrived lately or was refused, newest first. */
  readonly list: Signal<readonly Outgoing[]> = signal([]);

  constructor(values: KeyValue, nowMs: () => number, random: Entropy) {
    this.#values = values;
    this.#nowMs = nowMs;
    this.#random = random;
  }

  /** Takes what is kept, also by other tabs. */
  async refresh(): Promise<void> {
    this.#show((await this.#values.get<readonly Kept[]>(OUTBOX)) ?? []);
  }

  /** Returns whether something waits for a node. */
  get isWaiting(): boolean {
    return this.list.value.some((one) => one.progress === "on_phone");
  }

  /** Puts something in; it is kept on return. Throws `LimitError` where too much waits already. */
  async add(posting: Posting): Promise<Outgoing> {
    const added: Kept = {
      id: hex(this.#random(8)),
      title: posting.title,
      writtenMs: this.#nowMs(),
      progress: "on_phone",
      object: null,
      refusal: null,
      posting,
      encoded: null,
      settledMs: null,
    };
    await this.#change((kept) => {
      if (kept.filter((one) => one.progress === "on_phone").length >= WAITING_MAX) {
        throw new LimitError(`${WAITING_MAX} things wait for the node already.`, "outbox_full");
      }
      return [...kept, added];
    });
    return shown(added);
  }

  /** Takes something out; returns false if a node has it or may have it. */
  async forget(id: string): Promise<boolean> {
    let isGone = false;
    await this.#change((kept) =>
      kept.filter((one) => {
        const mayGo = one.progress === "refused" || (one.progress === "on_phone" && !one.encoded);
        const goes = one.id === id && mayGo;
        isGone ||= goes;
        return !goes;
      }),
    );
    return isGone;
  }

  /**
   * Hands in what waits, the oldest first. Throws what the node or the network said where it is not
   * about the content; everything that was handed in before stays so.
   */
  handIn(counter: Counter): Promise<void> {
    this.#running ??= this.#handIn(counter).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #handIn(counter: Counter): Promise<void> {
    const done = new Set<string>();
    for (;;) {
      const kept = (await this.#values.get<readonly Kept[]>(OUTBOX)) ?? [];
      const next = kept.find((one) => one.progress === "on_phone" && !done.has(one.id));
      if (next === undefined) {
        return;
      }
      done.add(next.id);
      const signed = next.encoded === null ? await this.#signed(next, counter) : next;
      if (signed === null) {
        return;
      }
      if (signed.encoded !== null) {
        await this.#hand(signed.id, signed.encoded, counter);
      }
    }
  }

  /** Returns it signed and kept so; null while nothing must be signed. */
  async #signed(waiting: Kept, counter: Counter): Promise<Kept | null> {
    const minute = await counter.minute();
    if (minute === null) {
      return null;
    }
    let thing: SignedObject;
    try {
      thing = await counter.sign(await contentOf(waiting.posting, minute));
    } catch (error) {
      if (!(error instanceof LimitError)) {
        throw error;
      }
      return await this.#settle(waiting.id, { reason: error.reason, message: error.message });
    }
    return await this.#update(waiting.id, (one) =>
      // Another tab was first: what it signed may have left, so that is what counts.
      one.encoded === null ? { ...one, encoded: thing.encoded, object: hex(thing.id) } : one,
    );
  }

  async #hand(id: string, encoded: Uint8Array, counter: Counter): Promise<void> {
    try {
      await counter.take(base64url(encoded));
    } catch (error) {
      if (!(error instanceof Refused) || !isFinal(error)) {
        throw error;
      }
      await this.#settle(id, { reason: error.reason, message: error.message });
      return;
    }
    await this.#settle(id, null);
  }

  #settle(id: string, refusal: Outgoing["refusal"]): Promise<Kept | null> {
    return this.#update(id, (one) =>
      one.progress === "on_phone"
        ? {
            ...one,
            progress: refusal === null ? "on_node" : "refused",
            refusal,
            settledMs: this.#nowMs(),
          }
        : one,
    );
  }

  async #update(id: string, f: (one: Kept) => Kept): Promise<Kept | null> {
    const kept = await this.#change((all) => all.map((one) => (one.id === id ? f(one) : one)));
    return kept.find((one) => one.id === id) ?? null;
  }

  async #change(f: (kept: readonly Kept[]) => readonly Kept[]): Promise<readonly Kept[]> {
    const kept = await this.#values.change<readonly Kept[]>(OUTBOX, (before = []) =>
      tidied(f(before), this.#nowMs()),
    );
    this.#show(kept);
    return kept;
  }

  #show(kept: readonly Kept[]): void {
    this.list.value = kept.map(shown).reverse();
  }
}

async function contentOf(posting: Posting, now: number): Promise<Content> {
  const minute = Math.max(now, (posting.afterMin ?? -1) + 1);
  const minutes = Math.max(posting.minutes, (posting.untilMin ?? 0) - minute);
  const { kind, codec, parent } = posting;
  return { kind, codec, body: await bodyAt(posting, minute), parent, minute, minutes };
}

async function bodyAt({ codec, body, originMin }: Posting, minute: number): Promise<Uint8Array> {
  if (originMin === undefined) {
    return body;
  }
  const { countedFrom } = await import("../core/bodies/moving");
  return countedFrom({ codec, body }, originMin, minute);
}

function isFinal(refusal: Refused): boolean {
  return FINAL_STATUS.has(refusal.status) && !PASSING.has(refusal.reason ?? "");
}

function tidied(kept: readonly Kept[], nowMs: number): readonly Kept[] {
  const settled = kept.filter((one) => one.settledMs !== null);
  const young = settled.filter((one) => nowMs - (one.settledMs ?? 0) < SETTLED_MS_MAX);
  const stays = new Set(young.slice(-SETTLED_MAX).map((one) => one.id));
  return kept.filter((one) => one.settledMs === null || stays.has(one.id));
}

function shown({ id, title, writtenMs, progress, object, refusal }: Kept): Outgoing {
  return { id, title, writtenMs, progress, object, refusal };
}
