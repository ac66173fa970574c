/**
 * A neighbourhood of phones and nodes in memory: real sealed bytes, a clock by hand, a disk whose
 * power can go. The nodes keep what they are given and hand it on when a test says so; no policy is
 * checked here.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { equal, fromHex, hex, utf8 } from "../../src/core/bytes";
import { fingerprint, keyId, type SigningKey, signingKey } from "../../src/core/keys";
import {
  composeObject,
  decodeObject,
  expiresMin,
  KIND,
  lifetimeCodeFor,
  type SignedObject,
} from "../../src/core/object";
import { NO_TEXTS } from "../../src/core/text/texts";
import {
  type Carrier,
  CarryRefused,
  type Listing,
  type Page,
  type Place,
} from "../../src/private/carrier";
import { decodeCircle } from "../../src/private/circle";
import { type Box, type Keeper, messagesOf, ownerOf } from "../../src/private/mailbox";
import { write } from "../../src/private/outbox";
import {
  isSent,
  type Mail,
  NO_MAIL,
  type Received,
  type Refusal,
  type Sent,
  type State,
  type Unsigned,
} from "../../src/private/records";
import { type Contact, contactOf, type Roster, rosterOf } from "../../src/private/roster";
import { rememberedAgreements } from "../../src/private/sealed";
import { collect, deliver } from "../../src/private/sync";

export const MINUTE = 1_500_000;
export const DAY = 1440;
export const COMMUNITY = sha256(utf8("community")).slice(0, 16);

/** The phone went dark. */
export class PowerCut extends Error {}

/** A node: what it holds in the order in which it came, and whether it takes anything. */
export class Node {
  readonly name: string;
  readonly held = new Map<string, SignedObject>();
  refusal: string | null = null;
  /** So many bodies are taken before the phone that hands them over goes dark. */
  cutAfter: number | null = null;
  readonly key: SigningKey;
  sequence = 0;

  constructor(name: string) {
    this.name = name;
    this.key = signingKey(sha256(utf8(`node ${name}`)));
  }

  take(things: Iterable<SignedObject>): void {
    for (const thing of things) {
      const id = hex(thing.id);
      if (!this.held.has(id)) {
        this.held.set(id, thing);
      }
    }
  }

  of(kind: number): SignedObject[] {
    return [...this.held.values()].filter((one) => one.kind === kind);
  }
}

/** Nodes, people and the minute. */
export class Town {
  minute = MINUTE;
  readonly nodes = new Map<string, Node>();
  readonly people = new Map<string, Person[]>();
  readonly revoked = new Set<string>();
  readonly uncertified = new Set<string>();
  #state = 1;

  draw(bytes: number): Uint8Array {
    this.#state += 1;
    const parts = sha256(utf8(`dice ${this.#state}`));
    return parts.slice(0, bytes);
  }

  node(name: string): Node {
    const node = this.nodes.get(name) ?? new Node(name);
    this.nodes.set(name, node);
    return node;
  }

  /** Return a new person, or one more device of somebody's. */
  person(name: string, node = "nord"): Person {
    const devices = this.people.get(name) ?? [];
    const person = new Person(this, name, devices.length, this.node(node));
    this.people.set(name, [...devices, person]);
    return person;
  }

  /** Let all nodes hold the same. */
  gossip(): void {
    const all = [...this.nodes.values()].flatMap((node) => [...node.held.values()]);
    for (const node of this.nodes.values()) {
      node.take(all);
    }
  }

  wait(minutes: number): void {
    this.minute += minutes;
    for (const node of this.nodes.values()) {
      for (const [id, thing] of node.held) {
        if (expiresMin(thing) <= this.minute) {
          node.held.delete(id);
        }
      }
    }
  }

  roster(node: Node): Roster {
    const prekeys = node.of(KIND.prekey);
    const contacts = [...this.people]
      .filter(([name]) => !this.uncertified.has(name))
      .map(([name, devices]) => ({
        fingerprint: (devices[0] as Person).fingerprint,
        name,
        shownName: name,
        devices: devices
          .filter(({ device }) => !this.revoked.has(device))
          .map(({ device }) => ({
            key: device,
            prekeys: prekeys
              .filter((one) => equal(one.author, keyId(fromHex(device))))
              .map((one) => one.encoded),
          })),
      }));
    return rosterOf(this.minute, contacts);
  }
}

/** What a meeting brought: new messages, and what the node refused. */
export interface Outcome {
  readonly fresh: readonly Received[];
  readonly refusals: readonly Refusal[];
}

/** A phone of somebody's: its record, and the node that it meets. */
export class Person implements Keeper, Carrier {
  readonly town: Town;
  readonly name: string;
  node: Node;
  readonly fingerprint: string;
  readonly key: SigningKey;
  readonly device: string;
  readonly agreement;
  readonly community = COMMUNITY;
  mail: Mail = { ...NO_MAIL };
  disk: Mail = { ...NO_MAIL };
  sequence = 0;
  /** So many saves are left before the power goes. */
  savesLeft: number | null = null;

  constructor(town: Town, name: string, number: number, node: Node) {
    this.town = town;
    this.name = name;
    this.node = node;
    const paper = signingKey(sha256(utf8(`paper ${name}`)));
    this.fingerprint = hex(fingerprint(paper.publicKey));
    const owner = ownerOf(signingKey(sha256(utf8(`device ${name} ${number}`))), COMMUNITY);
    this.key = owner.key;
    this.device = owner.device;
    this.agreement = owner.agreement;
  }

