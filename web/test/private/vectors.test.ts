/** Everything in tests/vectors/private.json, which Python made: the same bytes, the same refusals. */

import { describe, expect, test } from "vitest";
import { decodePrekey, encodePrekey } from "../../src/core/bodies/prekey";
import { fromHex, hex } from "../../src/core/bytes";
import { PeerError } from "../../src/core/errors";
import { agreementOf, agreementPublic, isAgreeable, signingKey } from "../../src/core/keys";
import {
  decodeCircle,
  decodeEpoch,
  encodeCircle,
  encodeEpoch,
  memberId,
} from "../../src/private/circle";
import {
  type EpochKeys,
  earlierKeys,
  epochKeys,
  openCircle,
  sealCircle,
} from "../../src/private/epoch";
import {
  type CircleContent,
  decodeCirclePayload,
  decodePayload,
  encodeCirclePayload,
  encodePayload,
} from "../../src/private/payload";
import {
  type AgreementPair,
  agreementPair,
  checkSealed,
  open,
  recognise,
  seal,
} from "../../src/private/sealed";
import { type Described, described } from "../harness/described";
import { allTexts } from "../texts";
import { vectors } from "../vectors";

interface DescribedKeys {
  readonly context: string;
  readonly header_key: string;
  readonly chains: readonly { readonly place: number; readonly key: string }[];
}

interface Vectors {
  readonly community: string;
  readonly devices: Readonly<
    Record<
      string,
      { seed: string; public_key: string; agreement_public_key: string; member_id: string }
    >
  >;
  readonly prekeys: readonly {
    name: string;
    number: number;
    secret: string;
    public_key: string;
    body: string;
  }[];
  readonly refused_agreement_keys: readonly string[];
  readonly payloads: readonly {
    name: string;
    number: number;
    content: Described;
    payload: string;
  }[];
  readonly circle_payloads: readonly { name: string; content: Described; payload: string }[];
  readonly refused_payloads: readonly { name: string; payload: string; reason: string }[];
  readonly sealed: readonly {
    name: string;
    sender: string;
    recipients: readonly string[];
    ephemeral_secret: string;
    payload: string;
    agreed: readonly string[];
    body: string;
  }[];
  readonly refused_bodies: readonly { name: string; codec: number; body: string; reason: string }[];
  readonly listing: {
    circle: string;
    name: string;
    is_open: boolean;
    has_history: boolean;
    body: string;
  };
  readonly circle: {
    founder: string;
    epoch: string;
    keys: DescribedKeys;
    earlier_keys: readonly DescribedKeys[];
    messages: readonly {
      sender: string;
      place: number;
      counter: number;
      chain_key: string;
      payload: string;
      body: string;
    }[];
    read_in_order: readonly number[];
  };
}

const ALL = vectors<Vectors>("private.json");
const COMMUNITY = fromHex(ALL.community);
const ALL_TEXTS = allTexts();

function keyOf(name: string) {
  return signingKey(fromHex(ALL.devices[name]?.seed as string));
}

function pairOf(name: string): AgreementPair {
  const prekey = ALL.prekeys.find((one) => one.name === name);
  return agreementPair(prekey ? fromHex(prekey.secret) : keyOf(name).agreementSecret());
}

