/** A circle's messages: written by one member, read by all, in any order, by nobody else. */

import { describe, expect, test } from "vitest";
import { utf8 } from "../../src/core/bytes";
import { CallerError, LimitError, PeerError } from "../../src/core/errors";
import { signingKey } from "../../src/core/keys";
import { decodeEpoch, type EpochFields, encodeEpoch, memberId } from "../../src/private/circle";
import {
  AHEAD_MAX,
  chainAt,
  type EpochKeys,
  earlierKeys,
  epochKeys,
  openCircle,
  recogniseCircle,
  SKIPPED_MAX,
  sealCircle,
} from "../../src/private/epoch";

const COMMUNITY = new Uint8Array(16).fill(99);
const [FOUNDER, ALICE, BOB] = [1, 2, 3].map((byte) =>
  signingKey(new Uint8Array(32).fill(byte)),
) as [ReturnType<typeof signingKey>, ReturnType<typeof signingKey>, ReturnType<typeof signingKey>];
const FIELDS: EpochFields = {
  circle: utf8("circ"),
  number: 7,
  policy: { isOpen: false, hasHistory: true },
  name: "Hof",
  members: [
    { place: 0, id: memberId(FOUNDER.publicKey) },
    { place: 1, id: memberId(ALICE.publicKey) },
    { place: 4, id: memberId(BOB.publicKey) },
  ],
  secret: new Uint8Array(16).fill(115),
  earlier: [new Uint8Array(16).fill(114), new Uint8Array(16).fill(113)],
};
const KEYS = epochKeys(FIELDS, FOUNDER.publicKey, COMMUNITY);

function written(count: number, keys: EpochKeys = KEYS): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let number = 0; number < count; number++) {
    const sealed = sealCircle(utf8(String(number)), keys, 1, ALICE);
    bodies.push(sealed.body);
    keys = sealed.keys;
  }
  return bodies;
}

function read(body: Uint8Array | undefined, keys = KEYS) {
  return openCircle(body as Uint8Array, keys, ALICE.publicKey);
}

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof PeerError) {
      return error.reason;
    }
    throw error;
  }
  return "accepted";
}

describe("a chain", () => {
  test("is read in any order, each message once, and keeps no key of what was read", () => {
    const bodies = written(6);
    let keys = KEYS;
    for (const number of [3, 0, 5, 4, 1, 2]) {
      const opened = read(bodies[number], keys);
      expect(opened.payload).toEqual(utf8(String(number)));
      keys = opened.keys;
    }
    expect(bodies.map((body) => refusal(() => read(body, keys)))).toEqual(
      Array(6).fill("duplicate"),
    );
    expect(chainAt(keys, 1)?.skipped).toEqual([]);
  });

  test("goes on over lost messages and keeps the keys of the last ones", () => {
    const bodies = written(SKIPPED_MAX + 3);
    const opened = read(bodies.at(-1));
    expect(chainAt(opened.keys, 1)?.skipped).toHaveLength(SKIPPED_MAX);
    expect(read(bodies[2], opened.keys).payload).toEqual(utf8("2"));
    expect(refusal(() => read(bodies[1], opened.keys))).toBe("duplicate");
  });

  test("is not followed too far ahead", () => {
    const far = { ...KEYS, chains: KEYS.chains.map((one) => ({ ...one, counter: 0 })) };
    const ahead = (counter: number) => ({
      ...far,
      chains: far.chains.map((one) => ({ ...one, counter })),
    });
    const { body } = sealCircle(utf8("x"), ahead(AHEAD_MAX + 1), 1, ALICE);
    expect(refusal(() => read(body))).toBe("too_far_ahead");
    expect(() => sealCircle(utf8("x"), ahead(65_536), 1, ALICE)).toThrow(LimitError);
  });

  test("goes forward only, for the writer and the reader", () => {
    const [body] = written(1);
    const after = read(body).keys;
    expect(chainAt(after, 1)?.key).not.toEqual(chainAt(KEYS, 1)?.key);
    expect(refusal(() => read(body, after))).toBe("duplicate");
    expect(sealCircle(utf8("0"), KEYS, 1, ALICE).keys).toEqual(after);
  });
});

