/** Messages between phones over real sealed bytes: lost, late, twice, replayed, expired, gone. */

import { beforeEach, describe, expect, test } from "vitest";
import { hex } from "../../src/core/bytes";
import { LimitError, PeerError } from "../../src/core/errors";
import { expiresMin, type SignedObject } from "../../src/core/object";
import { missingCount } from "../../src/private/letters";
import {
  deleteMessage,
  MESSAGES_MAX,
  messagesOf,
  ownKeys,
  repliedBy,
  updateSent,
} from "../../src/private/mailbox";
import { COPIES_MAX, replyReference, write } from "../../src/private/outbox";
import { deletedMin } from "../../src/private/prekey";
import { markRead } from "../../src/private/receipts";
import { isAtLeast, type Received } from "../../src/private/records";
import { sendersOf } from "../../src/private/roster";
import { agreementPair, open, recognise, rememberedAgreements } from "../../src/private/sealed";
import { collect, deliver } from "../../src/private/sync";
import { COMMUNITY, DAY, exchange, met, type Person, PowerCut, Town } from "./town";

let town: Town;
let anna: Person;
let bert: Person;

beforeEach(async () => {
  town = new Town();
  anna = await met(town.person("Anna"));
  bert = await met(town.person("Bert", "süd"));
});

async function read(person: Person, from: Person): Promise<void> {
  await person.change((box) => markRead(box, from.fingerprint, town.minute));
}

async function cut(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof PowerCut)) {
      throw error;
    }
  });
}

function opensFor(person: Person, thing: SignedObject): boolean {
  try {
    const found = recognise(thing.body, ownKeys(person, person.mail));
    open(thing.body, found, sendersOf(town.roster(person.node)), COMMUNITY);
    return true;
  } catch (error) {
    if (error instanceof PeerError) {
      return false;
    }
    throw error;
  }
}

function onDisk(person: Person): string {
  const plain = (value: unknown): unknown => {
    if (value instanceof Uint8Array) {
      return hex(value);
    }
    if (value instanceof Map) {
      return [...value].map(([name, one]) => [name, plain(one)]);
    }
    if (Array.isArray(value)) {
      return value.map(plain);
    }
    return value !== null && typeof value === "object"
      ? Object.entries(value).map(([name, one]) => [name, plain(one)])
      : value;
  };
  return JSON.stringify(plain(person.disk));
}

