import { describe, expect, it } from "vitest";
import { decodeBulletin, encodeBulletin, type RawTemplate } from "../../src/core/bodies/bulletin";
import {
  decodeTemplate,
  encodeTemplate,
  type Template,
  templateOf,
} from "../../src/core/bodies/template";
import { fromHex, hex } from "../../src/core/bytes";
import { isSignedBy, KIND, type SignedObject } from "../../src/core/object";
import { NO_TEXTS } from "../../src/core/text/texts";
import { Identity, newFields } from "../../src/person/identity";
import { openPerson, type Person, type Posting } from "../../src/person/person";
import { openStore } from "../../src/person/store";
import { freshName, seeded } from "./memory";
import { COMMUNITY, memberWith, SmallNode } from "./node";

const POSTING: Posting = {
  kind: KIND.bulletin,
  codec: 0,
  body: Uint8Array.of(1, 2, 3),
  minutes: 60,
  title: "Wasser im Keller",
};

async function opened(name: string): Promise<Person> {
  return (await openPerson(openStore(name), () => 5, seeded(`chance ${name}`))) as Person;
}

/** Return somebody who is a member at a node. */
async function member() {
  const name = freshName();
  const fields = { ...(await newFields("Änne", seeded(name))), community: COMMUNITY };
  await Identity.create(openStore(name), fields);
  const person = await opened(name);
  const node = new SmallNode();
  node.members = [memberWith(person.identity, [person.identity.device.publicKey])];
  person.meet(node);
  return { name, person, node };
}

function progress(person: Person) {
  return person.outgoing.value.map((one) => one.progress);
}

/** What lies on the node but for announcements of devices. */
function posts(node: SmallNode) {
  return node.things.filter((one) => one.kind !== KIND.device);
}

describe("the outbox", () => {
  it("signs with the community's minute and hands in at once", async () => {
    const { person, node } = await member();
    const sent = await person.post(POSTING);
    expect(sent.progress).toBe("on_node");
    const [thing] = posts(node);
    expect(thing?.createdMin).toBe(1000);
    expect(hex(thing?.id ?? new Uint8Array())).toBe(sent.object);
    const device = person.identity.device.publicKey;
    expect(thing && isSignedBy(thing, device, fromHex(COMMUNITY))).toBe(true);
  });

  it("keeps content unsigned while no node answers, and dates it when one does", async () => {
    const { person, node } = await member();
    node.isThere = false;
    const sent = await person.post(POSTING);
    expect([sent.progress, sent.object]).toEqual(["on_phone", null]);
    node.isThere = true;
    node.minute = 1200;
    await person.settle();
    expect(progress(person)).toEqual(["on_node"]);
    expect(posts(node)[0]?.createdMin).toBe(1200);
  });

  it("signs nothing while the node does not know the time", async () => {
    const { person, node } = await member();
    node.isClockKnown = false;
    await person.post(POSTING);
    expect(progress(person)).toEqual(["on_phone"]);
    expect(node.taken).toEqual([]);
    node.isClockKnown = true;
    await person.settle();
    expect(progress(person)).toEqual(["on_node"]);
  });

  it("repeats the same bytes after an answer that did not arrive, also after a reload", async () => {
    const { name, person, node } = await member();
    await person.settle();
    node.isMute = true;
    await person.post(POSTING);
    expect(progress(person)).toEqual(["on_phone"]);
    const again = await opened(name);
    node.isMute = false;
    node.minute = 1300;
    again.meet(node);
    await again.settle();
    expect(progress(again)).toEqual(["on_node"]);
    expect(posts(node).map((one) => one.createdMin)).toEqual([1000]);
  });

  it("says the same times in a sentence, however late it is signed", async () => {
    const { person, node } = await member();
    node.isThere = false;
    const values = { place: "Nordmarkt", from: 30, to: 240 };
    const water = templateOf(1) as Template;
    const body = encodeBulletin(NO_TEXTS, {
      text: "",
      title: null,
      category: "water",
      severity: "minor",
      template: encodeTemplate(NO_TEXTS, water, values),
    });
    await person.post({ ...POSTING, ...body, originMin: 1001 });
    node.isThere = true;
    node.minute = 1023;
    await person.settle();
    const [thing] = posts(node);
    const said = decodeBulletin(NO_TEXTS, thing as SignedObject).template as RawTemplate;
    expect(decodeTemplate(NO_TEXTS, said)?.values).toEqual({ ...values, from: 10, to: 220 });
  });

  it("refuses a sentence whose time is over before anybody could sign it", async () => {
    const { person, node } = await member();
    const off = templateOf(4) as Template;
    const body = encodeBulletin(NO_TEXTS, {
      text: "",
      title: null,
      category: "water",
      severity: "minor",
      template: encodeTemplate(NO_TEXTS, off, { area: "Hafenstr.", to: 60 }),
    });
    node.minute = 2000;
    const sent = await person.post({ ...POSTING, ...body, originMin: 1000 });
    expect(sent.refusal?.reason).toBe("over");
  });

  it("hands in once what two tabs hand in", async () => {
    const { name, person, node } = await member();
    await person.settle();
    node.isThere = false;
    await person.post(POSTING);
    await person.post({ ...POSTING, title: "Und noch etwas" });
    const tab = await opened(name);
    tab.meet(node);
    node.isThere = true;
    await Promise.all([person.settle(), tab.settle()]);
    await Promise.all([person.refresh(), tab.refresh()]);
    expect(progress(person)).toEqual(["on_node", "on_node"]);
    expect(progress(tab)).toEqual(["on_node", "on_node"]);
    expect(posts(node)).toHaveLength(2);
    expect(new Set(posts(node).map((one) => one.sequence)).size).toBe(2);
  });

  it("tries again what a node refuses that has not heard of its author yet", async () => {
    const { person, node } = await member();
    node.refusal = { status: 422, code: "refused", message: "", reason: "stranger" };
    expect((await person.post(POSTING)).progress).toBe("on_phone");
    node.refusal = null;
    await person.settle();
    expect(progress(person)).toEqual(["on_node"]);
  });

  it("tells why something was refused, and never tries it again", async () => {
    const { person, node } = await member();
    await person.settle();
    node.refusal = { status: 422, code: "refused", message: "Zu viel heute.", reason: "quota" };
    const sent = await person.post(POSTING);
    expect(sent.progress).toBe("refused");
    expect(sent.refusal).toEqual({ reason: "quota", message: "Zu viel heute." });
    node.refusal = null;
    await person.settle();
    expect(posts(node)).toEqual([]);
    expect(await person.forget(sent.id)).toBe(true);
    expect(progress(person)).toEqual([]);
  });

  it.each([
    { status: 429, code: "busy", message: "" },
    { status: 401, code: "not_paired", message: "" },
    { status: 503, code: "failed", message: "" },
    { status: 422, code: "refused", message: "", reason: "full" },
  ])("waits while the answer is about something else: $status $reason", async (refusal) => {
    const { person, node } = await member();
    await person.settle();
    node.refusal = refusal;
    await person.post(POSTING);
    expect(progress(person)).toEqual(["on_phone"]);
    node.refusal = null;
    await person.settle();
    expect(progress(person)).toEqual(["on_node"]);
  });

  it("waits for somebody to be taken in", async () => {
    const { person, node } = await member();
    node.members = [];
    await person.post(POSTING);
    expect(progress(person)).toEqual(["on_phone"]);
    expect(person.standing.value.isMember).toBe(false);
  });

  it("lives as long as what it replaces, and is younger than what it answers", async () => {
    const { person, node } = await member();
    await person.post({ ...POSTING, untilMin: 1000 + 4000, afterMin: 1001 });
    const [thing] = posts(node);
    expect(thing?.createdMin).toBe(1002);
    expect(thing?.lifetimeCode).toBeGreaterThan(5);
  });

  it("lets go only what no node can have", async () => {
    const { person, node } = await member();
    await person.settle();
    node.isThere = false;
    const unsent = await person.post(POSTING);
    expect(await person.forget(unsent.id)).toBe(true);
    node.isThere = true;
    node.isMute = true;
    const perhaps = await person.post(POSTING);
    expect(await person.forget(perhaps.id)).toBe(false);
  });
});