describe("a circle's message", () => {
  test("has no bit that can be changed, and a refusal changes nothing", () => {
    const [body] = written(1) as [Uint8Array];
    for (let bit = 0; bit < 8 * body.length; bit += 7) {
      const changed = body.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(refusal(() => read(changed))).not.toBe("accepted");
    }
    expect(read(body).payload).toEqual(utf8("0"));
  });

  test("cannot be written by a member as another", () => {
    const stolen = KEYS.chains
      .filter(({ place }) => place !== 4)
      .map((one) => (one.place === 1 ? { ...one, member: memberId(BOB.publicKey) } : one));
    const { body } = sealCircle(utf8("x"), { ...KEYS, chains: stolen }, 1, BOB);
    expect(recogniseCircle(body, KEYS)).toEqual({ place: 1, counter: 0 });
    expect(refusal(() => read(body))).toBe("bad_signature");
    expect(refusal(() => openCircle(body, KEYS, BOB.publicKey))).toBe("wrong_author");
    expect(() => sealCircle(utf8("x"), KEYS, 1, BOB)).toThrow(CallerError);
  });

  test.each([
    ["secret", epochKeys({ ...FIELDS, secret: new Uint8Array(16) }, FOUNDER.publicKey, COMMUNITY)],
    ["number", epochKeys({ ...FIELDS, number: 8 }, FOUNDER.publicKey, COMMUNITY)],
    ["circle", epochKeys({ ...FIELDS, circle: utf8("ring") }, FOUNDER.publicKey, COMMUNITY)],
    ["founder", epochKeys(FIELDS, ALICE.publicKey, COMMUNITY)],
    ["community", epochKeys(FIELDS, FOUNDER.publicKey, new Uint8Array(16))],
  ])("is not recognised with another %s", (_, other) => {
    expect(recogniseCircle(written(1)[0] as Uint8Array, other)).toBeNull();
  });

  test("of an earlier epoch is read with the secret that came along", () => {
    const before = { ...FIELDS, number: 6, secret: FIELDS.earlier[0] as Uint8Array, earlier: [] };
    const [body] = written(1, epochKeys(before, FOUNDER.publicKey, COMMUNITY)) as [Uint8Array];
    const [newest, oldest] = earlierKeys(FIELDS, FOUNDER.publicKey, COMMUNITY) as [
      EpochKeys,
      EpochKeys,
    ];
    expect(read(body, newest).payload).toEqual(utf8("0"));
    expect(recogniseCircle(body, oldest)).toBeNull();
  });
});

describe("an epoch", () => {
  const good = encodeEpoch(FIELDS);

  test.each([
    ["no member", (data: Uint8Array) => data.fill(0, 27, 28), "bad_value"],
    ["an unknown policy", (data: Uint8Array) => data.fill(4, 6, 7), "bad_value"],
    ["places that fall", (data: Uint8Array) => data.fill(9, 28, 29), "not_canonical"],
    ["a byte more", (data: Uint8Array) => Uint8Array.of(...data, 0), "trailing_bytes"],
    ["too little", (data: Uint8Array) => data.slice(0, 30), "truncated"],
  ])("with %s is refused", (_, change, reason) => {
    expect(refusal(() => decodeEpoch(change(good.slice())))).toBe(reason);
  });

  test("brings no earlier secrets without history", () => {
    const policy = { isOpen: true, hasHistory: false };
    expect(() => encodeEpoch({ ...FIELDS, policy })).toThrow(CallerError);
    expect(() => encodeEpoch({ ...FIELDS, policy, earlier: [] })).not.toThrow();
  });
});