describe("a message", () => {
  test("arrives and is receipted, and says on the way how far it came", async () => {
    const sent = await anna.send(bert, "Kommst du zum Brunnen?");
    expect(anna.state(sent)).toBe("written");
    await anna.sync();
    expect(anna.state(sent)).toBe("on_node");
    expect(anna.sent(sent.id).lacking.map((one) => one.name)).toEqual(["süd"]);
    town.gossip();
    await anna.sync();
    expect(anna.state(sent)).toBe("passed_on");
    expect(anna.sent(sent.id).places).toEqual(["süd"]);
    await bert.sync();
    expect(bert.texts(anna)).toEqual(["Kommst du zum Brunnen?"]);
    town.gossip();
    await anna.sync();
    expect(anna.state(sent)).toBe("reached");
  });

  test("goes to two devices of a person, and one receipt is enough", async () => {
    const second = await met(town.person("Bert", "ost"));
    const sent = await anna.send(bert, "An alle deine Geräte");
    await anna.sync();
    town.gossip();
    expect(anna.sealed().map((one) => one.body[0])).toEqual([2]);
    await second.sync();
    expect(second.texts(anna)).toEqual(["An alle deine Geräte"]);
    town.gossip();
    await anna.sync();
    expect(anna.state(sent)).toBe("reached");
    await bert.sync();
    expect(bert.texts(anna)).toEqual(["An alle deine Geräte"]);
  });

  test("shows once, however nodes wrap and repeat it", async () => {
    await anna.send(bert, "Nur einmal");
    await anna.sync();
    const [thing] = anna.sealed() as [SignedObject];
    await bert.carry(thing.body, DAY);
    await bert.carry(thing.body, DAY);
    await exchange([anna, bert], 3);
    bert.mail.cursor = null;
    await bert.sync();
    expect(bert.texts()).toEqual(["Nur einmal"]);
  });

  test("out of order is shown, and gaps are noticed", async () => {
    for (let number = 0; number < 4; number++) {
      await anna.send(bert, `Nummer ${number}`);
    }
    await anna.sync();
    const things = anna.sealed() as [SignedObject, SignedObject, SignedObject, SignedObject];
    bert.node.take([things[3], things[0]]);
    await bert.sync();
    expect(missingCount(bert.mail.tracks.get(anna.device) ?? [])).toBe(2);
    bert.node.take([things[2], things[1]]);
    await bert.sync();
    expect(bert.texts(anna).sort()).toEqual([0, 1, 2, 3].map((number) => `Nummer ${number}`));
    expect(missingCount(bert.mail.tracks.get(anna.device) ?? [])).toBe(0);
  });

  test("after number 65535 is followed by number 0, without gap or loss", async () => {
    await anna.change(({ mail }) => {
      mail.numbers = new Map([[`text:${bert.fingerprint}`, 65_534]]);
    });
    for (const text of "abcd") {
      await anna.send(bert, text);
    }
    await exchange([anna, bert]);
    expect(bert.texts()).toEqual(["a", "b", "c", "d"]);
    expect(missingCount(bert.mail.tracks.get(anna.device) ?? [])).toBe(0);
  });

  test("of somebody restored from a backup is heard, though its number was used before", async () => {
    const backup = structuredClone(anna.disk);
    await anna.send(bert, "vor dem Schaden");
    await exchange([anna, bert]);
    anna.disk = backup;
    anna.powerCut();
    await anna.send(bert, "danach");
    await exchange([anna, bert]);
    expect(bert.texts()).toEqual(["vor dem Schaden", "danach"]);
  });

  test("that was lost is sealed again to the next prekey under the same number", async () => {
    const sent = await anna.send(bert, "Geht verloren", { days: 20 });
    await anna.sync();
    const [lost] = anna.sealed() as [SignedObject];
    anna.node.held.delete(hex(lost.id));
    town.wait(8 * DAY);
    await met(bert);
    await anna.sync();
    expect(anna.sent(sent.id).copies).toHaveLength(2);
    await exchange([bert, anna]);
    expect(bert.texts()).toEqual(["Geht verloren"]);
    expect(anna.state(sent)).toBe("reached");
    bert.node.take([lost]);
    await bert.sync();
    expect(bert.texts()).toEqual(["Geht verloren"]);
  });

  test("that is over is not opened", async () => {
    await anna.send(bert, "Zu spät", { days: 1 });
    await anna.sync();
    const things = anna.sealed();
    town.wait(2 * DAY);
    bert.node.take(things);
    await bert.sync();
    expect(bert.texts()).toEqual([]);
  });

  test("is not tried for ever", async () => {
    const sent = await anna.send(bert, "Hallo?", { days: 28 });
    for (let day = 0; day < 40; day++) {
      await anna.sync();
      town.wait(DAY);
    }
    const { copies } = anna.sent(sent.id);
    expect(copies.length).toBeGreaterThanOrEqual(2);
    expect(copies.length).toBeLessThanOrEqual(COPIES_MAX);
    expect(anna.state(sent)).toBe("expired");
    expect(anna.mail.parcels).toEqual([]);
  });

  test("is sealed so many times at most, however many prekeys a device announces", async () => {
    const sent = await anna.send(bert, "Hallo?", { days: 28 });
    for (let round = 0; round < 12; round++) {
      await anna.sync();
      await bert.change(({ mail }) => {
        mail.prekeys = [];
      });
      await deliver(bert, bert, await bert.roster());
      town.gossip();
    }
    expect(anna.sent(sent.id).copies).toHaveLength(COPIES_MAX);
  });

  test("never falls back, and a late receipt still counts", async () => {
    const sent = await anna.send(bert, "Kurz", { days: 1 });
    await anna.sync();
    town.gossip();
    await bert.sync();
    town.wait(2 * DAY);
    await anna.sync();
    expect(anna.state(sent)).toBe("expired");
    await exchange([anna]);
    expect(anna.state(sent)).toBe("reached");
    await anna.change((box) => updateSent(box, sent.id, { state: "on_node" }));
    expect(anna.state(sent)).toBe("reached");
  });

  test("that is too long, or tried for too long, is refused at once", async () => {
    await expect(anna.send(bert, "x".repeat(1601))).rejects.toThrow(LimitError);
    await expect(anna.send(bert, "  ")).rejects.toThrow(LimitError);
    await expect(anna.send(bert, "x", { days: 29 })).rejects.toThrow(LimitError);
    await expect(anna.send(bert, "\u{1f4a7}".repeat(600))).rejects.toThrow(LimitError);
    expect(anna.mail.sent.size).toBe(0);
  });

  test("that no longer fits so many devices is refused and stops no other", async () => {
    const sent = await anna.send(bert, "\u{1f4a7}".repeat(470));
    for (const node of ["ost", "west", "mitte"]) {
      await met(town.person("Bert", node));
    }
    await anna.send(bert, "Kurz");
    await exchange([anna, bert]);
    expect(bert.texts()).toEqual(["Kurz"]);
    expect(anna.state(sent)).toBe("refused");
    expect(anna.sent(sent.id).refusal?.reason).toBe("too_long");
  });

  test("that is deleted does not leave any more", async () => {
    anna.node.refusal = "closed";
    const sent = await anna.send(bert, "Doch nicht");
    await anna.sync();
    await anna.change((box) => deleteMessage(box, sent.id));
    anna.node.refusal = null;
    await exchange([anna, bert]);
    expect(bert.texts()).toEqual([]);
  });
});

