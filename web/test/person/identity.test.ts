import { describe, expect, it } from "vitest";
import { decodeDevice, isProven } from "../../src/core/bodies/device";
import { fromHex, hex } from "../../src/core/bytes";
import { isSignedBy, KIND } from "../../src/core/object";
import { identityKey } from "../../src/core/paper";
import { deviceFields, Identity, newFields } from "../../src/person/identity";
import { openStore } from "../../src/person/store";
import { freshName, seeded } from "./memory";

const COMMUNITY = "e7e1807827a175075f044b3ac0f32ef1";
const CONTENT = { kind: KIND.bulletin, body: new Uint8Array(3), minute: 1000, minutes: 60 };

async function made(name = freshName()) {
  const store = openStore(name);
  const identity = await Identity.create(store, {
    ...(await newFields("Änne", seeded("Änne"))),
    community: COMMUNITY,
  });
  return { name, store, identity };
}

async function sequenceOf(identity: Identity, above = 0): Promise<number> {
  return (await identity.sign({ ...CONTENT, above })).sequence;
}

describe("an identity", () => {
  it("is the same after the page was closed", async () => {
    const { name, identity } = await made();
    const again = await Identity.open(openStore(name));
    expect(again?.fingerprint).toBe(identity.fingerprint);
    expect(again?.device.publicKey).toEqual(identity.device.publicKey);
  });

  it("signs with its device for its community", async () => {
    const { identity } = await made();
    const thing = await identity.sign(CONTENT);
    expect(isSignedBy(thing, identity.device.publicKey, fromHex(COMMUNITY))).toBe(true);
    expect(thing.sequence).toBe(1);
  });

  it("never uses a number twice in two tabs", async () => {
    const { name, identity } = await made();
    const other = (await Identity.open(openStore(name))) as Identity;
    const numbers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => sequenceOf(at % 2 === 0 ? identity : other)),
    );
    expect(new Set(numbers).size).toBe(20);
  });

  it("leaves behind what others have seen of its device", async () => {
    const { identity } = await made();
    expect(await sequenceOf(identity, 41)).toBe(42);
    expect(await sequenceOf(identity)).toBe(43);
  });

  it("signs nothing that it cannot count, as when another tab erased it", async () => {
    const { name, identity } = await made();
    await openStore(name).drop("identity");
    await expect(identity.sign(CONTENT)).rejects.toThrow("erased");
  });

  it("announces its device with the key on paper, which keeps agreement", async () => {
    const { identity } = await made();
    const device = await identity.announceDevice(2000);
    expect(isSignedBy(device, identity.publicKey, fromHex(COMMUNITY))).toBe(true);
    expect(device.sequence).toBe(2000);
    expect(isProven(device, identity.publicKey, fromHex(COMMUNITY))).toBe(true);
    expect(decodeDevice(device)).toEqual(identity.device.publicKey);
    expect(identity.needsAnnouncement(2000)).toBe(false);
  });

  it("signs on after its paper is gone, but not with the paper's key", async () => {
    const { identity } = await made();
    await expect(identity.forgetPaper()).rejects.toThrow("let this phone sign");
    await identity.announceDevice(2000);
    await identity.noteWrittenDown();
    const paper = identity.paper;
    await identity.forgetPaper();
    expect(identity.paper).toBeNull();
    expect((await identity.sign(CONTENT)).sequence).toBe(1);
    await expect(identity.signByPaper(CONTENT)).rejects.toThrow("recovery sheet");
    expect((await identity.signByPaper(CONTENT, paper)).sequence).toBe(2001);
  });

  it("does not take another identity's paper", async () => {
    const { identity } = await made();
    await expect(identity.signByPaper(CONTENT, new Uint8Array(16))).rejects.toThrow("another");
  });

  it("stays with its community", async () => {
    const { identity } = await made();
    await expect(identity.belongTo("00".repeat(16))).rejects.toThrow("another community");
  });

  it("takes no name that certificates cannot carry", async () => {
    await expect(newFields("ä".repeat(21), seeded("long"))).rejects.toThrow("42 bytes");
  });

  it("is restored from paper as a new device", async () => {
    const { identity } = await made();
    const paper = identity.paper as Uint8Array;
    const owner = { name: "Änne", key: identityKey(paper).publicKey };
    const again = await Identity.create(
      openStore(freshName()),
      deviceFields(owner, COMMUNITY, seeded("second phone")),
    );
    expect(again.fingerprint).toBe(identity.fingerprint);
    expect(hex(again.device.publicKey)).not.toBe(hex(identity.device.publicKey));
    expect(again.paper).toBeNull();
  });
});
