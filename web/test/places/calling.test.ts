import { describe, expect, it } from "vitest";
import type { CheckIn } from "../../src/node/documents/calls";
import { folded, isThere, rollOfNames, rollOfStreet } from "../../src/ui/screens/triage/calling";
import { BERT, checkIn } from "./documents";

const LATER = "2026-11-26T14:00:00Z";

function fine(fields: Partial<CheckIn> = {}): CheckIn {
  return checkIn({ state: "ok", stage: "fine", root: "77777777", ...fields });
}

function answers(rows: ReturnType<typeof rollOfNames>) {
  return rows.map(({ name, answer }) => [name, answer]);
}

describe("a street", () => {
  it("is the same however it is written", () => {
    for (const said of ["Schillerstraße 12", "schillerstr. 12, 3. Stock", "Schillerstrasse 12"]) {
      expect(isThere("Schillerstr 12", said), said).toBe(true);
    }
  });

  it("may be begun, a house may not", () => {
    expect(isThere("Schiller", "Schillerstr. 12")).toBe(true);
    expect(isThere("Schillerstr. 1", "Schillerstr. 12")).toBe(false);
    expect(isThere("", "Schillerstr. 12")).toBe(false);
    expect(isThere("  ", "")).toBe(false);
  });

  it("has those who named it, each once, who needs help first", () => {
    const bert = fine({ who: "Bert", author_fingerprint: BERT, author_name: "Bert" });
    const rows = rollOfStreet("Schillerstr", [bert, checkIn(), fine({ where: "Hafenstr. 1" })]);
    expect(answers(rows)).toEqual([
      ["Anna", "needs_help"],
      ["Bert", "ok"],
    ]);
  });
});

describe("a roll of names", () => {
  it("knows nobody of whom nothing was heard", () => {
    expect(answers(rollOfNames(["Cem", "ANNA "], [fine()]))).toEqual([
      ["Cem", "not_heard"],
      ["ANNA ", "ok"],
    ]);
  });

  it("takes back one's own call by one's own later OK, and by nobody else's", () => {
    const own = fine({ created: LATER });
    const by = fine({ created: LATER, author_fingerprint: BERT, on_behalf_of: "Anna" });
    expect(rollOfNames(["Anna"], [checkIn(), own])[0]?.answer).toBe("ok");
    expect(rollOfNames(["Anna"], [checkIn(), by])[0]?.answer).toBe("needs_help");
    expect(rollOfNames(["Anna"], [checkIn({ created: LATER }), fine()])[0]?.answer).toBe(
      "needs_help",
    );
  });

  it("does not count a call that a coordinator ended as OK", () => {
    const rows = rollOfNames(["Anna"], [checkIn({ stage: "done" })]);
    expect(rows[0]).toMatchObject({ answer: "not_heard" });
    expect(rows[0]?.report?.stage).toBe("done");
  });

  it("is the same in whatever order reports come, the urgent call before a newer one", () => {
    const reports = [checkIn({ state: "urgent" }), checkIn({ root: "12121212", created: LATER })];
    const one = rollOfNames(["Anna"], reports);
    expect(rollOfNames(["Anna"], [...reports].reverse())).toEqual(one);
    expect(one[0]?.report?.state).toBe("urgent");
  });
});

describe("names", () => {
  it("are compared without case and doubled blanks", () => {
    expect(folded("  Änne   WEISS ")).toBe(folded("änne weiß"));
  });
});
