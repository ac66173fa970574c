import { describe, expect, it } from "vitest";
import { isOpen, mineOf } from "../../src/ui/mine";
import { booking } from "./documents";

const NOW_MS = Date.parse("2026-11-26T12:00:00Z");

describe("what is mine", () => {
  it("is what still counts and what came to nothing, and nothing that is over", () => {
    const states = ["asked", "booked", "declined", "called-off", "cancelled", "used"] as const;
    const claims = states.map((state) => booking({ state }));
    const over = booking({ ends: "2026-11-26T11:00:00Z" });
    const { bookings, tickets } = mineOf([...claims, over], NOW_MS);
    expect(bookings.map((one) => one.state)).toEqual(["asked", "booked", "declined", "called-off"]);
    expect(tickets).toEqual([]);
  });

  it("has the next booking first, and a number that is called before the others", () => {
    const late = booking({ starts: "2026-11-28T08:00:00Z", ends: "2026-11-28T09:00:00Z" });
    const queued = booking({ sort: "queue" });
    const called = booking({ sort: "queue", state: "called" });
    const { bookings, tickets } = mineOf([late, queued, booking(), called], NOW_MS);
    expect(bookings.map((one) => one.starts)).toEqual([
      "2026-11-27T08:00:00Z",
      "2026-11-28T08:00:00Z",
    ]);
    expect(tickets).toEqual([called, queued]);
  });

  it("of which nobody knows the time is shown until somebody does", () => {
    const gone = booking({ state: "called-off", starts: null, ends: null });
    expect(mineOf([gone], NOW_MS).bookings).toEqual([gone]);
  });

  it("can be given up only while somebody counts on it", () => {
    expect([isOpen(booking()), isOpen(booking({ state: "called-off" }))]).toEqual([true, false]);
  });
});
