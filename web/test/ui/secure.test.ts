import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chooseToTell, tellOfMessages, tellsOfMessages } from "../../src/ui/secure";

/** What a browser has in a secure context, as far as telling needs it. */
function browser(permission: string, visibilityState = "hidden") {
  const told: string[] = [];
  const kept = new Map<string, string>();
  class Notice {
    static permission = permission;
    constructor(title: string, { body, tag }: { body: string; tag: string }) {
      told.push(`${title}|${body}|${tag}`);
    }
  }
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("Notification", Notice);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("document", { visibilityState });
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  return told;
}

beforeEach(() => {
  vi.unstubAllGlobals();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("being told of private messages", () => {
  it("needs the owner's wish and the browser's permission", async () => {
    const told = browser("granted");
    await tellOfMessages(1);
    expect([tellsOfMessages(), told]).toEqual([false, []]);
    chooseToTell(true);
    await tellOfMessages(2);
    expect(told).toEqual(["2 new private messages||messages"]);
    chooseToTell(false);
    await tellOfMessages(3);
    expect(told).toHaveLength(1);
  });

  it("is silent where the browser said no, in no secure context, and while somebody looks", async () => {
    const denied = browser("denied");
    chooseToTell(true);
    await tellOfMessages(1);
    const seen = browser("granted", "visible");
    chooseToTell(true);
    await tellOfMessages(1);
    expect([denied, seen]).toEqual([[], []]);
    vi.stubGlobal("isSecureContext", false);
    expect(tellsOfMessages()).toBe(false);
  });
});
