/** The record in IndexedDB, with two tabs on it, and meetings with a node in memory. */

import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hex } from "../../src/core/bytes";
import type { SigningKey } from "../../src/core/keys";
import { MissingFile, NO_TEXTS } from "../../src/core/text/texts";
import { Unreachable } from "../../src/node/client";
import { type Lease, leaseOf } from "../../src/person/lease";
import { type Mailbox, openMailbox, type PairedCarrier } from "../../src/person/mail";
import { openStore, type Store } from "../../src/person/store";
import { NotNow } from "../../src/private/carrier";
import { found } from "../../src/private/founding";
import { COMMUNITY, exchange, met, type Person, Town } from "../private/town";

const ALWAYS: Lease = { take: () => true, release: () => {} };

let town: Town;
let anna: Person;
let bert: Person;
let stores: Store[];
let database = 0;

beforeEach(async () => {
  town = new Town();
  anna = town.person("Anna");
  bert = await met(town.person("Bert"));
  stores = [];
  database += 1;
});

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
});

/** Returns what Anna's phone is to a tab: her node, as it is paired. */
function paired(person: Person): PairedCarrier {
  return {
    roster: () => person.roster(),
    sealedAfter: (after) => person.sealedAfter(after),
    carry: (body, minutes) => person.carry(body, minutes),
    publish: (encoded) => person.publish(encoded),
    placesOf: (id) => person.placesOf(id),
    listings: () => person.listings(),
    forgetRoster: () => {},
    lastSequence: () => 0,
  };
}

