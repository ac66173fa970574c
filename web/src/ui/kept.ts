/**
 * Documents that forms cannot do without, kept on this phone: who is out of the Wi-Fi writes too.
 *
 * Not for: what changes by the minute; that would be shown as if it still held.
 */

import { useEffect, useState } from "preact/hooks";
import { catalogue } from "../words/words";
import { theNode } from "./app";
import { type Loaded, useDocument } from "./loading";
import { store } from "./session";

/** Returns a document in the reader's language: the node's, or the last one that this phone got. */
export function useKept<T>(path: string): Loaded<T> {
  const loaded = useDocument<T>(path);
  const [before, setBefore] = useState<{ name: string; document: T } | null>(null);
  const name = nameOf(path);
  const isMissing = loaded.document === null && loaded.isOld;
  useEffect(() => {
    if (loaded.document !== null && !loaded.isOld) {
      void put(name, loaded.document);
    }
  }, [name, loaded.document]);
  useEffect(() => {
    if (isMissing) {
      store
        .get<T>(name)
        .catch(() => undefined)
        .then((kept) => kept !== undefined && setBefore({ name, document: kept }));
    }
  }, [name, isMissing]);
  return isMissing && before?.name === name ? { ...loaded, document: before.document } : loaded;
}

/** Brings a document before it is needed; whether that works shows when it is. */
export async function keepAhead(path: string): Promise<void> {
  try {
    const { language } = catalogue.value;
    await put(nameOf(path), await theNode().get(path, { language }));
  } catch {
    // Out of reach, or no room: then the form says so.
  }
}

function nameOf(path: string): string {
  return `document${path}/${catalogue.value.language}`;
}

function put(name: string, document: unknown): Promise<void> {
  return store.put(name, document).catch(() => {});
}
