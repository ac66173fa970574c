/**
 * What this phone keeps: values by name in one IndexedDB.
 *
 * Not for: what they mean. Invariants: what `put` and `change` returned from survives a power cut,
 * as far as the browser keeps its word on durability. Between the reading and the writing of a
 * `change` nobody else writes, in no other tab either: IndexedDB lets one transaction at a time
 * write to a store. So two tabs never use a sequence number twice.
 */

import { type IDBPDatabase, openDB } from "idb";

/** Named values; those that a part of the program keeps for itself. */
export interface KeyValue {
  get<T>(name: string): Promise<T | undefined>;
  put(name: string, value: unknown): Promise<void>;
  /**
   * Puts what `f` makes of the value that is there, and returns it. `f` sees what other tabs wrote
   * last; if it throws, nothing is changed.
   */
  change<T>(name: string, f: (before: T | undefined) => T): Promise<T>;
}

/** All values of this origin. */
export interface Store extends KeyValue {
  /** Returns those whose names begin with `prefix`, under their names without it. */
  within(prefix: string): KeyValue;
  /** Deletes whatever begins with `prefix`. */
  drop(prefix: string): Promise<void>;
  /** Hears the names of values that change, here and in other tabs; returns what ends it. */
  heed(listener: (name: string) => void): () => void;
  close(): Promise<void>;
}

/** The browser keeps nothing: a private window, or, with `isFull`, no space. */
export class StorageLost extends Error {
  override readonly name = "StorageLost";
  readonly isFull: boolean;

  constructor(error: unknown) {
    super(String(error));
    this.isFull = error instanceof Error && error.name === "QuotaExceededError";
  }
}

const DATABASE = "meshnode";
const VALUES = "values";
const VERSION = 1;
const STRICT = { durability: "strict" } as const;

/** Returns the store of this origin; it is opened when it is first needed. */
export function openStore(database = DATABASE): Store {
  let opened: Promise<IDBPDatabase> | null = null;
  const listeners = new Set<(name: string) => void>();
  const others = "BroadcastChannel" in globalThis ? new BroadcastChannel(database) : null;
  if (others !== null) {
    others.onmessage = (event) => tell(String(event.data));
  }

  function connection(): Promise<IDBPDatabase> {
    opened ??= opening(database, () => {
      opened = null;
    }).catch((error: unknown) => {
      opened = null;
      throw new StorageLost(error);
    });
    return opened;
  }

  function tell(name: string): void {
    for (const listener of listeners) {
      listener(name);
    }
  }

  function changed(name: string): void {
    tell(name);
    others?.postMessage(name);
  }

  const store: Store = {
    get: async (name) => await kept(async () => await (await connection()).get(VALUES, name)),
    async put(name, value) {
      await store.change(name, () => value);
    },
    async change(name, f) {
      const after = await changeIn(await connection(), name, f);
      changed(name);
      return after;
    },
    within: (prefix) => within(store, prefix),
    async drop(prefix) {
      await kept(async () => await dropIn(await connection(), prefix));
      changed(prefix);
    },
    heed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      others?.close();
      (await opened)?.close();
      opened = null;
    },
  };
  return store;
}

// Where storage is forbidden, some browsers throw here at once, and some say so later.
async function opening(database: string, lost: () => void): Promise<IDBPDatabase> {
  return await openDB(database, VERSION, {
    upgrade: (base) => {
      base.createObjectStore(VALUES);
    },
    // A newer version of this page wants the database, or the browser closed it: open it again.
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      lost();
    },
    terminated: lost,
  });
}

async function changeIn<T>(
  base: IDBPDatabase,
  name: string,
  f: (before: T | undefined) => T,
): Promise<T> {
  const transaction = base.transaction(VALUES, "readwrite", STRICT);
  // Whoever waits for it hears of a failure; without this line a second, unheard one is reported.
  transaction.done.catch(() => {});
  const before: T | undefined = await kept(() => transaction.store.get(name));
  let after: T;
  try {
    after = f(before);
  } catch (error) {
    transaction.abort();
    throw error;
  }
  await kept(async () => {
    await transaction.store.put(after, name);
    await transaction.done;
  });
  return after;
}

async function dropIn(base: IDBPDatabase, prefix: string): Promise<void> {
  const transaction = base.transaction(VALUES, "readwrite", STRICT);
  await transaction.store.delete(IDBKeyRange.bound(prefix, `${prefix}\uffff`));
  await transaction.done;
}

/** Returns what the browser gives; throws `StorageLost` where it does not. */
async function kept<T>(give: () => Promise<T>): Promise<T> {
  try {
    return await give();
  } catch (error) {
    throw error instanceof StorageLost ? error : new StorageLost(error);
  }
}

function within(store: KeyValue, prefix: string): KeyValue {
  return {
    get: (name) => store.get(prefix + name),
    put: (name, value) => store.put(prefix + name, value),
    change: (name, f) => store.change(prefix + name, f),
  };
}