function senderOf(name: string) {
  const device = keyOf(name).publicKey;
  return { device, agreement: agreementOf(device) };
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

function describedKeys(keys: EpochKeys): DescribedKeys {
  return {
    context: hex(keys.context),
    header_key: hex(keys.headerKey),
    chains: keys.chains.map(({ place, key }) => ({ place, key: hex(key) })),
  };
}

describe("keys", () => {
  test.each(Object.entries(ALL.devices))("%s has the agreement key of its device", (name, told) => {
    const key = keyOf(name);
    expect(hex(key.publicKey)).toBe(told.public_key);
    expect(hex(agreementOf(key.publicKey))).toBe(told.agreement_public_key);
    expect(hex(agreementPublic(key.agreementSecret()))).toBe(told.agreement_public_key);
    expect(hex(memberId(key.publicKey))).toBe(told.member_id);
  });

  test.each(ALL.prekeys)("$name is announced", ({ number, secret, public_key, body }) => {
    const publicKey = agreementPublic(fromHex(secret));
    expect(hex(publicKey)).toBe(public_key);
    expect(hex(encodePrekey({ number, publicKey }).body)).toBe(body);
    expect(decodePrekey({ codec: 0, body: fromHex(body) })).toEqual({ number, publicKey });
  });

  test.each(ALL.refused_agreement_keys)("a prekey of %s is refused", (key) => {
    expect(isAgreeable(fromHex(key))).toBe(false);
    expect(refusal(() => decodePrekey({ codec: 0, body: fromHex(`07${key}`) }))).toBe("bad_key");
  });

  test("a prekey with a codec, too short or too long is refused", () => {
    const body = fromHex((ALL.prekeys[0] as { body: string }).body);
    expect(refusal(() => decodePrekey({ codec: 1, body }))).toBe("unexpected_codec");
    expect(refusal(() => decodePrekey({ codec: 0, body: body.slice(1) }))).toBe("truncated");
    expect(refusal(() => decodePrekey({ codec: 0, body: Uint8Array.of(...body, 0) }))).toBe(
      "trailing_bytes",
    );
  });
});

describe("payloads", () => {
  test.each(ALL.payloads)("$name is read and written", ({ number, content, payload }) => {
    const read = decodePayload(fromHex(payload), ALL_TEXTS);
    expect(read.number).toBe(number);
    expect(described(read.content)).toEqual(content);
    expect(hex(encodePayload(read.content, number, ALL_TEXTS))).toBe(payload);
  });

  test.each(ALL.circle_payloads)("$name is read and written", ({ content, payload }) => {
    const read: CircleContent = decodeCirclePayload(fromHex(payload), ALL_TEXTS);
    expect(described(read)).toEqual(content);
    expect(hex(encodeCirclePayload(read, ALL_TEXTS))).toBe(payload);
  });

  test.each(ALL.refused_payloads)("$name is refused", ({ payload, reason }) => {
    expect(refusal(() => decodePayload(fromHex(payload), ALL_TEXTS))).toBe(reason);
  });
});

describe("sealed bodies", () => {
  test.each(ALL.sealed)("$name is sealed as Python seals", (one) => {
    const sealing = {
      sender: pairOf(one.sender),
      recipients: one.recipients.map((name) => pairOf(name).publicKey),
      ephemeralSecret: fromHex(one.ephemeral_secret),
      community: COMMUNITY,
    };
    expect(hex(seal(fromHex(one.payload), sealing))).toBe(one.body);
  });

  test.each(ALL.sealed)("each recipient opens $name", (one) => {
    const body = fromHex(one.body);
    const senders = ["dora", "carol", "alice"].map(senderOf);
    one.recipients.forEach((name, slot) => {
      const own = pairOf(name);
      const found = recognise(body, [pairOf("alice"), own]);
      expect(found.map((each) => [each.slot, hex(each.agreed)])).toEqual([
        [slot, one.agreed[slot]],
      ]);
      const opened = open(body, found, senders, COMMUNITY);
      expect(hex(opened.payload)).toBe(one.payload);
      expect(opened.sender).toEqual(keyOf(one.sender).publicKey);
      expect(opened.key).toBe(own);
    });
  });

  test.each(ALL.refused_bodies)("$name is refused", ({ codec, body, reason }) => {
    expect(refusal(() => checkSealed(codec, fromHex(body)))).toBe(reason);
  });
});

describe("circles", () => {
  const { circle, listing } = ALL;
  const founder = keyOf(circle.founder).publicKey;
  const fields = decodeEpoch(fromHex(circle.epoch));

  test("a listing is read and written", () => {
    const read = decodeCircle(0, fromHex(listing.body));
    expect(read).toEqual({
      circle: fromHex(listing.circle),
      name: listing.name,
      policy: { isOpen: listing.is_open, hasHistory: listing.has_history },
    });
    expect(hex(encodeCircle(read))).toBe(listing.body);
  });

  test("an epoch yields its keys and those of the epochs before", () => {
    expect(hex(encodeEpoch(fields))).toBe(circle.epoch);
    expect(describedKeys(epochKeys(fields, founder, COMMUNITY))).toEqual(circle.keys);
    expect(earlierKeys(fields, founder, COMMUNITY).map(describedKeys)).toEqual(circle.earlier_keys);
  });

  test("messages are sealed as Python seals", () => {
    let keys = epochKeys(fields, founder, COMMUNITY);
    for (const one of circle.messages) {
      const chain = keys.chains.find(({ place }) => place === one.place);
      expect([chain?.counter, hex(chain?.key as Uint8Array)]).toEqual([one.counter, one.chain_key]);
      const sealed = sealCircle(fromHex(one.payload), keys, one.place, keyOf(one.sender));
      expect(hex(sealed.body)).toBe(one.body);
      keys = sealed.keys;
    }
  });

  test("messages are read in any order, and once", () => {
    let keys = epochKeys(fields, founder, COMMUNITY);
    for (const index of circle.read_in_order) {
      const one = circle.messages[index] as (typeof circle.messages)[number];
      const sender = keyOf(one.sender).publicKey;
      const opened = openCircle(fromHex(one.body), keys, sender);
      expect(hex(opened.payload)).toBe(one.payload);
      expect(opened.heading).toEqual({ place: one.place, counter: one.counter });
      keys = opened.keys;
      expect(refusal(() => openCircle(fromHex(one.body), keys, sender))).toBe("duplicate");
    }
  });
});
