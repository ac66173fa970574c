import { describe, expect, test } from "vitest";
import { fromHex, hex } from "../../src/core/bytes";
import { CallerError, LimitError, PeerError } from "../../src/core/errors";
import { fingerprint, signingKey } from "../../src/core/keys";
import {
  BODY_BYTES_MAX,
  composeObject,
  decodeObject,
  expiresMin,
  isSignedBy,
  KIND,
  kindName,
  LIFETIME_MINUTES,
  lifetimeCodeFor,
  longestLifetimeCode,
  minuteAt,
  SEQUENCE_MAX,
  shortId,
} from "../../src/core/object";
import { bytesOrNull, vectors } from "../vectors";

interface ObjectVectors {
  readonly keys: Record<
    string,
    { seed: string; public_key: string; key_id: string; fingerprint: string }
  >;
  readonly community: string;
  readonly objects: readonly {
    name: string;
    signer: string;
    kind: number;
    codec: number;
    lifetime_code: number;
    author: string;
    sequence: number;
    created_min: number;
    expires_min: number;
    parent: string | null;
    body: string;
    encoded: string;
    id: string;
  }[];
  readonly refused_objects: readonly {
    name: string;
    signer: string;
    encoded: string;
    reason: string;
  }[];
}

const VECTORS = vectors<ObjectVectors>("objects.json");
const COMMUNITY = fromHex(VECTORS.community);
const KEYS = Object.fromEntries(
  Object.entries(VECTORS.keys).map(([name, key]) => [name, signingKey(fromHex(key.seed))]),
);
const PERSON = signingKey(new Uint8Array(32).fill(6));

function keyOf(name: string) {
  const key = KEYS[name];
  if (key === undefined) {
    throw new Error(`the vectors have no key ${name}`);
  }
  return key;
}

function refusal(encoded: Uint8Array, signer: string): string | null {
  try {
    const thing = decodeObject(encoded);
    return isSignedBy(thing, keyOf(signer).publicKey, COMMUNITY) ? null : "bad_signature";
  } catch (error) {
    return error instanceof PeerError ? error.reason : "raised something else";
  }
}

describe("shared vectors", () => {
  test.each(Object.entries(VECTORS.keys))("the key of the %s has these names", (name, key) => {
    expect(hex(keyOf(name).publicKey)).toBe(key.public_key);
    expect(hex(keyOf(name).id)).toBe(key.key_id);
    expect(hex(fingerprint(keyOf(name).publicKey))).toBe(key.fingerprint);
  });

  test.each(VECTORS.objects)("$name decodes to its fields", (vector) => {
    const thing = decodeObject(fromHex(vector.encoded));
    expect(thing).toEqual({
      kind: vector.kind,
      codec: vector.codec,
      lifetimeCode: vector.lifetime_code,
      author: fromHex(vector.author),
      sequence: vector.sequence,
      createdMin: vector.created_min,
      parent: bytesOrNull(vector.parent),
      body: fromHex(vector.body),
      encoded: fromHex(vector.encoded),
      id: fromHex(vector.id),
    });
    expect(expiresMin(thing)).toBe(vector.expires_min);
    expect(hex(shortId(thing))).toBe(vector.id.slice(0, 8));
    expect(isSignedBy(thing, keyOf(vector.signer).publicKey, COMMUNITY)).toBe(true);
    expect(isSignedBy(thing, keyOf("guest").publicKey, COMMUNITY)).toBe(false);
  });

  test.each(VECTORS.objects)("$name is composed to the same bytes", (vector) => {
    const thing = composeObject(keyOf(vector.signer), COMMUNITY, {
      kind: vector.kind,
      body: fromHex(vector.body),
      sequence: vector.sequence,
      createdMin: vector.created_min,
      lifetimeCode: vector.lifetime_code,
      codec: vector.codec,
      parent: bytesOrNull(vector.parent),
    });
    expect(hex(thing.encoded)).toBe(vector.encoded);
  });

  test.each(VECTORS.refused_objects)("$name is refused as $reason", (vector) => {
    expect(refusal(fromHex(vector.encoded), vector.signer)).toBe(vector.reason);
  });
});

describe("the layout", () => {
  test.each([0, 30, 31, 286])("kind %i takes the highest of all numbers", (kind) => {
    const draft = { kind, codec: 7, lifetimeCode: 15, sequence: SEQUENCE_MAX };
    const rest = {
      createdMin: 2 ** 24 - 1,
      parent: Uint8Array.of(1, 2, 3, 4),
      body: new Uint8Array(),
    };
    expect(composeObject(PERSON, COMMUNITY, { ...draft, ...rest })).toMatchObject({
      ...draft,
      ...rest,
    });
  });

  test("the longest object is 2048 bytes, and a longer body is not composed", () => {
    const draft = {
      kind: 286,
      sequence: SEQUENCE_MAX,
      createdMin: 0,
      lifetimeCode: 0,
      parent: new Uint8Array(4),
    };
    const longest = composeObject(PERSON, COMMUNITY, {
      ...draft,
      body: new Uint8Array(BODY_BYTES_MAX),
    });
    expect(longest.encoded.length).toBe(2048);
    const longer = { ...draft, body: new Uint8Array(BODY_BYTES_MAX + 1) };
    expect(() => composeObject(PERSON, COMMUNITY, longer)).toThrow(LimitError);
  });

  test("numbers that do not fit are a mistake of this program", () => {
    const draft = { kind: 2, body: new Uint8Array(), sequence: 1, createdMin: 1, lifetimeCode: 0 };
    for (const wrong of [
      { kind: 287 },
      { codec: 8 },
      { lifetimeCode: 16 },
      { sequence: SEQUENCE_MAX + 1 },
      { createdMin: -1 },
      { parent: new Uint8Array(3) },
    ]) {
      expect(() => composeObject(PERSON, COMMUNITY, { ...draft, ...wrong })).toThrow(CallerError);
    }
  });

  test("kinds and lifetimes have names and bounds", () => {
    expect(kindName(KIND.bulletin)).toBe("bulletin");
    expect(kindName(27)).toBe(null);
    expect(lifetimeCodeFor(60)).toBe(0);
    expect(lifetimeCodeFor(61)).toBe(1);
    expect(() => lifetimeCodeFor(0)).toThrow(LimitError);
    expect(() => lifetimeCodeFor(525_601)).toThrow(LimitError);
    expect(longestLifetimeCode(59)).toBe(0);
    expect(longestLifetimeCode(180)).toBe(1);
    expect(longestLifetimeCode(10 ** 9)).toBe(LIFETIME_MINUTES.length - 1);
    expect(minuteAt(Date.UTC(2026, 0, 1, 1, 0, 59))).toBe(1_052_700);
  });
});
