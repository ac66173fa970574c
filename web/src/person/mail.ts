/**
 * A person's messages on this phone: the record in IndexedDB, and its meetings with the node.
 *
 * Not for: what a meeting does (`private/sync`). Invariants: a change is on disk before its promise
 * is kept, and so before anything leaves; two tabs never use a number twice, because a change reads
 * and writes the record in one transaction; one that changes nothing writes nothing.
 */

import { type Signal, signal } from "@preact/signals";
import type { SigningKey } from "../core/keys";
import { minuteAt, type SignedObject } from "../core/object";
import { MissingFile, NO_TEXTS, type TextFile, type Texts } from "../core/text/texts";
import type { Carrier, Listing } from "../private/carrier";
import type { Wanted } from "../private/circlerecords";
import { isCircleKey } from "../private/circlerecords";
import { askToJoin, leave, writeInCircle } from "../private/circles";
import { type Box, deleteMessage, type Keeper, type Owner, ownerOf } from "../private/mailbox";
import { write } from "../private/outbox";
import { markRead } from "../private/receipts";
import {
  isWorthKeeping,
  type Mail,
  type ReceiptPolicy,
  type Refusal,
  type Sent,
  type Unsigned,
  withAllFields,
} from "../private/records";
import { type Contact, contactOf, type Roster } from "../private/roster";
import { type Agree, rememberedAgreements } from "../private/sealed";
import { collect, deliver } from "../private/sync";
import type { Content, Entropy } from "./identity";
import type { Lease } from "./lease";
import type { KeyValue } from "./store";
import { type Trouble, troubleOf } from "./trouble";

/** Under which name the record is kept. */
export const MAIL = "mail";
const DAY_MIN = 1440;
/** How long a message is tried, if nobody says otherwise. */
const TRIED_MIN = 7 * DAY_MIN;
/** A phone's clock may be wrong by years; so far it is believed while no node tells the time. */
const CLOCK_BELIEVED_MIN = 60 * DAY_MIN;
/** The node is asked so often where messages are: one request for each of them. */
const LOOKED_MS = 20_000;
/** A turn for the screen after so much work, so that a tap is answered. */
const TURN_MS = 12;

/** The node at which this phone is paired. */
export interface PairedCarrier extends Carrier {
  /** Asks for the members anew at the next meeting. */
  forgetRoster(): void;
  /** Returns the highest sequence number of a device that the node holds. */
  lastSequence(device: string): number;
}

/** What a mailbox needs of the phone around it. */
export interface MailParts {
  readonly values: KeyValue;
  readonly device: SigningKey;
  readonly community: Uint8Array;
  /** Signs by the device; the sequence number is saved before. */
  sign(content: Content): Promise<SignedObject>;
  /** Returns texts with these files, as far as they can be had. */
  texts(files: readonly TextFile[]): Promise<Texts>;
  readonly random: Entropy;
  readonly lease: Lease;
  readonly nowMs: () => number;
}

class Unchanged extends Error {}

/** Returns the messages of somebody on this phone. */
export async function openMailbox(parts: MailParts): Promise<Mailbox> {
  const mail = await parts.values.get<Mail>(MAIL);
  return new Mailbox(parts, withAllFields(mail));
}

/** The messages of a person, for screens: they read signals and call functions. */
export class Mailbox implements Keeper {
  readonly record: Signal<Readonly<Mail>>;
  /** The members; null before the first meeting since the page was opened. */
  readonly roster = signal<Roster | null>(null);
  readonly trouble = signal<Trouble>(null);
  readonly refusals = signal<readonly Refusal[]>([]);
  readonly key: Owner["key"];
  readonly device: string;
  readonly agreement: Owner["agreement"];
  readonly community: Uint8Array;
  readonly #parts: MailParts;
  #carrier: PairedCarrier | null = null;
  #texts: Texts = NO_TEXTS;
  #writing = 0;
  #meeting: Promise<void> | null = null;
  #isMeetingAgain = false;
  #turnMs = 0;
  /** When the node was met last, by this phone's clock. */
  #metMs = 0;
  #lookedMs = 0;
  #agreed: { readonly prekeys: string; readonly agreedWith: Agree } | null = null;

