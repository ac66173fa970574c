/**
 * Hearing from the node that something changed: server-sent events, or asking now and then.
 *
 * Not for: what changed; whoever shows something asks for it anew. Invariants: after three failures
 * in a row it polls, and tries the stream again later; nothing is heard twice at once; while it is
 * paused it costs the node nothing, and going on counts as a change.
 */

import { BASE } from "./client";

/** One change: an object's kind, `removed` or `mode`; `id` only of what hangs in public. */
export interface Happening {
  readonly kind: string;
  readonly id: string | null;
}

/** Hears of a change; null: something may have changed, nobody knows what. */
export type Hearer = (happening: Happening | null) => void;

/** The parts of an EventSource that are needed. */
interface Source {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onerror: ((event: Event) => void) | null;
  readonly readyState: number;
  addEventListener(name: string, listener: () => void): void;
  close(): void;
}

/** What a stream needs of the browser. */
export interface StreamParts {
  open(address: string): Source;
  /** Calls once, later; returns what prevents it. */
  later(call: () => void, delayMs: number): () => void;
}

/** Something that is heard until `close`. */
export interface Stream {
  pause(): void;
  goOn(): void;
  close(): void;
}

const FAILURES_MAX = 3;
const POLL_MS = 15_000;
/** A page that polls is not lost for the stream for good. */
const RETRY_POLLS = 8;
const RETRY_MS = 3_000;
/** `EventSource.CLOSED`: the browser gave up by itself, as after a refusal. */
const CLOSED = 2;

const BROWSER: StreamParts = {
  open: (address) => new EventSource(address),
  later(call, delayMs) {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Hears of changes at the node at `address` until it is closed. */
export function openStream(address: string, heard: Hearer, parts: StreamParts = BROWSER): Stream {
  let source: Source | null = null;
  let failures = 0;
  let polls = 0;
  let stopWaiting = () => {};

  function connect(): void {
    const opened = parts.open(`${address}${BASE}/events`);
    source = opened;
    opened.onopen = () => {
      failures = 0;
    };
    opened.onmessage = (event) => heard(happeningIn(event.data));
    opened.addEventListener("lost", () => heard(null));
    opened.onerror = () => fail(opened);
  }

  function fail(failed: Source): void {
    if (failed !== source) {
      return;
    }
    failures += 1;
    if (failures >= FAILURES_MAX) {
      disconnect();
      polls = 0;
      wait(poll, POLL_MS);
    } else if (failed.readyState === CLOSED) {
      disconnect();
      wait(connect, RETRY_MS);
    }
  }

  function poll(): void {
    heard(null);
    polls += 1;
    if (polls >= RETRY_POLLS) {
      failures = FAILURES_MAX - 1;
      connect();
    } else {
      wait(poll, POLL_MS);
    }
  }

  function wait(call: () => void, delayMs: number): void {
    stopWaiting();
    stopWaiting = parts.later(call, delayMs);
  }

  function disconnect(): void {
    stopWaiting();
    source?.close();
    source = null;
  }

  connect();
  return {
    pause: disconnect,
    goOn() {
      if (source === null) {
        stopWaiting();
        failures = 0;
        connect();
        heard(null);
      }
    },
    close: disconnect,
  };
}

function happeningIn(data: string): Happening | null {
  try {
    const { kind, id } = JSON.parse(data) as { kind?: unknown; id?: unknown };
    return typeof kind === "string" ? { kind, id: typeof id === "string" ? id : null } : null;
  } catch {
    return null;
  }
}