describe("somebody", () => {
  it("lets this phone sign where the community does not know it yet", async () => {
    const { person, node } = await member();
    node.members = [memberWith(person.identity, [])];
    await person.settle();
    expect(node.things.map((one) => one.kind)).toEqual([KIND.device]);
    node.members = [memberWith(person.identity, [person.identity.device.publicKey])];
    await person.settle();
    expect(node.taken).toHaveLength(1);
  });

  it("is nobody any more when its phone was cut off", async () => {
    const { person, node } = await member();
    const [me] = node.members;
    if (me) {
      node.members = [{ ...me, keys: me.keys.map((one) => ({ ...one, last: 3 })) }];
    }
    await person.settle();
    expect(person.standing.value).toMatchObject({ isMember: false, isRevoked: true });
  });

  it("is nobody any more where the node says only that it was cut off, and again somebody", async () => {
    const { person, node } = await member();
    await person.settle();
    node.isCutOff = true;
    await person.settle();
    expect(person.standing.value).toMatchObject({ isMember: false, isRevoked: true, roles: [] });
    node.isCutOff = false;
    await person.settle();
    expect(person.standing.value).toMatchObject({ isMember: true, isRevoked: false });
  });

  it("signs nothing for another community", async () => {
    const { person, node } = await member();
    node.community = "00".repeat(16);
    await person.post(POSTING);
    expect(progress(person)).toEqual(["on_phone"]);
    expect(node.taken).toEqual([]);
  });

  it("goes on with numbers above those that the node has seen of this phone", async () => {
    const { person, node } = await member();
    const [me] = node.members;
    if (me) {
      node.members = [{ ...me, keys: me.keys.map((one) => ({ ...one, last_sequence: 70 })) }];
    }
    await person.post(POSTING);
    expect(posts(node)[0]?.sequence).toBe(71);
  });

  it("acts at once, or tells why not", async () => {
    const { person, node } = await member();
    const act = { kind: KIND.certificate, body: new Uint8Array(40), minutes: 60 };
    const thing = await person.act(act);
    expect(node.things.map((one) => hex(one.id))).toContain(hex(thing.id));
    node.refusal = { status: 422, code: "refused", message: "no", reason: "role" };
    await expect(person.act(act)).rejects.toThrow("no");
  });
});