describe("receipts", () => {
  test("for reading go out only if the reader wishes", async () => {
    const sent = await anna.send(bert, "Kommst du?");
    await exchange([anna, bert, anna]);
    await read(bert, anna);
    await exchange([bert, anna]);
    expect(anna.state(sent)).toBe("reached");
    bert.mail.receipts = "read";
    const second = await anna.send(bert, "Und jetzt?");
    await exchange([anna, bert]);
    await read(bert, anna);
    await exchange([bert, anna]);
    expect(anna.state(second)).toBe("read");
  });

  test("switched off tell nothing", async () => {
    bert.mail.receipts = "off";
    const sent = await anna.send(bert, "Da?");
    await exchange([anna, bert], 3);
    await read(bert, anna);
    await exchange([anna, bert]);
    expect(anna.state(sent)).toBe("passed_on");
  });

  test("for several messages are one object, and an answer needs none", async () => {
    const several = [];
    for (let number = 0; number < 5; number++) {
      several.push(await anna.send(bert, `Nummer ${number}`));
    }
    await anna.sync();
    town.gossip();
    const before = bert.sealed().length;
    await collect(bert, bert, rememberedAgreements());
    const last = bert.received().at(-1) as Received;
    await bert.send(anna, "Alle gesehen", { replyTo: replyReference(last) });
    await bert.sync();
    expect(bert.sealed().length - before).toBe(2);
    town.gossip();
    await anna.sync();
    expect(several.map((one) => anna.state(one))).toEqual([...Array(4).fill("reached"), "read"]);
    const answer = anna.received().at(-1);
    expect(answer && repliedBy(messagesOf(anna.mail), answer)?.id).toBe(several.at(-1)?.id);
  });

  test("that got lost are made again when the message comes again", async () => {
    const sent = await anna.send(bert, "Bitte quittieren", { days: 20 });
    await anna.sync();
    town.gossip();
    await bert.sync();
    const receipt = bert.sealed().filter((one) => !anna.node.held.has(hex(one.id)));
    expect(receipt).toHaveLength(1);
    bert.node.held.delete(hex((receipt[0] as SignedObject).id));
    town.wait(8 * DAY);
    await met(bert);
    await exchange([anna, bert, anna]);
    expect(anna.state(sent)).toBe("reached");
    expect(bert.texts()).toEqual(["Bitte quittieren"]);
  });
});

