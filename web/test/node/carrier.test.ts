/** A node as the carrier of messages: what is asked of it, and what its answers mean. */

import { describe, expect, test, vi } from "vitest";
import { base64url, hex } from "../../src/core/bytes";
import { PeerError } from "../../src/core/errors";
import { fingerprint, keyId, type SigningKey, signingKey } from "../../src/core/keys";
import { composeObject, KIND } from "../../src/core/object";
import { NodeCarrier, type Vouching } from "../../src/node/carrier";
import { type NodeClient, type Query, Refused, Unreachable } from "../../src/node/client";
import { CarryRefused, NotNow } from "../../src/private/carrier";
import { SmallTown } from "../town";

const COMMUNITY = new Uint8Array(16).fill(7);
const NODE = signingKey(new Uint8Array(32).fill(1));
const DEVICE = signingKey(new Uint8Array(32).fill(2));
const MINUTE = 1_500_000;

type Answer = unknown | Error;

class Script {
  readonly asked: string[] = [];
  readonly answers: Record<string, Answer>;

  constructor(answers: Record<string, Answer>) {
    this.answers = answers;
  }

  get client(): NodeClient {
    const answer = async <T>(name: string): Promise<T> => {
      this.asked.push(name);
      const found = this.answers[name];
      if (found instanceof Error) {
        throw found;
      }
      return found as T;
    };
    return {
      address: "",
      get: (path: string, query: Query = {}) => answer(`GET ${path}${Object.values(query).join()}`),
      post: (path: string) => answer(`POST ${path}`),
    };
  }
}

function community(changes: object = {}) {
  return { id: hex(COMMUNITY), clock_known: true, minute: MINUTE, ...changes };
}

function member(changes: object = {}) {
  return {
    fingerprint: hex(fingerprint(DEVICE.publicKey)),
    class: "person",
    name: "Dora",
    shown_name: "Dora (1234abcd)",
    is_revoked: false,
    keys: [
      {
        key: hex(DEVICE.publicKey),
        key_id: hex(keyId(DEVICE.publicKey)),
        is_device: true,
        last: null,
        last_sequence: 9,
      },
    ],
    prekeys: [{ key_id: hex(keyId(DEVICE.publicKey)), encoded: base64url(Uint8Array.of(1, 2)) }],
    ...changes,
  };
}

function sealed(body: Uint8Array) {
  return composeObject(NODE, COMMUNITY, {
    kind: KIND.sealed,
    body,
    sequence: 1,
    createdMin: MINUTE,
    lifetimeCode: 5,
  });
}

/** Nothing is known of anybody. */
const NOTHING: Vouching = { look: async () => {}, keysOf: () => null, nameOf: () => null };

function carrier(
  answers: Record<string, Answer>,
  vouching: Vouching = NOTHING,
): [NodeCarrier, Script] {
  const script = new Script({ "GET /community": community(), ...answers });
  return [new NodeCarrier(script.client, hex(COMMUNITY), vouching), script];
}

function refused(code: string, reason?: string): Refused {
  const error = { code, message: "No.", ...(reason === undefined ? {} : { reason }) };
  return new Refused(422, error);
}

describe("the members", () => {
  test("are people with their devices, and not nodes, revoked ones or lost devices", async () => {
    const [lost] = member().keys;
    const [one] = carrier({
      "GET /members": {
        members: [
          member(),
          member({ fingerprint: "1".repeat(32), class: "node" }),
          member({ fingerprint: "2".repeat(32), is_revoked: true }),
          member({ fingerprint: "3".repeat(32), keys: [{ ...lost, last: 4 }] }),
        ],
      },
    });
    const { contacts, owners, minute } = await one.roster();
    expect(minute).toBe(MINUTE);
    expect(contacts.map(({ shownName, devices }) => [shownName, devices.length])).toEqual([
      ["Dora (1234abcd)", 1],
      ["Dora (1234abcd)", 0],
    ]);
    expect(owners.get(hex(DEVICE.publicKey))?.devices[0]?.prekeys).toEqual([Uint8Array.of(1, 2)]);
    expect(one.lastSequence(hex(DEVICE.publicKey))).toBe(9);
  });

  test("are asked for once in five minutes, and when somebody says so", async () => {
    const [one, script] = carrier({ "GET /members": { members: [member()] } });
    const count = () => script.asked.filter((name) => name === "GET /members").length;
    await one.roster();
    script.answers["GET /community"] = community({ minute: MINUTE + 4 });
    expect((await one.roster()).minute).toBe(MINUTE + 4);
    expect(count()).toBe(1);
    script.answers["GET /community"] = community({ minute: MINUTE + 5 });
    await one.roster();
    expect(count()).toBe(2);
    one.forgetRoster();
    await one.roster();
    expect(count()).toBe(3);
  });

  test("are asked for anew when somebody said so while the answer was on its way", async () => {
    let come: (answer: unknown) => void = () => {};
    const coming = new Promise((resolve) => {
      come = resolve;
    });
    const [one, script] = carrier({ "GET /members": coming });
    const early = one.roster();
    await vi.waitFor(() => expect(script.asked).toContain("GET /members"));
    one.forgetRoster();
    come({ members: [member({ keys: [], prekeys: [] })] });
    expect((await early).owners.size).toBe(0);
    script.answers["GET /members"] = { members: [member()] };
    expect((await one.roster()).owners.size).toBe(1);
  });

  test.each([
    ["clock", { clock_known: false }],
    ["community", { id: "0".repeat(32) }],
  ])("are not asked for with the wrong %s", async (reason, changes) => {
    const [one, script] = carrier({ "GET /community": community(changes) });
    await expect(one.roster()).rejects.toThrow(NotNow);
    await expect(one.roster()).rejects.toThrow(reason);
    expect(script.asked).not.toContain("GET /members");
  });
});

