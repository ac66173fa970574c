/** What screens say of messages: never more than is known. */

import { describe, expect, test } from "vitest";
import { NO_MAIL, type Received, type Sent } from "../../src/private/records";
import { overviews, progressOf, untilOf } from "../../src/ui/screens/messages/letters";

const NOW = 1_500_000;
const ANNA = "a".repeat(32);
const BERT = "b".repeat(32);
const SENT: Sent = {
  id: "1",
  conversation: ANNA,
  order: 1,
  number: 0,
  text: "Kommst du?",
  replyTo: null,
  writtenMin: NOW,
  endMin: NOW + 1440,
  copies: [],
  state: "written",
  places: [],
  lacking: [],
  refusal: null,
};
const RECEIVED: Received = {
  id: "2",
  conversation: BERT,
  order: 2,
  device: "c".repeat(64),
  number: 0,
  ids: ["d".repeat(32)],
  text: "Ja",
  replyTo: null,
  madeMin: NOW,
  receivedMin: NOW,
  isRead: false,
};

function told(changes: Partial<Sent>): string {
  return progressOf({ ...SENT, ...changes }, "Anna", NOW).join(" ");
}

describe("how far a message came", () => {
  test.each([
    [{ state: "written" }, "On this phone only. No node has it yet."],
    [{ state: "on_node" }, "Lies on this node. No other node is known to have it."],
    [{ state: "passed_on", places: ["Hafen"] }, "Lies on this node, and on: Hafen."],
    [{ state: "reached" }, "Reached a phone of Anna."],
    [{ state: "read" }, "Anna has read it."],
  ] as const)("is said of %o", (changes, sentence) => {
    expect(told(changes)).toBe(sentence);
  });

  test("names the nodes that lack it, and until when it is tried", () => {
    const lacking = [{ name: "Hafen", lastContactMin: NOW }];
    expect(told({ state: "on_node", lacking })).toMatch(
      /Hafen has not got it yet, last contact \d/,
    );
    expect(told({ state: "reached", lacking })).not.toContain("Hafen");
    expect(untilOf(SENT, NOW)).toMatch(/^It is tried until /);
    expect(untilOf({ ...SENT, state: "expired" }, NOW)).toBeNull();
  });

  test("does not call arrived what nobody receipted", () => {
    expect(told({ state: "expired" })).toContain("may have or not");
    const refusal = { reason: "too_long", message: "" };
    expect(told({ state: "refused", refusal })).toContain("too long for so many devices");
    const quota = { reason: "quota", message: "For whoever types commands." };
    expect(told({ state: "refused", refusal: quota })).toContain("enough for today");
  });

  test("warns where there is no forward secrecy", () => {
    const key = { device: "e".repeat(64), publicKey: "f".repeat(64), untilMin: null };
    const copy = { digest: "", keys: [key], ids: [], expiresMin: null };
    expect(told({ copies: [copy] })).toContain("can still read this message");
    expect(told({ copies: [{ ...copy, keys: [{ ...key, untilMin: NOW }] }] })).not.toContain("key");
  });
});

test("conversations with something unread come first, then the newest", () => {
  const third = { ...SENT, id: "3", order: 3 };
  const names = new Map([
    [ANNA, "Anna"],
    [BERT, "Bert"],
  ]);
  const sent = new Map([["1", SENT] as const, ["3", third] as const]);
  const received = new Map([["2", RECEIVED]]);
  const all = overviews({ ...NO_MAIL, names, sent, received }, null);
  expect(all.map((one) => [one.name, one.unread, one.last?.id])).toEqual([
    ["Bert", 1, "2"],
    ["Anna", 0, "3"],
  ]);
  const read = new Map([["2", { ...RECEIVED, isRead: true }]]);
  const later = overviews({ ...NO_MAIL, names, sent, received: read }, null);
  expect(later.map((one) => one.name)).toEqual(["Anna", "Bert"]);
});