describe("strangers", () => {
  test("are kept waiting, and read once the community knows them", async () => {
    await anna.send(bert, "Ich bin neu hier");
    await anna.sync();
    town.gossip();
    town.uncertified.add("Anna");
    await bert.sync();
    expect(bert.texts()).toEqual([]);
    expect(bert.mail.waiting).toHaveLength(1);
    for (const thing of bert.sealed()) {
      bert.node.held.delete(hex(thing.id));
    }
    town.uncertified.clear();
    await bert.sync();
    expect(bert.texts(anna)).toEqual(["Ich bin neu hier"]);
    expect(bert.mail.waiting).toEqual([]);
  });

  test("hand nothing over themselves", async () => {
    town.uncertified.add("Cem");
    const cem = town.person("Cem");
    await cem.send(bert, "Wartet");
    await cem.sync();
    expect(cem.sealed()).toEqual([]);
    town.uncertified.clear();
    await exchange([cem, bert]);
    expect(bert.texts()).toEqual(["Wartet"]);
  });

  test("who are blocked are dropped and told nothing", async () => {
    bert.mail.blocked = [anna.fingerprint];
    const sent = await anna.send(bert, "Hallo");
    await exchange([anna, bert], 3);
    expect(bert.texts()).toEqual([]);
    expect(anna.state(sent)).toBe("passed_on");
  });

  test("with a revoked device are neither written to nor believed", async () => {
    const lost = await met(town.person("Bert", "ost"));
    town.revoked.add(lost.device);
    await anna.send(bert, "Nur dem anderen Gerät");
    await exchange([anna, lost, bert]);
    expect(lost.texts()).toEqual([]);
    expect(bert.texts()).toEqual(["Nur dem anderen Gerät"]);
    await lost.send(anna, "Ich bin Bert");
    await lost.sync();
    expect(anna.texts()).toEqual([]);
  });

  test("whose prekey a node made up are sealed to by their own key", async () => {
    const [contact] = town.roster(anna.node).contacts.filter((one) => one.name === "Bert");
    const device = contact?.devices[0];
    const forged = { ...device, prekeys: [anna.node.of(11)[0]?.encoded as Uint8Array] };
    const roster = { ...contact, devices: [forged] };
    anna.roster = async () => {
      const real = town.roster(anna.node);
      return {
        ...real,
        contacts: [...real.contacts.filter((one) => one.name !== "Bert"), roster],
      } as never;
    };
    const sent = await anna.send(bert, "Ohne fremden Schlüssel");
    await anna.sync();
    expect(anna.sent(sent.id).copies[0]?.keys.map((key) => key.untilMin)).toEqual([null]);
  });

  test("without a prekey are written to, and it is known that there is no forward secrecy", async () => {
    const quiet = town.person("Dora", "süd");
    const sent = await anna.send(quiet, "Ohne Vorschlüssel");
    await anna.sync();
    expect(anna.sent(sent.id).copies[0]?.keys.map((key) => key.untilMin)).toEqual([null]);
    await exchange([quiet, anna]);
    expect(quiet.texts()).toEqual(["Ohne Vorschlüssel"]);
  });
});