describe("what is carried", () => {
  const thing = sealed(new Uint8Array(60).fill(1));
  const encoded = base64url(thing.encoded);

  test("comes in order, without what is no object", async () => {
    const [one] = carrier({
      "GET /sealedff": { sealed: [{ encoded: "AAAA" }, { encoded }], complete: true },
    });
    const page = await one.sealedAfter("ff");
    expect(page.sealed.map((each) => hex(each.id))).toEqual([hex(thing.id)]);
    expect(page.isComplete).toBe(true);
  });

  test("is what was handed over, and nothing else", async () => {
    const [one] = carrier({ "POST /sealed": { encoded } });
    expect(hex((await one.carry(thing.body, 60)).id)).toBe(hex(thing.id));
    await expect(one.carry(new Uint8Array(60), 60)).rejects.toThrow(PeerError);
  });

  test("may be refused, with the reason; what passes is not a refusal", async () => {
    const [one, script] = carrier({ "POST /sealed": refused("refused", "quota") });
    await expect(one.carry(thing.body, 60)).rejects.toMatchObject({
      refusal: { reason: "quota", message: "No." },
    });
    script.answers["POST /sealed"] = refused("limit");
    await expect(one.carry(thing.body, 60)).rejects.toThrow(CarryRefused);
    script.answers["POST /sealed"] = refused("busy");
    await expect(one.carry(thing.body, 60)).rejects.toThrow(Refused);
    script.answers["POST /sealed"] = new Unreachable("away");
    await expect(one.carry(thing.body, 60)).rejects.toThrow(Unreachable);
  });

  test("is known by other nodes as they said, or not at all", async () => {
    const [one, script] = carrier({ "GET /members": { members: [] } });
    await one.roster();
    script.answers["GET /objects/ff/whereabouts"] = {
      nodes: [
        { node: "1a", name: "Hafen", state: "lacks", last_contact_s: 600 },
        { node: "2b", name: null, state: "unknown", last_contact_s: 0 },
        { node: "3c", name: "Süd", state: "holds", last_contact_s: 60 },
      ],
    };
    expect(await one.placesOf("ff")).toEqual([
      { name: "Hafen", hasIt: false, lastContactMin: MINUTE - 10 },
      { name: "2b", hasIt: null, lastContactMin: MINUTE },
      { name: "Süd", hasIt: true, lastContactMin: MINUTE - 1 },
    ]);
    script.answers["GET /objects/ff/whereabouts"] = refused("not_found");
    expect(await one.placesOf("ff")).toBeNull();
  });

  test("in circles is listed by founders whom somebody vouches for", async () => {
    const circle = { circle: "0c1a0001", name: "Hof", policy: "open", history: false };
    const [one] = carrier({
      "GET /circles": {
        circles: [
          { ...circle, founder: ANNA, founder_name: null },
          { ...circle, founder: null, founder_name: null },
        ],
      },
    });
    expect(await one.listings()).toEqual([
      {
        circle: "0c1a0001",
        name: "Hof",
        founder: ANNA,
        founderName: "aaaaaaaa",
        isOpen: true,
        hasHistory: false,
      },
    ]);
  });
});

const ANNA = "a".repeat(32);

test("nobody is written to, or read as, by a device for which nothing is proven", async () => {
  const town = new SmallTown();
  const owner = signingKey(new Uint8Array(32).fill(8));
  const known = [town.certificate(owner, "Dora Demir"), town.device(owner, DEVICE)];
  const key = (one: SigningKey) => ({
    key: hex(one.publicKey),
    key_id: hex(keyId(one.publicKey)),
    is_device: true,
    last: null,
    last_sequence: 1,
  });
  const dora = member({
    fingerprint: hex(fingerprint(owner.publicKey)),
    name: "Dora",
    shown_name: "Dora",
    keys: [key(DEVICE), key(NODE)],
    prekeys: [],
  });
  const answers = {
    "GET /members": { members: [dora] },
    "GET /grounds": new Refused(404, { code: "not_found", message: "" }),
    "GET /grounds0000000000000000": new Refused(404, { code: "not_found", message: "" }),
  };
  const [node] = carrier(answers, await town.trust(...known));
  const roster = await node.roster();
  expect([...roster.owners.keys()]).toEqual([hex(DEVICE.publicKey)]);
  const [contact] = roster.contacts;
  expect(contact).toMatchObject({ isDoubted: true, shownName: "Dora (Dora Demir)" });
  const [later] = carrier(answers, await town.trust(...known, town.revocation(DEVICE)));
  expect((await later.roster()).owners.size).toBe(0);
});
