import { describe, expect, it } from "vitest";
import { codeOf } from "../../src/core/handover";
import { signingKey } from "../../src/core/keys";

describe("the code of a hand-over", () => {
  // What `meshnode.person.handover.code_of` makes of a device seed and an ask's id of such bytes.
  it.each([
    [1, 2, "9843"],
    [7, 255, "1955"],
    [42, 0, "3542"],
  ])("is the one that the Python device makes (%i, %i)", (seed, ask, code) => {
    const device = signingKey(new Uint8Array(32).fill(seed));
    expect(codeOf(device, new Uint8Array(16).fill(ask))).toBe(code);
  });
});
