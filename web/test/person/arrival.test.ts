import { describe, expect, it } from "vitest";
import { forgetArrival, keepArrival, takeFragment } from "../../src/person/arrival";
import { freshStore } from "./memory";

function address(hash: string) {
  const shown: string[] = [];
  const replaceState = (_data: unknown, _unused: string, to?: string | URL | null) => {
    shown.push(String(to));
  };
  return { location: { hash, pathname: "/", search: "" }, history: { replaceState }, shown };
}

describe("what an address brings along", () => {
  it("is taken out of the address bar at once", () => {
    const arriving = address("#1.token.node");
    expect(takeFragment(arriving)).toBe("1.token.node");
    expect(arriving.shown).toEqual(["/#/now"]);
  });

  it.each(["", "#", "#/board", "#main"])("leaves screens alone: %s", (hash) => {
    const arriving = address(hash);
    expect(takeFragment(arriving)).toBeNull();
    expect(arriving.shown).toEqual([]);
  });

  it("survives a reload until it was used or is old", async () => {
    const store = freshStore();
    await keepArrival(store, "1.token.node", 1000);
    expect((await keepArrival(store, null, 2000))?.fragment).toBe("1.token.node");
    expect(await keepArrival(store, null, 1000 + 25 * 3_600_000)).toBeNull();
    await forgetArrival(store);
    expect(await keepArrival(store, null, 2000)).toBeNull();
  });
});
