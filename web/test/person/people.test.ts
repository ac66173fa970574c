import { describe, expect, it } from "vitest";
import { newFields } from "../../src/person/identity";
import { erase, keepPairing, valuesOf, whoIsHere } from "../../src/person/people";
import { openPerson } from "../../src/person/person";
import { nextCounter, settleIn } from "../../src/person/settling";
import { freshStore, seeded } from "./memory";

const HERE = { node: "aa".repeat(32), community: "11".repeat(16) };
const ELSEWHERE = { node: "bb".repeat(32), community: "22".repeat(16) };
const NODE = { key: HERE.node, name: "Nordmarkt", challenge: "00".repeat(16) };

async function somebody(name: string, community: string) {
  return { ...(await newFields(name, seeded(name))), community };
}

describe("the people of a phone", () => {
  it("are known again at their node", async () => {
    const store = freshStore();
    const { known } = await settleIn(store, await somebody("Anna", HERE.community), seeded("1"));
    await keepPairing(store, known.space, NODE, 7);
    const here = await whoIsHere(store, HERE);
    expect(here.known).toEqual(known);
    expect(here.pairing?.name).toBe("Nordmarkt");
    expect((await openPerson(valuesOf(store, known.space)))?.name).toBe("Anna");
  });

  it("are not paired at another node of their community, but are the same there", async () => {
    const store = freshStore();
    const { known } = await settleIn(store, await somebody("Anna", HERE.community), seeded("1"));
    await keepPairing(store, known.space, NODE, 7);
    const here = await whoIsHere(store, { ...HERE, node: ELSEWHERE.node });
    expect(here.known?.space).toBe(known.space);
    expect(here.pairing).toBeNull();
  });

  it("are strangers in another community, where they can be somebody else", async () => {
    const store = freshStore();
    await settleIn(store, await somebody("Anna", HERE.community), seeded("1"));
    const before = await whoIsHere(store, ELSEWHERE);
    expect([before.known, before.hasOthers]).toEqual([null, true]);
    const other = await settleIn(store, await somebody("A.", ELSEWHERE.community), seeded("2"));
    expect((await whoIsHere(store, ELSEWHERE)).known?.space).toBe(other.known.space);
    expect((await whoIsHere(store, HERE)).known?.space).not.toBe(other.known.space);
  });

  it("are one in a community", async () => {
    const store = freshStore();
    await settleIn(store, await somebody("Anna", HERE.community), seeded("1"));
    const second = settleIn(store, await somebody("Bert", HERE.community), seeded("2"));
    await expect(second).rejects.toThrow("uses this phone");
  });

  it("are those who were here last while no node answers", async () => {
    const store = freshStore();
    const { known } = await settleIn(store, await somebody("Anna", HERE.community), seeded("1"));
    expect((await whoIsHere(store, null)).known?.space).toBe(known.space);
  });

  it("leave nothing behind when they are erased", async () => {
    const store = freshStore();
    const { known } = await settleIn(store, await somebody("Anna", HERE.community), seeded("1"));
    await keepPairing(store, known.space, NODE, 7);
    await erase(store, known.space);
    expect(await openPerson(valuesOf(store, known.space))).toBeNull();
    expect(await whoIsHere(store, HERE)).toEqual({ known: null, pairing: null, hasOthers: false });
  });

  it("count requests upwards, also when the clock goes back", async () => {
    const store = freshStore();
    expect(await nextCounter(store, 1000, "clock")).toBe(1000);
    expect(await nextCounter(store, 5000, "none")).toBe(1001);
    expect(await nextCounter(store, 10, "clock")).toBe(1002);
    expect(await nextCounter(store, 10, "far")).toBeGreaterThan(300_000_000_000);
  });
});