describe("a power cut", () => {
  test("between saving and handing over sends the same bytes once", async () => {
    const sent = await anna.send(bert, "Genau einmal");
    anna.node.cutAfter = 0;
    await expect(anna.sync()).rejects.toThrow(PowerCut);
    const [first] = anna.sealed() as [SignedObject];
    anna.powerCut();
    await anna.sync();
    expect(anna.sealed().map((one) => hex(one.body))).toEqual([hex(first.body)]);
    expect(isAtLeast(anna.state(sent), "on_node")).toBe(true);
    expect(anna.sent(sent.id).number).toBe(sent.number);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    "after %i saves lets a message arrive once",
    async (saves) => {
      await anna.send(bert, "Trotz allem");
      anna.savesLeft = saves;
      await cut(anna.sync());
      anna.powerCut();
      const before = anna.sealed().map((one) => hex(one.body));
      await exchange([anna, bert]);
      expect(bert.texts()).toEqual(["Trotz allem"]);
      const texts = anna.sealed().map((one) => hex(one.body));
      expect(new Set(texts).size).toBe(texts.length);
      expect(before.every((body) => texts.includes(body))).toBe(true);
    },
  );

  test.each([0, 1, 2, 3, 4, 5, 6])(
    "of the reader after %i saves shows a message once",
    async (saves) => {
      await anna.send(bert, "Lesen trotz allem");
      await anna.sync();
      town.gossip();
      bert.savesLeft = saves;
      await cut(bert.sync());
      bert.powerCut();
      await exchange([bert, anna, bert]);
      expect(bert.texts()).toEqual(["Lesen trotz allem"]);
    },
  );

  test("of a lost answer hands over the same again, and no other", async () => {
    const sent = await anna.send(bert, "Antwort ging verloren");
    const carry = anna.carry.bind(anna);
    anna.carry = async (body, minutes) => {
      await carry(body, minutes);
      throw new Error("no answer");
    };
    await expect(anna.sync()).rejects.toThrow("no answer");
    anna.carry = carry;
    await anna.sync();
    expect(anna.sealed()).toHaveLength(1);
    await exchange([bert, anna]);
    expect(anna.state(sent)).toBe("reached");
  });
});

describe("the node's no", () => {
  test("is said, and the message is tried again", async () => {
    const sent = await anna.send(bert, "Später");
    anna.node.refusal = "The day's quota is used up.";
    const refusal = { reason: "quota", message: "The day's quota is used up." };
    expect((await anna.sync()).refusals).toEqual([refusal]);
    expect(anna.sent(sent.id)).toMatchObject({ state: "refused", refusal });
    anna.node.refusal = null;
    await exchange([anna, bert, anna]);
    expect(anna.state(sent)).toBe("reached");
    expect(anna.sent(sent.id).refusal).toBeNull();
  });

  test("for three weeks lets a message be sealed anew, when its prekey is too old", async () => {
    const sent = await anna.send(bert, "Liegt lange", { days: 28 });
    anna.node.refusal = "closed";
    await anna.sync();
    const [parcel] = anna.mail.parcels;
    town.wait(22 * DAY);
    await met(bert);
    anna.node.refusal = null;
    await exchange([anna, anna, bert, anna]);
    expect(anna.sealed().map((one) => hex(one.body))).not.toContain(
      hex(parcel?.body as Uint8Array),
    );
    expect(bert.texts()).toEqual(["Liegt lange"]);
    expect(anna.state(sent)).toBe("reached");
  });
});

describe("prekeys", () => {
  test("are renewed for sixty days, and each secret is gone after three weeks", async () => {
    const secrets = new Map<string, number>();
    for (let day = 0; day < 60; day++) {
      await exchange([bert, anna], 1);
      for (const one of bert.mail.prekeys) {
        secrets.set(hex(one.secret), secrets.get(hex(one.secret)) ?? one.createdMin);
      }
      const kept = bert.mail.prekeys.map((one) => hex(one.secret));
      const young = [...secrets].filter(([, created]) => town.minute - created < 21 * DAY);
      expect(kept.sort()).toEqual(young.map(([secret]) => secret).sort());
      const sent = await anna.send(bert, `Tag ${day}`);
      await exchange([anna, bert, anna], 1);
      expect(anna.state(sent)).toBe("reached");
      expect(anna.sent(sent.id).copies[0]?.keys.every((key) => key.untilMin !== null)).toBe(true);
      town.wait(DAY);
    }
    expect(secrets.size).toBeGreaterThanOrEqual(8);
    expect(secrets.size).toBeLessThanOrEqual(10);
    expect(bert.texts()).toHaveLength(60);
  }, 30_000);

  test("are not outlived by what is sealed to them", async () => {
    for (let round = 0; round < 15; round++) {
      for (const days of [1, 7, 14, 28]) {
        await anna.send(bert, `${town.minute} ${days}`, { days });
      }
      await anna.sync();
      for (const one of bert.mail.prekeys) {
        const key = agreementPair(one.secret);
        const theirs = anna.sealed().filter((thing) => recognise(thing.body, [key]).length > 0);
        expect(Math.max(0, ...theirs.map(expiresMin))).toBeLessThanOrEqual(deletedMin(one));
      }
      town.wait(2 * DAY);
    }
  }, 30_000);

  test("that were deleted do not come back when a clock goes back", async () => {
    const [first] = bert.mail.prekeys;
    const secret = hex(first?.secret as Uint8Array);
    town.wait(22 * DAY);
    await bert.sync();
    expect(onDisk(bert)).not.toContain(secret);
    town.minute -= 21 * DAY;
    await bert.sync();
    expect(onDisk(bert)).not.toContain(secret);
  });

  test("once deleted leave nothing that opens what was captured", async () => {
    const canary = "Der Schlüssel liegt unter dem Stein";
    const sent = await anna.send(bert, canary);
    await anna.sync();
    const [captured] = anna.sealed() as [SignedObject];
    await exchange([anna, bert, anna]);
    expect(bert.texts()).toEqual([canary]);
    expect(opensFor(bert, captured)).toBe(true);
    for (const person of [anna, bert]) {
      for (const one of messagesOf(person.mail)) {
        await person.change((box) => deleteMessage(box, one.id));
      }
    }
    town.wait(21 * DAY + 1);
    await exchange([anna, bert]);
    expect(anna.mail.sent.has(sent.id)).toBe(false);
    for (const person of [anna, bert]) {
      expect(onDisk(person)).not.toContain(canary);
      expect(opensFor(person, captured)).toBe(false);
    }
  });
});

test("the oldest read messages make room, and how many did is remembered", async () => {
  await anna.send(bert, "ungelesen aber alt");
  await exchange([anna, bert]);
  await bert.change((box) => {
    for (let number = 0; number < MESSAGES_MAX + 9; number++) {
      const writing = { text: `${number}`, minute: town.minute, minutes: DAY, replyTo: null };
      const sent = write(box, anna.contact, writing);
      updateSent(box, sent.id, { state: "read" });
    }
  });
  await bert.send(anna, "letzte");
  expect(messagesOf(bert.mail)).toHaveLength(MESSAGES_MAX);
  expect(bert.texts()).toEqual(["ungelesen aber alt"]);
  expect(bert.mail.removed.get(anna.fingerprint)).toBe(11);
}, 30_000);