  constructor(parts: MailParts, mail: Readonly<Mail>) {
    const owner = ownerOf(parts.device, parts.community);
    this.key = owner.key;
    this.device = owner.device;
    this.agreement = owner.agreement;
    this.community = owner.community;
    this.#parts = parts;
    this.record = signal(mail);
  }

  get mail(): Readonly<Mail> {
    return this.record.value;
  }

  /** The community's minute, as well as it is known here. */
  get minute(): number {
    const now = this.#parts.nowMs();
    const met = this.roster.value;
    const sinceMin = Math.floor((now - this.#metMs) / 60_000);
    if (met !== null && sinceMin >= 0 && sinceMin < DAY_MIN) {
      return met.minute + sinceMin;
    }
    const known = this.mail.minute;
    const believed = minuteAt(now);
    return believed > known && believed - known < CLOCK_BELIEVED_MIN ? believed : known || believed;
  }

  /** Meets this node from now on; null: none. */
  meet(carrier: PairedCarrier | null): void {
    this.#carrier = carrier;
    this.trouble.value = carrier === null ? "not_paired" : null;
  }

  // What its owner does.

  /** Writes to somebody or into a circle; saved when the promise is kept, on its way soon after. */
  async write(
    conversation: string,
    text: string,
    replyTo: string | null = null,
    minutes = TRIED_MIN,
  ): Promise<Sent> {
    const writing = { text, minute: this.minute, minutes, replyTo };
    const sent = await this.change((box) =>
      isCircleKey(conversation)
        ? writeInCircle(box, conversation, writing)
        : write(box, this.contact(conversation), writing),
    );
    void this.sync();
    return sent;
  }

  /** Marks what came in a conversation as read. */
  async read(conversation: string): Promise<void> {
    await this.change((box) => markRead(box, conversation, this.minute));
    if (this.mail.owed.length > 0) {
      void this.sync();
    }
  }

  /** Deletes a message here; what nodes and others have stays there. */
  async remove(id: string): Promise<void> {
    await this.change((box) => deleteMessage(box, id));
  }

  /** Drops what somebody sends from now on without a word, or no longer. */
  async block(fingerprint: string, isBlocked: boolean): Promise<void> {
    await this.change(({ mail }) => {
      const others = mail.blocked.filter((one) => one !== fingerprint);
      mail.blocked = isBlocked ? [...others, fingerprint] : others;
    });
  }

  /** Says what senders are told. */
  async tell(policy: ReceiptPolicy): Promise<void> {
    await this.change(({ mail }) => {
      mail.receipts = policy;
    });
  }

  /** Takes note that the owner was told once what no screen says again. */
  async noteTold(): Promise<void> {
    await this.change(({ mail }) => {
      mail.isTold = true;
    });
  }

  /** Returns the circles that founders show to everybody. Throws as the carrier. */
  async listings(): Promise<readonly Listing[]> {
    return (await this.#carrier?.listings()) ?? [];
  }

  /** Asks a circle's founder to be let in. */
  async join(wanted: Omit<Wanted, "askedMin">): Promise<void> {
    const founder = this.contact(wanted.founder);
    await this.change((box) => askToJoin(box, founder, { ...wanted, askedMin: this.minute }));
    void this.sync();
  }

  /** Leaves a circle; its keys are gone then. */
  async leave(conversation: string): Promise<void> {
    const roster = this.roster.value;
    if (roster !== null) {
      await this.change((box) => leave(box, conversation, roster));
      void this.sync();
    }
  }

  /** Returns somebody to write to; while no node was met, by name only. */
  contact(fingerprint: string): Contact {
    const name = this.mail.names.get(fingerprint) ?? fingerprint.slice(0, 8);
    const known = this.roster.value && contactOf(this.roster.value, fingerprint);
    return known ?? { fingerprint, name, shownName: name, devices: [] };
  }

  /** Loads what makes texts short, while somebody is still writing. */
  async prepare(): Promise<void> {
    if (this.#carrier !== null && !this.#texts.dictionary) {
      await this.#load(["dictionary-1", "de-1", "en-1"]);
    }
  }

  /** Asks for the members anew at the next meeting. */
  forgetRoster(): void {
    this.#carrier?.forgetRoster();
  }

  /** Meets the node: takes in what came, hands over what is due. Never throws what passes. */
  sync(): Promise<void> {
    if (this.#meeting !== null) {
      this.#isMeetingAgain = true;
      return this.#meeting;
    }
    this.#meeting = this.#meetings().finally(() => {
      this.#meeting = null;
    });
    return this.#meeting;
  }

  /** Takes what another tab changed. */
  async refresh(): Promise<void> {
    if (this.#writing === 0) {
      this.record.value = withAllFields(await this.#parts.values.get<Mail>(MAIL));
    }
  }

  // What private/ needs of it.

  async change<T>(step: (box: Box) => T): Promise<T> {
    for (const tried = new Set<TextFile>(); ; ) {
      try {
        return await this.#changed(step);
      } catch (error) {
        if (!(error instanceof MissingFile) || tried.has(error.file)) {
          throw error;
        }
        tried.add(error.file);
        await this.#load([error.file]);
      }
    }
  }

  async sign({ kind, body, createdMin, minutes }: Unsigned): Promise<SignedObject> {
    const above = this.#carrier?.lastSequence(this.device) ?? 0;
    return await this.#parts.sign({ kind, body, minute: createdMin, minutes, above });
  }

  async pause(): Promise<void> {
    const now = this.#parts.nowMs();
    if (Math.abs(now - this.#turnMs) > TURN_MS) {
      this.#parts.lease.take();
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#turnMs = this.#parts.nowMs();
    }
  }

  async #changed<T>(step: (box: Box) => T): Promise<T> {
    let result: T | undefined;
    this.#writing += 1;
    try {
      this.record.value = await this.#parts.values.change<Mail>(MAIL, (kept) => {
        const before = withAllFields(kept);
        const mail = { ...before };
        const { key, device, agreement, community } = this;
        const draw = this.#parts.random;
        result = step({ key, device, agreement, community, mail, texts: this.#texts, draw });
        if (!isWorthKeeping(before, mail)) {
          throw new Unchanged();
        }
        return mail;
      });
    } catch (error) {
      if (!(error instanceof Unchanged)) {
        throw error;
      }
    } finally {
      this.#writing -= 1;
    }
    return result as T;
  }

  async #meetings(): Promise<void> {
    do {
      this.#isMeetingAgain = false;
      await this.#meet();
    } while (this.#isMeetingAgain && this.trouble.value === null);
  }

  async #meet(): Promise<void> {
    const carrier = this.#carrier;
    if (carrier === null || !this.#parts.lease.take()) {
      return;
    }
    try {
      const roster = await collect(this, carrier, this.#agreements());
      this.roster.value = roster;
      this.#metMs = this.#parts.nowMs();
      if (!roster.owners.has(this.device)) {
        this.trouble.value = "not_member";
        return;
      }
      await this.#loadToWrite();
      const looks = Math.abs(this.#metMs - this.#lookedMs) > LOOKED_MS;
      this.refusals.value = await deliver(this, carrier, roster, looks);
      this.#lookedMs = looks ? this.#metMs : this.#lookedMs;
      this.trouble.value = null;
    } catch (error) {
      this.trouble.value = troubleOf(error);
    } finally {
      this.#parts.lease.release();
    }
  }

  /** Returns what our keys agree on with others'; forgotten when a prekey goes. */
  #agreements(): Agree {
    const prekeys = this.mail.prekeys.map((one) => one.createdMin).join();
    if (this.#agreed?.prekeys !== prekeys) {
      this.#agreed = { prekeys, agreedWith: rememberedAgreements() };
    }
    return this.#agreed.agreedWith;
  }

  /** Loads what makes texts short, if one is about to be sealed. */
  async #loadToWrite(): Promise<void> {
    if ([...this.mail.sent.values()].some((one) => one.copies.length === 0)) {
      await this.prepare();
    }
  }

  async #load(files: readonly TextFile[]): Promise<void> {
    const more = await this.#parts.texts(files);
    const dictionary = more.dictionary ?? this.#texts.dictionary;
    const models = { ...this.#texts.models, ...more.models };
    this.#texts = dictionary ? { dictionary, models } : { models };
  }
}
