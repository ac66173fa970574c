import { describe, expect, it } from "vitest";
import { dueOf, inOrder, isOpen, ownClaims } from "../../src/ui/screens/board/life";
import { ANNA, BERT, claim, offer, step } from "./documents";

const GIFT = offer();
const NEED = offer({ direction: "request" });
const BIKE = offer({ sort: "lending" });
const CEM = "c".repeat(32);

describe("what is due in the life of an offer", () => {
  it("is to promise it, for whoever offers", () => {
    const due = dueOf(GIFT, claim(), ANNA);
    expect(due).toEqual({ question: "promise", main: "confirm", others: ["hold", "decline"] });
    expect(dueOf(NEED, claim(), ANNA)?.question).toBe("accept");
  });

  it("is to wait, for whoever asked, also while it is only kept aside", () => {
    for (const state of ["asked", "held"] as const) {
      const due = dueOf(GIFT, claim({ state }), BERT);
      expect(due).toEqual({ question: "wait-for-answer", main: null, others: ["cancel"] });
    }
  });

  it("is nothing for others, and for who has not joined", () => {
    expect(dueOf(GIFT, claim(), CEM)).toBeNull();
    expect(dueOf(GIFT, claim(), null)).toBeNull();
  });

  it("is asked of each side once it is promised, until both have said so", () => {
    const promised = claim({ state: "confirmed" });
    expect(dueOf(GIFT, promised, ANNA)?.main).toBe("done");
    expect(dueOf(GIFT, promised, BERT)?.main).toBe("done");
    const half = claim({ state: "confirmed", done_by: ["claimant"], steps: [step("done", BERT)] });
    expect(dueOf(GIFT, half, BERT)).toEqual({ question: "wait-for-done", main: null, others: [] });
    expect(dueOf(GIFT, half, ANNA)?.main).toBe("done");
  });

  it("is never a step that somebody has said already", () => {
    const thanked = claim({ state: "done", steps: [step("thank", BERT)] });
    expect(dueOf(GIFT, thanked, BERT)?.others).toEqual([]);
    expect(dueOf(GIFT, thanked, ANNA)?.others).toEqual(["thank"]);
    const held = claim({ state: "held", steps: [step("hold", ANNA)] });
    expect(dueOf(GIFT, held, ANNA)?.others).toContain("hold");
  });

  it("is to say that it is back, first of all for whoever lent it", () => {
    const out = claim({ state: "done", done_by: ["author", "claimant"] });
    expect(dueOf(BIKE, out, ANNA)?.question).toBe("came-back");
    expect(dueOf(BIKE, out, BERT)?.question).toBe("bring-back");
    const said = claim({ state: "done", returned_by: ["claimant"] });
    expect(dueOf(BIKE, said, BERT)?.main).toBeNull();
    const wanted = offer({ sort: "lending", direction: "request" });
    expect(dueOf(wanted, out, BERT)?.question).toBe("came-back");
  });

  it("is over when it was declined, called off or missed", () => {
    for (const state of ["declined", "cancelled", "missed", "lapsed"] as const) {
      expect(dueOf(GIFT, claim({ state }), ANNA)).toEqual({
        question: "over",
        main: null,
        others: [],
      });
    }
  });
});

describe("the claims of an offer", () => {
  it("stand in the order of what is due", () => {
    const claims = [
      claim({ id: "declined", state: "declined", created: "2026-11-26T15:00:00Z" }),
      claim({ id: "asked", created: "2026-11-26T13:00:00Z" }),
      claim({ id: "asked later", created: "2026-11-26T14:00:00Z" }),
    ];
    const shown = inOrder(offer({ claims }), ANNA).map((one) => one.id);
    expect(shown).toEqual(["asked later", "asked", "declined"]);
  });

  it("are one's own while they are not over", () => {
    const claims = [claim({ id: "live" }), claim({ id: "over", state: "cancelled" })];
    expect(ownClaims(offer({ claims }), BERT).map((one) => one.id)).toEqual(["live"]);
    expect(ownClaims(offer({ claims }), ANNA)).toEqual([]);
  });

  it("may be added until all of it is done or its time is over", () => {
    expect(isOpen(offer({ state: "held" }))).toBe(true);
    expect(isOpen(offer({ state: "over" }))).toBe(false);
    expect(isOpen(offer({ state: "done" }))).toBe(false);
  });
});
