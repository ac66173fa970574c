/** What tests of the person share: a database of their own, and chance that is the same each time. */

import "fake-indexeddb/auto";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8 } from "../../src/core/bytes";
import type { Entropy } from "../../src/person/identity";
import { openStore, type Store } from "../../src/person/store";

let count = 0;

/** Return the name of a database that no other test uses. */
export function freshName(): string {
  count += 1;
  return `test-${count}`;
}

/** Return an empty store. */
export function freshStore(): Store {
  return openStore(freshName());
}

/** Return randomness that begins with a word. */
export function seeded(word: string): Entropy {
  let drawn = 0;
  return (length) => {
    drawn += 1;
    return sha256(utf8(`${word} ${drawn}`)).slice(0, length);
  };
}
