import { afterEach, describe, expect, it, vi } from "vitest";
import { openStore, StorageLost } from "../../src/person/store";
import { freshName, freshStore } from "./memory";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the store", () => {
  it("says so where a browser forbids it at once", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
    await expect(freshStore().get("word")).rejects.toThrow(StorageLost);
  });

  it("says so where there is no room", async () => {
    const store = freshStore();
    await store.put("word", "before");
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    const failed = await store.put("word", "after").catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(StorageLost);
    expect((failed as StorageLost).isFull).toBe(true);
    expect(await store.get("word")).toBe("before");
  });

  it("gives back what was put, after it was closed", async () => {
    const name = freshName();
    const first = openStore(name);
    await first.put("word", { bytes: Uint8Array.of(1, 2) });
    await first.close();
    expect(await openStore(name).get("word")).toEqual({ bytes: Uint8Array.of(1, 2) });
  });

  it("counts without a gap or a double when two tabs count", async () => {
    const name = freshName();
    const tabs = [openStore(name), openStore(name)];
    const numbers = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        (tabs[at % 2] as (typeof tabs)[0]).change<number>("number", (before = 0) => before + 1),
      ),
    );
    expect([...numbers].sort((one, other) => one - other)).toEqual(
      Array.from({ length: 40 }, (_, at) => at + 1),
    );
  });

  it("changes nothing if what makes the change throws", async () => {
    const store = freshStore();
    await store.put("word", "before");
    const failing = store.change("word", () => {
      throw new RangeError("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await store.get("word")).toBe("before");
  });

  it("drops what is kept under a prefix and nothing else", async () => {
    const store = freshStore();
    await store.within("a/").put("word", 1);
    await store.put("b/word", 2);
    await store.drop("a/");
    expect(await store.get("a/word")).toBeUndefined();
    expect(await store.get("b/word")).toBe(2);
  });

  it("tells another tab what changed", async () => {
    const name = freshName();
    const [here, there] = [openStore(name), openStore(name)];
    const heard = new Promise<string>((resolve) => {
      there.heed(resolve);
    });
    await here.put("word", 1);
    expect(await heard).toBe("word");
  });
});
