/**
 * A document of the node on a screen: loaded, shown again from memory while it is loaded anew, and
 * honest about its age when the node is out of reach.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import { type Query, Refused, Unreachable } from "../node/client";
import { catalogue } from "../words/words";
import { revision, theNode } from "./app";

/** What is known of a document. `isOld`: the node did not answer the last time. */
export interface Loaded<T> {
  readonly document: T | null;
  readonly isOld: boolean;
  readonly refusal: Refused | null;
}

const EMPTY: Loaded<never> = { document: null, isOld: false, refusal: null };
const known = new Map<string, unknown>();
const KNOWN_MAX = 64;

/**
 * Returns a document and keeps it up to date with the board's revision. Words in it are asked for
 * in the reader's language where the operation takes one (`language` in `query` is filled in with
 * `speaks`).
 */
export function useDocument<T>(path: string | null, query: Query = {}, speaks = true): Loaded<T> {
  const language = catalogue.value.language;
  const asked = speaks ? { ...query, language } : query;
  const key = path === null ? null : `${path}?${JSON.stringify(asked)}`;
  const [loaded, setLoaded] = useState<Loaded<T>>(EMPTY);
  const at = revision.value;
  const shown = useRef<string | null>(null);
  useEffect(() => {
    const isAnew = shown.current === key;
    shown.current = key;
    if (path === null || key === null) {
      setLoaded(EMPTY);
      return;
    }
    let isCurrent = true;
    const before = (known.get(key) as T | undefined) ?? null;
    // What is loaded anew stays as it is until the answer: else a form that stands on it would be
    // taken away while somebody writes.
    if (!isAnew) {
      setLoaded({ document: before, isOld: false, refusal: null });
    }
    theNode()
      .get<T>(path, asked)
      .then((document) => {
        remember(key, document);
        return { document, isOld: false, refusal: null };
      })
      .catch((error: unknown) => failed(error, before))
      .then((outcome) => isCurrent && setLoaded(outcome));
    return () => {
      isCurrent = false;
    };
  }, [key, at]);
  return loaded;
}

function failed<T>(error: unknown, before: T | null): Loaded<T> {
  if (error instanceof Refused) {
    return { document: null, isOld: false, refusal: error };
  }
  if (error instanceof Unreachable) {
    return { document: before, isOld: true, refusal: null };
  }
  throw error;
}

function remember(key: string, document: unknown): void {
  known.delete(key);
  known.set(key, document);
  const oldest = known.keys().next().value;
  if (known.size > KNOWN_MAX && oldest !== undefined) {
    known.delete(oldest);
  }
}
