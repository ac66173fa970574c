/** Circles over real sealed bytes: joining, leaving, lost devices, history, disorder, power cuts. */

import { beforeEach, describe, expect, test } from "vitest";
import { hex } from "../../src/core/bytes";
import { LimitError } from "../../src/core/errors";
import type { SignedObject } from "../../src/core/object";
import type { CirclePolicy } from "../../src/private/circle";
import { membersOf } from "../../src/private/circlerecords";
import {
  ABSENCE_MIN,
  askToJoin,
  EPOCH_KEPT_MIN,
  leave,
  writeInCircle,
} from "../../src/private/circles";
import { openCircle } from "../../src/private/epoch";
import { add, found, removeMember } from "../../src/private/founding";
import { deleteMessage, messagesOf } from "../../src/private/mailbox";
import type { Sent } from "../../src/private/records";
import { DAY, exchange, type Person, PowerCut, Town } from "./town";

const CLOSED: CirclePolicy = { isOpen: false, hasHistory: false };
const OPEN: CirclePolicy = { isOpen: true, hasHistory: false };
const WITH_HISTORY: CirclePolicy = { isOpen: false, hasHistory: true };

let town: Town;
let anna: Person;
let bert: Person;
let cem: Person;

beforeEach(async () => {
  town = new Town();
  anna = town.person("A", "nord");
  bert = town.person("B", "süd");
  cem = town.person("C", "ost");
  await exchange([anna, bert, cem]);
});

async function founded(policy: CirclePolicy, members: readonly Person[], isListed = false) {
  const circle = await anna.change((box) => found(box, { name: "Hof", policy, isListed }));
  for (const member of members) {
    await admit(member);
  }
  await exchange([anna, ...members]);
  return circle;
}

function own() {
  const [circle] = anna.mail.founded.values();
  return circle as NonNullable<typeof circle>;
}

async function admit(member: Person): Promise<void> {
  await anna.change((box) => add(box, own(), member.contact));
}

async function expel(member: Person): Promise<void> {
  await anna.change((box) => removeMember(box, own(), member.fingerprint));
}

function the(person: Person) {
  const circle = [...person.mail.circles].find(([, one]) => !one.isLeft);
  if (!circle) {
    throw new Error("in no circle");
  }
  return { key: circle[0], ...circle[1] };
}

async function say(person: Person, text: string): Promise<Sent> {
  const writing = { text, minute: town.minute, minutes: 7 * DAY, replyTo: null };
  return await person.change((box) => writeInCircle(box, the(person).key, writing));
}

async function go(person: Person): Promise<void> {
  const roster = await person.roster();
  await person.change((box) => leave(box, the(person).key, roster));
}

async function ask(person: Person, id: string): Promise<void> {
  const wanted = {
    founder: anna.fingerprint,
    founderName: "A",
    id,
    name: "Hof",
    askedMin: town.minute,
  };
  await person.change((box) => askToJoin(box, anna.contact, wanted));
}

function heard(person: Person): (string | null)[] {
  return person.texts(the(person).key);
}

function saidInCircles(person: Person): SignedObject[] {
  return person.sealed().filter((one) => one.body[0] === 0);
}

