import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hearClock, nowMs } from "../src/words/now";
import { day } from "../src/words/times";
import { catalogue, ENGLISH } from "../src/words/words";

const NOW = Date.parse("2026-11-27T12:00:00Z");
const YEAR_MS = 365 * 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.setSystemTime(NOW);
  hearClock({ quality: "synchronised", now: new Date(NOW).toISOString() });
  vi.useRealTimers();
  catalogue.value = ENGLISH;
});

describe("what time it is", () => {
  it("is the node's word where the phone stands in another year", () => {
    for (const apartMs of [-20 * YEAR_MS, 9 * YEAR_MS]) {
      vi.setSystemTime(NOW + apartMs);
      hearClock({ quality: "synchronised", now: "2026-11-27T12:00:00Z" });
      vi.advanceTimersByTime(60_000);
      expect(nowMs()).toBe(NOW + 60_000);
    }
  });

  it("is the phone's where both agree, to the second", () => {
    vi.setSystemTime(NOW + 42_000);
    hearClock({ quality: "plausible", now: "2026-11-27T12:00:00Z" });
    expect(nowMs()).toBe(NOW + 42_000);
  });

  it("is the phone's where the node does not know it", () => {
    vi.setSystemTime(NOW);
    hearClock({ quality: "unknown", now: "1970-01-01T00:00:00Z" });
    expect(nowMs()).toBe(NOW);
  });
});

describe("a day", () => {
  it("has its year where it could be of another one", () => {
    vi.setSystemTime(NOW);
    expect(day("2026-12-24T12:00:00Z")).not.toContain("2026");
    expect(day("2027-11-27T12:00:00Z")).toContain("2027");
  });
});
