import { describe, expect, it } from "vitest";
import { refusedWords } from "../../src/ui/refused";

describe("a node's no", () => {
  it("is said by its rule, or else by its sort", () => {
    expect(refusedWords({ reason: "quota", code: "refused" })).toContain("enough for today");
    expect(refusedWords({ reason: null, code: "not_paired" })).toContain("Connect it again");
  });

  it("is said without a why where the rule is not known here", () => {
    const told = { reason: "of_tomorrow", code: "refused", message: "Run `meshnode doctor`." };
    expect(refusedWords(told)).toBe("The node refused it.");
  });
});