function opens(person: Person, thing: SignedObject, writer: Person): boolean {
  return [...person.mail.circles.values()].some(({ epochs }) =>
    epochs.some(({ keys }) => {
      try {
        openCircle(thing.body, keys, writer.key.publicKey);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

describe("a circle", () => {
  test("reads what one of it writes, and nobody else does", async () => {
    await founded(CLOSED, [bert]);
    const sent = await say(bert, "Treffen um acht");
    await exchange([bert, anna, cem]);
    expect(heard(anna)).toEqual(["Treffen um acht"]);
    expect(cem.texts()).toEqual([]);
    expect(bert.texts()).toEqual([]);
    expect(bert.state(sent)).toBe("passed_on");
  });

  test("reads everything once, in disorder and before its keys came", async () => {
    await anna.change((box) => found(box, { name: "Hof", policy: CLOSED, isListed: false }));
    await admit(bert);
    await anna.sync();
    const epoch = anna.sealed();
    for (let number = 0; number < 5; number++) {
      await say(anna, `Nummer ${number}`);
    }
    await anna.sync();
    const texts = saidInCircles(anna) as [SignedObject, ...SignedObject[]];
    bert.node.take([texts[4], texts[1]] as SignedObject[]);
    await bert.sync();
    expect(bert.texts()).toEqual([]);
    bert.node.take(epoch);
    await bert.sync();
    expect(heard(bert).sort()).toEqual(["Nummer 1", "Nummer 4"]);
    bert.node.take(texts.reverse());
    bert.mail.cursor = null;
    await exchange([bert]);
    expect(heard(bert).sort()).toEqual([0, 1, 2, 3, 4].map((number) => `Nummer ${number}`));
  });

  test("is not read by who was removed, nor reads them", async () => {
    await founded(CLOSED, [bert, cem]);
    await expel(cem);
    town.wait(5);
    await exchange([anna, bert, cem]);
    await say(anna, "Ohne Cem");
    town.wait(5);
    await say(cem, "Hört ihr mich noch?");
    await exchange([cem, anna, bert]);
    expect(heard(bert)).toEqual(["Ohne Cem"]);
    expect(heard(cem)).toEqual([]);
    expect(heard(anna)).toEqual([]);
  });

  test("still reads what was written just before its writer left", async () => {
    await founded(CLOSED, [bert, cem]);
    await say(cem, "Mein letztes Wort");
    await cem.sync();
    town.wait(5);
    await go(cem);
    await exchange([cem, anna, bert]);
    expect(heard(bert)).toEqual(["Mein letztes Wort"]);
    expect(membersOf(the(bert))).toHaveLength(2);
  });

  test("goes on without who left, who loses the keys", async () => {
    await founded(CLOSED, [bert, cem]);
    await go(cem);
    await exchange([cem, anna, bert]);
    expect(() => the(cem)).toThrow();
    await say(bert, "Nur noch zu zweit");
    await exchange([bert, anna, cem]);
    expect(heard(anna)).toEqual(["Nur noch zu zweit"]);
    expect(cem.texts()).toEqual([]);
  });

  test("is not left again by an old wish that a node repeats", async () => {
    await founded(CLOSED, [bert]);
    const before = new Set(bert.node.held.keys());
    await go(bert);
    await bert.sync();
    const [wish] = bert.sealed().filter((one) => !before.has(hex(one.id)) && one.body[0] === 1);
    await exchange([anna]);
    expect(membersOf(the(anna))).toHaveLength(1);
    await admit(bert);
    await exchange([anna, bert]);
    await anna.carry((wish as SignedObject).body, DAY);
    await exchange([anna, bert]);
    expect(membersOf(the(anna))).toHaveLength(2);
  });

  test.each([CLOSED, WITH_HISTORY])(
    "lets newcomers read what was before as %o says",
    async (policy) => {
      await founded(policy, [bert]);
      await say(anna, "Vorher");
      await exchange([anna, bert]);
      await admit(cem);
      await exchange([anna, cem, bert]);
      await say(bert, "Nachher");
      await exchange([bert, cem]);
      expect(heard(cem)).toEqual(policy.hasHistory ? ["Vorher", "Nachher"] : ["Nachher"]);
    },
  );

  test("that is open lets in who asks, and not again whom its founder removed", async () => {
    const circle = await founded(OPEN, [], true);
    town.gossip();
    expect(await bert.listings()).toMatchObject([{ name: "Hof", circle: circle.id, isOpen: true }]);
    await ask(bert, circle.id);
    await exchange([bert, anna]);
    await exchange([bert]);
    expect(the(bert).founder).toBe(anna.device);
    expect(bert.mail.wanted).toEqual([]);
    await expel(bert);
    await exchange([anna, bert]);
    await ask(bert, circle.id);
    await exchange([bert, anna, bert]);
    expect(own()).toMatchObject({ people: [], asked: [] });
  });

  test("that is closed asks its founder", async () => {
    const circle = await founded(CLOSED, []);
    await ask(bert, circle.id);
    await exchange([bert, anna, bert]);
    expect(bert.mail.circles.size).toBe(0);
    expect(own().asked.map((one) => one.name)).toEqual(["B"]);
    await admit(bert);
    await exchange([anna, bert]);
    expect(the(bert).name).toBe("Hof");
    expect(own().asked).toEqual([]);
  });

  test("has all devices of a member, and not a lost one", async () => {
    const second = town.person("B", "west");
    await exchange([second, anna]);
    await founded(CLOSED, [bert, cem]);
    await exchange([second]);
    await say(second, "Vom zweiten Gerät");
    await exchange([second, bert, anna]);
    expect(heard(bert)).toEqual(["Vom zweiten Gerät"]);
    expect(heard(anna)).toEqual(["Vom zweiten Gerät"]);
    town.revoked.add(second.device);
    await exchange([anna, bert, cem]);
    await say(anna, "Nicht für das verlorene");
    await exchange([anna, second, bert]);
    expect(heard(second)).toEqual([]);
    expect(heard(bert).at(-1)).toBe("Nicht für das verlorene");
    expect(own().seats.find((seat) => seat.device === second.device)?.isTaken).toBe(false);
  });

  test("gives a new device of a member its keys, without being asked", async () => {
    await founded(CLOSED, [bert]);
    const restored = town.person("B", "west");
    await exchange([restored, anna, restored]);
    await say(anna, "Willkommen zurück");
    await exchange([anna, restored]);
    expect(heard(restored)).toEqual(["Willkommen zurück"]);
  });

  test("keeps each device's place, also when it comes back", async () => {
    await founded(CLOSED, [bert, cem]);
    const places = own().seats.map(({ device, place }) => [device, place]);
    await expel(bert);
    await exchange([anna, cem]);
    await admit(bert);
    await exchange([anna, bert, cem]);
    expect(own().seats.map(({ device, place }) => [device, place])).toEqual(places);
  });

  test("is asked for keys after a long absence, and gives them once a day", async () => {
    await founded(CLOSED, [bert, cem]);
    town.wait(ABSENCE_MIN + 60);
    await exchange([bert, cem]);
    const before = own().nextEpoch;
    await exchange([anna, bert, cem]);
    expect(own().nextEpoch).toBe(before + 1);
    expect(new Set([anna, bert, cem].map((one) => the(one).epochs[0]?.number)).size).toBe(1);
  });

  test("takes thirty devices and says so", async () => {
    await founded(CLOSED, []);
    for (let number = 0; number < 29; number++) {
      await admit(town.person(`P${number}`));
    }
    await anna.sync();
    expect(membersOf(the(anna))).toHaveLength(30);
    await expect(admit(bert)).rejects.toThrow(LimitError);
  });
});

describe("a circle's keys", () => {
  test("are used for one message each, also over a power cut while writing", async () => {
    await founded(CLOSED, [bert]);
    await say(bert, "Erstens");
    bert.node.cutAfter = 0;
    await expect(bert.sync()).rejects.toThrow(PowerCut);
    bert.powerCut();
    await say(bert, "Zweitens");
    await exchange([bert, anna]);
    expect(heard(anna)).toEqual(["Erstens", "Zweitens"]);
    const bodies = saidInCircles(bert).map((one) => hex(one.body));
    expect(new Set(bodies).size).toBe(bodies.length);
  });

  test("open nothing of what was read, and are gone when their epoch is", async () => {
    const canary = "Der Schlüssel liegt unter dem Stein";
    await founded(CLOSED, [bert]);
    await say(bert, canary);
    await bert.sync();
    const [captured] = saidInCircles(bert) as [SignedObject];
    expect(opens(anna, captured, bert)).toBe(true);
    await exchange([bert, anna]);
    expect(heard(anna)).toEqual([canary]);
    expect(opens(anna, captured, bert) || opens(bert, captured, bert)).toBe(false);
    for (const person of [anna, bert]) {
      for (const one of messagesOf(person.mail)) {
        await person.change((box) => deleteMessage(box, one.id));
      }
    }
    town.wait(DAY);
    await admit(cem);
    await exchange([anna, bert]);
    town.wait(EPOCH_KEPT_MIN + 1);
    await exchange([anna, bert]);
    expect(Math.min(...the(bert).epochs.map((one) => one.number))).toBeGreaterThan(0);
    expect(own().secrets).toEqual([]);
  });
});
