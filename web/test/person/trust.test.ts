import { beforeEach, describe, expect, it } from "vitest";
import { base64url, fromBase64url, hex } from "../../src/core/bytes";
import { decodeObject, EPOCH_MS, KIND, type SignedObject } from "../../src/core/object";
import type { Grounds } from "../../src/node/documents/papers";
import type { KeyValue } from "../../src/person/store";
import { Trust } from "../../src/person/trust";
import { vectors } from "../vectors";
import { freshStore } from "./memory";

interface Case {
  readonly community: string;
  readonly pinned: readonly string[];
  readonly objects: readonly string[];
}

const { cases } = vectors<{ cases: Record<string, Case> }>("membership.json");
const { community, pinned, objects: full } = named("a successor that one of two signed");
const founding = thingOf(pinned[0]);
/** Two members by stewards' word; the successor that one of two stewards signed is the last. */
const members = full.slice(0, 2);
const proposed = thingOf(full[2]);
const agreed = named("a successor, and a former steward whose certificates were kept").objects;
const [, phone, loss] = named("a phone that was lost, cut at a number").objects.slice(1);
const MINUTE = founding.createdMin + 10;
const WEEK = 7 * 1440;

let values: KeyValue;
beforeEach(() => {
  values = freshStore();
});

function named(name: string): Case {
  const found = Object.entries(cases).find(([one]) => one === name)?.[1];
  if (found === undefined) {
    throw new Error(name);
  }
  return found;
}

function thingOf(encoded: string | undefined): SignedObject {
  return decodeObject(fromBase64url(encoded ?? ""));
}

function grounds(objects: readonly (string | undefined)[], some: Partial<Grounds> = {}): Grounds {
  return {
    community,
    minute: MINUTE,
    digest: "00".repeat(8),
    pinned: base64url(founding.encoded),
    charter: base64url(founding.encoded),
    objects: objects.flatMap((one) => (one === undefined ? [] : [one])),
    ...some,
  };
}

async function opened(nowMin = MINUTE): Promise<Trust> {
  return await Trust.open(values, community, () => EPOCH_MS + nowMin * 60_000);
}

const names = (trust: Trust) => [...(trust.standing.value?.identities.keys() ?? [])].length;

describe("a phone that was given a charter", () => {
  it("finds out who belongs, and knows it after a reload without a node", async () => {
    const trust = await opened();
    expect(trust.keysOf("00")).toBeNull();
    await trust.take(grounds(members));
    expect(trust.agreement.value).toBe("same");
    expect(names(trust)).toBe(5);
    const again = await opened();
    expect(names(again)).toBe(5);
  });

  it("does not follow a node to stewards who were not agreed on, and says so", async () => {
    const trust = await opened();
    await trust.take(grounds(members));
    const other = base64url(proposed.encoded);
    await trust.take(grounds(full, { charter: other, pinned: other }));
    expect(trust.agreement.value).toBe("other");
    expect(trust.claimed.value?.number).toBe(1);
    expect(trust.standing.value?.charters.map((one) => one.said.id)).toEqual([hex(founding.id)]);
    expect(names(trust)).toBe(5);
    await trust.take(grounds(members));
    expect([trust.agreement.value, trust.claimed.value]).toEqual(["same", null]);
  });

  it("follows stewards who agreed, and is not taken back by a node that has not heard", async () => {
    const trust = await opened();
    await trust.take(grounds(members));
    const after = agreed.map(thingOf).find((one) => one.kind === KIND.charter) as SignedObject;
    await trust.take(grounds(agreed, { charter: base64url(after.encoded) }));
    expect(trust.agreement.value).toBe("same");
    expect(trust.standing.value?.charters.at(-1)?.said.id).toBe(hex(after.id));
    await trust.take(grounds(members));
    expect(trust.agreement.value).toBe("behind");
    expect(trust.standing.value?.charters.at(-1)?.said.id).toBe(hex(after.id));
  });

  it("begins with a successor once it was in force for a week, and seen to be", async () => {
    const after = agreed.map(thingOf).find((one) => one.kind === KIND.charter) as SignedObject;
    const encoded = base64url(after.encoded);
    const at = async (minute: number) => {
      const trust = await opened(minute);
      await trust.take(grounds(agreed, { charter: encoded, minute }));
      return trust.standing.value?.charters.length;
    };
    const late = MINUTE + 3 * WEEK;
    expect([await at(late), await at(late + WEEK - 1)]).toEqual([2, 2]);
    expect([await at(late + WEEK), await at(late + WEEK)]).toEqual([2, 1]);
  });

  it("takes no other founding charter for that of its community", async () => {
    const trust = await opened();
    const other = Object.values(cases).find((one) => one.community !== community && one.pinned[0]);
    await expect(trust.take(grounds([], { pinned: other?.pinned[0] ?? "" }))).rejects.toThrow();
    await trust.take(grounds(members, { community: "00".repeat(16) }));
    expect([trust.agreement.value, trust.standing.value]).toEqual(["other", null]);
  });

  it("remembers a revocation that a node shows no more, whatever time the node says it is", async () => {
    const trust = await opened();
    const [anna] = await annas(trust);
    expect(trust.keysOf(anna)?.size).toBe(2);
    await trust.take(grounds([...members, phone, loss]));
    expect(trust.keysOf(anna)?.size).toBe(1);
    const years = MINUTE + 800 * 1440;
    await trust.take(grounds([], { minute: years }));
    expect(trust.keysOf(anna)?.size).toBe(0);
    await trust.take(grounds([...members, phone]));
    expect(trust.keysOf(anna)?.size).toBe(1);
    const again = await opened();
    await again.take(grounds([...members, phone]));
    expect(again.keysOf(anna)?.size).toBe(1);
  });

  it("takes other stewards where its owner says so", async () => {
    const trust = await opened();
    await trust.take(grounds(members));
    const other = base64url(proposed.encoded);
    const answer = grounds(full, { charter: other, pinned: other });
    await trust.take(answer);
    expect(trust.agreement.value).toBe("other");
    const node = { address: "", get: async () => answer as never, post: async () => ({}) as never };
    await trust.accept(node);
    expect(trust.agreement.value).toBe("same");
  });

  it("drops bytes that are nothing, and keeps the rest", async () => {
    const trust = await opened();
    await trust.take(grounds(["", "!", "AAAA", ...members]));
    expect(names(trust)).toBe(5);
  });
});

async function annas(trust: Trust): Promise<[string]> {
  await trust.take(grounds([...members, phone]));
  const standing = trust.standing.value;
  const device = [...(standing?.signers.values() ?? [])].flat().find((one) => one.isDevice);
  return [device?.identity.fingerprint ?? ""];
}
