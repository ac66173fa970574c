/**
 * Requests to the node: JSON in, JSON out, and two ways to fail.
 *
 * Not for: what a request is about, or how it is signed (`Signer`). Invariants: nothing waits
 * longer than `TIMEOUT_MS`; what the node refused is a `Refused`, what did not get there is an
 * `Unreachable`, and nothing else is thrown.
 */

const TIMEOUT_MS = 12_000;
/** Where the API is on a node. */
export const BASE = "/api/v1";

/** The node answered, and it is no. `code` never changes, `message` is for people. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  /** The rule that was met, with the code `refused`. */
  readonly reason: string | null;
  /** Ids handed in before in the same request; they are on disk. */
  readonly accepted: readonly string[];

  constructor(status: number, error: RefusalDocument) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.reason = error.reason ?? null;
    this.accepted = error.accepted ?? [];
  }
}

/** The node did not answer: out of its Wi-Fi, or it is off. */
export class Unreachable extends Error {}

export interface RefusalDocument {
  readonly code: string;
  readonly message: string;
  readonly reason?: string;
  readonly accepted?: readonly string[];
}

/** A request as it goes out: `target` is the path with its query, `body` its bytes. */
export interface Outgoing {
  readonly method: "GET" | "POST";
  readonly target: string;
  readonly body: Uint8Array;
}

/** What makes requests those of a paired phone, and opens the answers sealed to it. */
export interface Signer {
  /**
   * Returns the headers that sign a request, and what opens its answer. With `isAhead` its number
   * is well above all before, in case the clock went back.
   */
  sign(request: Outgoing, isAhead: boolean): Promise<Signature>;
  /** Takes note of the challenge that the node names. */
  noteChallenge(challenge: string): void;
  /** Hears that the node does not know this phone any more. */
  notKnown?(): void;
}

export interface Signature {
  /** The challenge that was signed, in hex. */
  readonly challenge: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Returns the JSON text out of a sealed answer's body; throws if it is not for us. */
  open(status: number, body: Uint8Array): string;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A node, as the app asks it. Without a signer only what everybody may read is answered. */
export interface NodeClient {
  /** "" for the node that served this page, else its address without a slash at the end. */
  readonly address: string;
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, document: unknown, query?: Query): Promise<T>;
}

/** Returns a client of the node at `address`; `reached` hears after each request how it went. */
export function openClient(
  address: string,
  signer: Signer | null = null,
  reached: (isThere: boolean) => void = () => {},
): NodeClient {
  async function ask<T>(
    method: "GET" | "POST",
    path: string,
    document: unknown,
    query: Query = {},
  ): Promise<T> {
    const body = document === undefined ? new Uint8Array() : encode(document);
    const request = { method, target: target(path, query), body };
    try {
      const answer = await answerTo(address, request, signer);
      reached(true);
      return answer as T;
    } catch (error) {
      reached(error instanceof Refused);
      throw error;
    }
  }
  return {
    address,
    get: (path, query) => ask("GET", path, undefined, query),
    post: (path, document, query) => ask("POST", path, document, query),
  };
}

const SEALED = "application/meshnode-sealed";
/** Refusals that come before the node knows who asks; they carry no data. */
const UNSEALED: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 413, 421, 429]);
/** Why a request is signed once more: it was overtaken too far, or its counter is far behind. */
const TRIES = ["first", "overtaken", "ahead"] as const;
type Try = (typeof TRIES)[number] | "renewed";
const CHALLENGE = /challenge="([0-9a-f]{32})"/;

async function answerTo(
  address: string,
  request: Outgoing,
  signer: Signer | null,
): Promise<unknown> {
  if (signer === null) {
    return await documentOf(await fetched(address, request, null), null);
  }
  for (let tried: readonly Try[] = []; ; ) {
    const next = TRIES.find((one) => !tried.includes(one)) as Try;
    const signature = await signer.sign(request, next === "ahead");
    const response = await fetched(address, request, signature);
    const challenge = CHALLENGE.exec(response.headers.get("www-authenticate") ?? "")?.[1];
    if (response.status !== 401 || challenge === undefined) {
      return await documentOf(response, signature);
    }
    signer.noteChallenge(challenge);
    // A new challenge is one reason to sign again; it leaves the others to be tried.
    const isRenewed = challenge !== signature.challenge && !tried.includes("renewed");
    tried = [...tried, isRenewed ? "renewed" : next];
    if (tried.includes("ahead")) {
      signer.notKnown?.();
      return await documentOf(response, signature);
    }
  }
}

async function fetched(
  address: string,
  request: Outgoing,
  signature: Signature | null,
): Promise<Response> {
  const headers: Record<string, string> = { ...signature?.headers };
  if (request.method === "POST") {
    headers["content-type"] = "application/json";
  }
  try {
    return await fetch(address + request.target, {
      // A page from elsewhere says that it means the local network, or browsers refuse plain HTTP.
      ...(address !== "" && { targetAddressSpace: "local" }),
      method: request.method,
      headers,
      body: request.method === "POST" ? new Uint8Array(request.body) : null,
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

async function documentOf(response: Response, signature: Signature | null): Promise<unknown> {
  const text = await textOf(response, signature);
  const document = parsed(text);
  if (response.ok) {
    return document;
  }
  const error = (document as { error?: RefusalDocument } | null)?.error;
  throw new Refused(response.status, error ?? { code: "unknown", message: "" });
}

async function textOf(response: Response, signature: Signature | null): Promise<string> {
  const bytes = await bytesOf(response);
  const isSealed = response.headers.get("content-type") === SEALED;
  if (signature !== null && isSealed) {
    return signature.open(response.status, bytes);
  }
  if (signature !== null && !UNSEALED.has(response.status) && response.status < 500) {
    // Somebody on the Wi-Fi took the seal off, or the node forgot it: neither is to be believed.
    throw new Unreachable("the answer is not sealed");
  }
  return new TextDecoder().decode(bytes);
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function target(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return BASE + path + (given.length > 0 ? `?${search}` : "");
}

function encode(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}
