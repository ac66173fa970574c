import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { draftOf, forgetDrafts, keepDraft } from "../../src/ui/drafts";

/** As much of `sessionStorage` as a page has after a reload: the same words. */
function shelf(isFull = false): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  const hidden = (value: unknown) => ({ value, enumerable: false });
  return Object.defineProperties(kept, {
    getItem: hidden((name: string) => kept[name] ?? null),
    setItem: hidden((name: string, value: string) => {
      if (isFull) {
        throw new DOMException("no room", "QuotaExceededError");
      }
      kept[name] = value;
    }),
    removeItem: hidden((name: string) => delete kept[name]),
  });
}

beforeEach(() => {
  vi.stubGlobal("sessionStorage", shelf());
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a draft", () => {
  it("is there again, with what an older page did not ask for", () => {
    keepDraft("offer/", { title: "Suppe" });
    expect(draftOf("offer/", { title: "", deposit: "none" })).toEqual({
      title: "Suppe",
      deposit: "none",
    });
  });

  it("is begun anew where what is kept has another form", () => {
    keepDraft("message/a", ["not", "words"]);
    expect(draftOf("message/a", "")).toBe("");
  });

  it("is forgotten alone, or with all others", () => {
    keepDraft("help/1/text", "a");
    keepDraft("message/b", "b");
    forgetDrafts("help/");
    expect([draftOf("help/1/text", ""), draftOf("message/b", "")]).toEqual(["", "b"]);
    forgetDrafts();
    expect(draftOf("message/b", "")).toBe("");
  });

  it("stays on the screen where a browser keeps nothing", () => {
    vi.stubGlobal("sessionStorage", shelf(true));
    keepDraft("message/a", "words");
    expect(draftOf("message/a", "begun")).toBe("begun");
    vi.stubGlobal("sessionStorage", undefined);
    forgetDrafts();
    expect(draftOf("message/a", "begun")).toBe("begun");
  });
});