async function tab(lease: Lease = ALWAYS, device: SigningKey = anna.key): Promise<Mailbox> {
  const store = openStore(`tabs ${database}`);
  stores.push(store);
  const values = store.within("anna/");
  const mailbox = await openMailbox({
    values,
    device,
    community: COMMUNITY,
    sign: (content) => anna.sign({ ...content, createdMin: content.minute }),
    texts: async () => NO_TEXTS,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    lease,
    nowMs: Date.now,
  });
  store.heed((name) => {
    if (name === "anna/mail") {
      void mailbox.refresh();
    }
  });
  return mailbox;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe("a mailbox", () => {
  test("keeps what was written over a reload, and hands it over when a node is there", async () => {
    const first = await tab();
    const sent = await first.write(bert.fingerprint, "Kommst du?");
    const second = await tab();
    expect(second.mail.sent.get(sent.id)?.state).toBe("written");
    second.meet(paired(anna));
    await second.sync();
    expect(second.mail.sent.get(sent.id)?.state).toBe("on_node");
    await exchange([bert]);
    expect(bert.texts()).toEqual(["Kommst du?"]);
    await second.sync();
    expect(second.mail.sent.get(sent.id)?.state).toBe("reached");
  });

  test("says what keeps it from its node, and writes all the same", async () => {
    const box = await tab();
    const carrier = paired(anna);
    box.meet({ ...carrier, roster: () => Promise.reject(new Unreachable("away")) });
    await box.write(bert.fingerprint, "Trotzdem");
    await box.sync();
    expect(box.trouble.value).toBe("unreachable");
    box.meet({ ...carrier, roster: () => Promise.reject(new NotNow("clock")) });
    await box.sync();
    expect(box.trouble.value).toBe("clock");
    town.uncertified.add("Anna");
    box.meet(carrier);
    await box.sync();
    expect(box.trouble.value).toBe("not_member");
    town.uncertified.clear();
    await box.sync();
    expect(box.trouble.value).toBeNull();
    expect([...box.mail.sent.values()].map((one) => one.state)).toEqual(["on_node"]);
  });

  test("dates by the node's clock once it met one, however wrong the phone's is", async () => {
    const box = await tab();
    box.meet(paired(anna));
    await box.sync();
    const sent = await box.write(bert.fingerprint, "Wie spät ist es?");
    expect(sent.writtenMin).toBe(town.minute);
  });

  test("lets a mistake of the program be seen", async () => {
    const box = await tab();
    box.meet({ ...paired(anna), roster: () => Promise.reject(new TypeError("a mistake")) });
    await expect(box.sync()).rejects.toThrow("a mistake");
  });

  test("writes nothing while nothing changes but the time", async () => {
    const box = await tab();
    box.meet(paired(anna));
    await box.sync();
    const before = box.mail;
    town.minute += 5;
    await box.sync();
    expect(box.mail).toBe(before);
    town.minute += 60;
    await box.sync();
    expect(box.mail.minute).toBe(town.minute);
  });

  test("loads what a text needs, once, and goes on without what does not come", async () => {
    const box = await tab();
    let isMissing = true;
    const answer = await box.change(() => {
      if (isMissing) {
        isMissing = false;
        throw new MissingFile("de-1");
      }
      return "read";
    });
    expect(answer).toBe("read");
    await expect(
      box.change(() => {
        throw new MissingFile("de-1");
      }),
    ).rejects.toThrow(MissingFile);
  });

  test("saves nothing of a change that fails", async () => {
    const box = await tab();
    await expect(
      box.change(({ mail }) => {
        mail.nextOrder = 7;
        throw new Error("in the middle");
      }),
    ).rejects.toThrow("in the middle");
    expect((await tab()).mail.nextOrder).toBe(0);
  });
});

describe("two tabs", () => {
  test("use no number of a text twice, and lose no text", async () => {
    const tabs = [await tab(), await tab()];
    const texts = Array.from({ length: 40 }, (_, at) => `Nummer ${at}`);
    await Promise.all(texts.map((text, at) => tabs[at % 2]?.write(bert.fingerprint, text)));
    const fresh = await tab();
    const sent = [...fresh.mail.sent.values()];
    expect(sent.map((one) => one.text).sort()).toEqual([...texts].sort());
    expect(new Set(sent.map((one) => one.number)).size).toBe(40);
    expect(new Set(sent.map((one) => one.order)).size).toBe(40);
  });

  test("use no counter of a circle twice, though both write and meet the node at once", async () => {
    const tabs = [await tab(), await tab()] as const;
    for (const one of tabs) {
      one.meet(paired(anna));
    }
    const policy = { isOpen: false, hasHistory: false };
    await tabs[0].change((box) => found(box, { name: "Hof", policy, isListed: false }));
    await tabs[0].sync();
    await until(() => tabs[1].mail.circles.size > 0);
    const [circle] = tabs[0].mail.circles.keys() as IterableIterator<string>;
    const writing = Array.from({ length: 30 }, async (_, at) => {
      const one = tabs[at % 2] as Mailbox;
      await one.write(circle as string, `Nummer ${at}`);
      await one.sync();
    });
    await Promise.all(writing);
    await Promise.all(tabs.map((one) => one.sync()));
    const { mail } = await tab();
    expect(new Set([...mail.sent.values()].map((one) => one.number)).size).toBe(30);
    const bodies = anna.sealed().map((one) => hex(one.body));
    expect(new Set(bodies).size).toBeGreaterThanOrEqual(30);
    expect(mail.parcels).toEqual([]);
  });

  test("see what the other wrote", async () => {
    const [one, other] = [await tab(), await tab()];
    await one.write(bert.fingerprint, "Von nebenan");
    await until(() => other.mail.sent.size === 1);
    expect([...other.mail.sent.values()][0]?.text).toBe("Von nebenan");
  });

  test("meet the node one at a time", async () => {
    const shelf = new Map<string, string>();
    const storage = {
      getItem: (name: string) => shelf.get(name) ?? null,
      setItem: (name: string, value: string) => void shelf.set(name, value),
      removeItem: (name: string) => void shelf.delete(name),
    };
    let nowMs = 1000;
    const lease = (name: string) => leaseOf(storage, "mail", name, () => nowMs);
    const [one, other] = [lease("one"), lease("other")];
    expect(one.take()).toBe(true);
    expect(other.take()).toBe(false);
    expect(one.take()).toBe(true);
    other.release();
    expect(other.take()).toBe(false);
    one.release();
    expect(other.take()).toBe(true);
    nowMs += 30_000;
    expect(one.take()).toBe(true);
    nowMs -= 10_000_000;
    expect(other.take()).toBe(true);
    const box = await tab(one);
    let count = 0;
    box.meet({
      ...paired(anna),
      roster: () => {
        count += 1;
        return anna.roster();
      },
    });
    await box.sync();
    expect(count).toBe(0);
    other.release();
    await box.sync();
    expect(count).toBe(1);
  });
});