  get contact(): Contact {
    return contactOf(this.town.roster(this.node), this.fingerprint) as Contact;
  }

  // The record.

  async change<T>(step: (box: Box) => T): Promise<T> {
    const mail = { ...this.mail };
    const result = step({
      ...ownerOf(this.key, COMMUNITY),
      mail,
      texts: NO_TEXTS,
      draw: (bytes) => this.town.draw(bytes),
    });
    this.spend();
    this.disk = structuredClone(mail);
    this.mail = structuredClone(mail);
    return result;
  }

  spend(): void {
    if (this.savesLeft !== null) {
      if (this.savesLeft === 0) {
        throw new PowerCut();
      }
      this.savesLeft -= 1;
    }
  }

  async sign(unsigned: Unsigned): Promise<SignedObject> {
    this.sequence += 1;
    return composeObject(this.key, COMMUNITY, {
      kind: unsigned.kind,
      body: unsigned.body,
      sequence: this.sequence,
      createdMin: unsigned.createdMin,
      lifetimeCode: lifetimeCodeFor(unsigned.minutes),
    });
  }

  async pause(): Promise<void> {}

  /** Forget all that was not saved, and start again. */
  powerCut(): void {
    this.savesLeft = null;
    this.mail = structuredClone(this.disk);
  }

  /** Take in what came, then hand over what is due. */
  async sync(): Promise<Outcome> {
    const before = new Set(this.mail.received.keys());
    const roster = await collect(this, this, rememberedAgreements());
    const refusals = await deliver(this, this, roster);
    return { fresh: this.received().filter((one) => !before.has(one.id)), refusals };
  }

  async send(to: Person, text: string, { days = 7, replyTo = null as string | null } = {}) {
    const writing = { text, minute: this.town.minute, minutes: days * DAY, replyTo };
    return await this.change((box) => write(box, to.contact, writing));
  }

  received(): Received[] {
    return messagesOf(this.mail).filter((one): one is Received => !isSent(one));
  }

  texts(conversation?: Person | string): (string | null)[] {
    const key = conversation instanceof Person ? conversation.fingerprint : conversation;
    return this.received()
      .filter((one) => key === undefined || key === one.conversation)
      .map((one) => one.text);
  }

  sent(id: string): Sent {
    return this.mail.sent.get(id) as Sent;
  }

  state(sent: Sent): State {
    return this.sent(sent.id).state;
  }

  /** Sealed objects at this person's node. */
  sealed(): SignedObject[] {
    return this.node.of(KIND.sealed);
  }

  // The node, as this phone sees it.

  async roster(): Promise<Roster> {
    return this.town.roster(this.node);
  }

  async sealedAfter(after: string | null): Promise<Page> {
    const sealed = this.sealed();
    const first = sealed.findIndex((one) => hex(one.id) === after) + 1;
    return { sealed: sealed.slice(first, first + 3), isComplete: first + 3 >= sealed.length };
  }

  async carry(body: Uint8Array, minutes: number): Promise<SignedObject> {
    const { node } = this;
    if (node.refusal !== null) {
      throw new CarryRefused({ reason: "quota", message: node.refusal });
    }
    node.sequence += 1;
    const thing = composeObject(node.key, COMMUNITY, {
      kind: KIND.sealed,
      body,
      sequence: node.sequence,
      createdMin: this.town.minute,
      lifetimeCode: lifetimeCodeFor(minutes),
    });
    node.take([thing]);
    if (node.cutAfter !== null) {
      node.cutAfter -= 1;
      if (node.cutAfter < 0) {
        node.cutAfter = null;
        this.savesLeft = 0;
        throw new PowerCut();
      }
    }
    return thing;
  }

  async publish(encoded: Uint8Array): Promise<void> {
    this.node.take([decodeObject(encoded)]);
  }

  async placesOf(id: string): Promise<readonly Place[] | null> {
    if (!this.node.held.has(id)) {
      return null;
    }
    return [...this.town.nodes.values()]
      .filter((one) => one !== this.node)
      .map((one) => ({
        name: one.name,
        hasIt: one.held.has(id),
        lastContactMin: this.town.minute,
      }));
  }

  async listings(): Promise<readonly Listing[]> {
    const { owners } = await this.roster();
    return this.node.of(KIND.circle).flatMap((one) => {
      const founder = [...owners].find(([key]) => equal(keyId(fromHex(key)), one.author))?.[1];
      const fields = decodeCircle(one.codec, one.body);
      return founder
        ? [
            {
              circle: hex(fields.circle),
              name: fields.name,
              founder: founder.fingerprint,
              founderName: founder.name,
              ...fields.policy,
            },
          ]
        : [];
    });
  }
}

/** Let everybody meet their node and the nodes each other, some times over. */
export async function exchange(people: readonly Person[], times = 2): Promise<void> {
  for (let round = 0; round < times; round++) {
    for (const person of people) {
      await person.sync();
      person.town.gossip();
    }
  }
}

/** Let somebody announce a prekey, and everybody know of it. */
export async function met(person: Person): Promise<Person> {
  await person.sync();
  person.town.gossip();
  return person;
}
