/** Sealing: the vector of RFC 9180, who can read, and what nobody can change. */

import { describe, expect, test } from "vitest";
import { concat, fromHex, hex } from "../../src/core/bytes";
import { CallerError, LimitError, PeerError } from "../../src/core/errors";
import { agree, agreementOf, agreementPublic, signingKey } from "../../src/core/keys";
import { authContext, openOnce, sealOnce, sharedSecret } from "../../src/private/hpke";
import {
  type AgreementPair,
  agreementPair,
  open,
  payloadBytesMax,
  recognise,
  rememberedAgreements,
  seal,
} from "../../src/private/sealed";

const COMMUNITY = new Uint8Array(16).fill(99);
const ALICE = signingKey(new Uint8Array(32).fill(10));
const BOB = signingKey(new Uint8Array(32).fill(11));
const PREKEY = agreementPair(new Uint8Array(32).fill(0xb0));
const OTHER = agreementPair(new Uint8Array(32).fill(0xc0));
const PAYLOAD = Uint8Array.of(1, 2, 3, 4, 5);
const SENDERS = [BOB, ALICE].map(({ publicKey }) => ({
  device: publicKey,
  agreement: agreementOf(publicKey),
}));

function to(recipients: readonly AgreementPair[], payload = PAYLOAD): Uint8Array {
  return seal(payload, {
    sender: agreementPair(ALICE.agreementSecret()),
    recipients: recipients.map((one) => one.publicKey),
    ephemeralSecret: new Uint8Array(32).fill(0xee),
    community: COMMUNITY,
  });
}

function read(body: Uint8Array, own: AgreementPair, community = COMMUNITY): Uint8Array {
  const opened = open(body, recognise(body, [own]), SENDERS, community);
  expect(opened.sender).toEqual(ALICE.publicKey);
  return opened.payload;
}

function flipped(body: Uint8Array, bit: number): Uint8Array {
  const changed = body.slice();
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}

describe("HPKE", () => {
  const info = fromHex("4f6465206f6e2061204772656369616e2055726e");
  const ephemeral = fromHex("c94619e1af28971c8fa7957192b7e62a71ca2dcdde0a7cc4a8a9e741d600ab13");
  const recipient = fromHex("3ca22a6d1cda1bb9480949ec5329d3bf0b080ca4c45879c95eddb55c70b80b82");
  const sender = fromHex("2def0cb58ffcf83d1062dd085c8aceca7f4c0c3fd05912d847b61f3e54121f05");
  const aad = fromHex("436f756e742d30");

  test("the vector A.2.3 of RFC 9180 holds", () => {
    const agreement = {
      ephemeral: agree(ephemeral, agreementPublic(recipient)),
      authentic: agree(sender, agreementPublic(recipient)),
      enc: agreementPublic(ephemeral),
      recipient: agreementPublic(recipient),
      sender: agreementPublic(sender),
    };
    const shared = sharedSecret(
      concat(agreement.ephemeral, agreement.authentic),
      concat(agreement.enc, agreement.recipient, agreement.sender),
    );
    expect(hex(shared)).toBe("d2d67828c8bc9fa661cf15a31b3ebf1febe0cafef7abfaaca580aaf6d471e3eb");
    const { key, nonce } = authContext(agreement, info);
    expect(hex(key)).toBe("b071fd1136680600eb447a845a967d35e9db20749cdf9ce098bcc4deef4b1356");
    expect(hex(nonce)).toBe("d20577dff16d7cea2c4bf780");
    const plaintext = fromHex("4265617574792069732074727574682c20747275746820626561757479");
    const ciphertext = sealOnce(key, aad, plaintext, nonce);
    expect(hex(ciphertext)).toBe(
      "ab1a13c9d4f01a87ec3440dbd756e2677bd2ecf9df0ce7ed73869b98e00c09be111cb9fdf077347aeb88e61bdf",
    );
    expect(openOnce(key, aad, ciphertext, nonce)).toEqual(plaintext);
    expect(() => openOnce(key, info, ciphertext, nonce)).toThrow(PeerError);
  });
});

describe("a sealed body", () => {
  test("is read by as many recipients as are possible, and no more", () => {
    const keys = Array.from({ length: 32 }, (_, at) =>
      agreementPair(new Uint8Array(32).fill(at + 1)),
    );
    const body = to(keys);
    for (const key of [keys[0], keys[31]] as AgreementPair[]) {
      expect(read(body, key)).toEqual(PAYLOAD);
    }
    expect(() => to([...keys, OTHER])).toThrow(LimitError);
    expect(() => to([PREKEY, PREKEY])).toThrow(CallerError);
    expect(() => to([])).toThrow(CallerError);
  });

  test("holds what the bound says, and not a byte more", () => {
    for (const recipients of [[PREKEY], [PREKEY, OTHER]]) {
      const most = payloadBytesMax(recipients.length);
      expect(read(to(recipients, new Uint8Array(most).fill(7)), PREKEY)).toHaveLength(most);
      expect(() => to(recipients, new Uint8Array(most + 1))).toThrow(LimitError);
    }
  });

  test("says nothing to a stranger, and opens for nobody in another community", () => {
    const body = to([PREKEY, OTHER]);
    expect(recognise(body, [agreementPair(BOB.agreementSecret())])).toEqual([]);
    expect(() => read(body, PREKEY, new Uint8Array(16))).toThrow(PeerError);
    const found = recognise(body, [PREKEY]);
    expect(() => open(body, found, [], COMMUNITY)).toThrow(PeerError);
    expect(() => open(body, found, SENDERS.slice(0, 1), COMMUNITY)).toThrow(PeerError);
  });

  test("opens in spite of a slot that looks like ours by chance, and not by one", () => {
    const body = to([OTHER, PREKEY]);
    const found = recognise(body, [PREKEY]);
    const chance = { ...(found[0] as (typeof found)[0]), slot: 0 };
    const opened = open(body, [chance, ...found], SENDERS, COMMUNITY, rememberedAgreements());
    expect(opened.payload).toEqual(PAYLOAD);
    expect(() => open(body, [chance], SENDERS, COMMUNITY)).toThrow(PeerError);
  });

  test.each([1, 2])("for %i has no bit that can be changed", (count) => {
    const body = to([PREKEY, OTHER].slice(0, count));
    const otherSlot = count === 2 ? [33 + 34 + 2, 33 + 68] : [0, 0];
    // Every seventh bit: all bytes, all places in them, and a test that takes a second.
    for (let bit = 0; bit < 8 * body.length; bit += 7) {
      const changed = flipped(body, bit);
      const at = bit >> 3;
      if (at >= (otherSlot[0] as number) && at < (otherSlot[1] as number)) {
        expect(read(changed, PREKEY)).toEqual(PAYLOAD);
        expect(() => read(changed, OTHER)).toThrow(PeerError);
      } else {
        expect(() => read(changed, PREKEY)).toThrow(PeerError);
      }
    }
  });

  test("never brings another error than ours, whatever comes", () => {
    let state = 1;
    const dice = () => {
      state = (state * 48271) % 2147483647;
      return state;
    };
    for (let round = 0; round < 300; round++) {
      const noise = Uint8Array.from({ length: dice() % 300 }, () => dice() & 0xff);
      noise[0] = dice() % 4;
      try {
        open(noise, recognise(noise, [PREKEY]), SENDERS, COMMUNITY);
      } catch (error) {
        expect(error).toBeInstanceOf(PeerError);
      }
    }
  });
});
