import { describe, expect, it } from "vitest";
import { EVERYTHING, entriesOf, idOf, wished } from "../../src/ui/screens/board/entries";
import { ANNA, BERT, bulletin, meetup, offer } from "./documents";

const NOW_MS = Date.parse("2026-11-26T12:00:00Z");

describe("the list of the board", () => {
  it("has the worst first, then the newest of every kind", () => {
    const entries = entriesOf(
      [
        bulletin({ id: "old", created: "2026-11-26T01:00:00Z" }),
        bulletin({ id: "extreme", severity: "extreme", created: "2026-11-20T12:00:00Z" }),
        bulletin({ id: "minor", severity: "minor", created: "2026-11-21T12:00:00Z" }),
      ],
      [offer({ id: "offer", created: "2026-11-26T11:00:00Z" })],
      [meetup({ id: "meetup", created: "2026-11-26T10:00:00Z" })],
    );
    expect(entries.map(idOf)).toEqual(["extreme", "minor", "offer", "meetup", "old"]);
  });

  it("never has a drill or an alert that is over above a warning", () => {
    const over = { source: "DWD", issued: "", state: "all-clear", onset: null, ends: null };
    const entries = entriesOf(
      [
        bulletin({ id: "drill", severity: "extreme", is_drill: true }),
        bulletin({ id: "over", severity: "extreme", provenance: over }),
        bulletin({ id: "severe", severity: "severe", created: "2026-11-01T12:00:00Z" }),
      ],
      [],
      [],
    );
    expect(entries.map(idOf)[0]).toBe("severe");
  });

  it("shows what somebody wishes for", () => {
    const entries = entriesOf(
      [bulletin({ id: "news", expires_in_s: 3600 })],
      [
        offer({ id: "gift", category: "food", author_fingerprint: BERT }),
        offer({ id: "need", direction: "request", to: "2026-11-26T18:00:00Z" }),
      ],
      [meetup({ id: "lunch", author_fingerprint: BERT })],
    );
    const ids = (wish: Partial<typeof EVERYTHING>, me: string | null = ANNA) =>
      wished(entries, { ...EVERYTHING, ...wish }, me, NOW_MS)
        .map(idOf)
        .sort();
    expect(ids({})).toEqual(["gift", "lunch", "need", "news"]);
    expect(ids({ kind: "request" })).toEqual(["need"]);
    expect(ids({ kind: "mine" })).toEqual(["need", "news"]);
    expect(ids({ kind: "mine" }, null)).toEqual([]);
    expect(ids({ category: "food" })).toEqual(["gift"]);
    expect(ids({ category: "event" })).toEqual(["lunch"]);
    expect(ids({ isEnding: true })).toEqual(["need", "news"]);
  });
});
