import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { concat, fromHex, hex, uint, utf8 } from "../../src/core/bytes";
import { CallerError, PeerError } from "../../src/core/errors";
import {
  agree,
  agreementOf,
  agreementPublic,
  isAcceptable,
  isAgreeable,
  signingKey,
  verify,
} from "../../src/core/keys";
import { vectors } from "../vectors";

const REFUSED_KEYS = vectors<{ refused_keys: readonly string[] }>("objects.json").refused_keys;
const PRIVATE = vectors<{ refused_agreement_keys: readonly string[] }>("private.json");
const KEY = signingKey(new Uint8Array(32).fill(2));
const ORDER_EIGHT = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
const { Point } = ed25519;

function littleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0")).reverse();
}

function scalar(data: Uint8Array): bigint {
  return BigInt(`0x${hex(data.slice().reverse())}`) % Point.Fn.ORDER;
}

describe("signatures", () => {
  test("a vector of RFC 8032 holds", () => {
    const key = signingKey(
      fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
    );
    expect(hex(key.publicKey)).toBe(
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    );
    expect(hex(key.sign(new Uint8Array()))).toBe(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
    expect(() => signingKey(new Uint8Array(31))).toThrow(CallerError);
  });

  test("a signature counts for its key and message only", () => {
    const message = utf8("message");
    const signature = KEY.sign(message);
    expect(verify(KEY.publicKey, signature, message)).toBe(true);
    expect(verify(KEY.publicKey, signature, utf8("massage"))).toBe(false);
    expect(verify(signingKey(new Uint8Array(32).fill(3)).publicKey, signature, message)).toBe(
      false,
    );
    expect(verify(KEY.publicKey, signature.slice(0, 63), message)).toBe(false);
  });

  test("a second half that is not below the order is refused", () => {
    const message = utf8("message");
    const signature = KEY.sign(message);
    const second = scalar(signature.subarray(32)) + Point.Fn.ORDER;
    expect(
      verify(KEY.publicKey, concat(signature.subarray(0, 32), littleEndian(second)), message),
    ).toBe(false);
  });

  test.each(REFUSED_KEYS)(
    "the key %s is refused, also with the signature that it accepts",
    (digits) => {
      const key = fromHex(digits);
      const forged = concat(littleEndian(1n), new Uint8Array(32));
      expect(isAcceptable(key)).toBe(false);
      for (let number = 0; number < 16; number++) {
        expect(verify(key, forged, uint(number, 1))).toBe(false);
      }
    },
  );

  test("what only a check with cofactor takes is refused, as nodes refuse it", () => {
    const secret = 12345n;
    const twisted = Point.BASE.multiply(secret).add(Point.fromHex(ORDER_EIGHT));
    const publicKey = twisted.toBytes();
    const nonce = Point.BASE.multiply(777n).toBytes();
    let [agreeing, differing] = [0, 0];
    for (let number = 0; number < 24; number++) {
      const message = uint(number, 1);
      const challenge = scalar(sha512(concat(nonce, publicKey, message)));
      const second = (777n + challenge * secret) % Point.Fn.ORDER;
      const signature = concat(nonce, littleEndian(second));
      expect(ed25519.verify(signature, message, publicKey, { zip215: false })).toBe(true);
      const counts = verify(publicKey, signature, message);
      expect(counts).toBe(challenge % 8n === 0n);
      counts ? agreeing++ : differing++;
    }
    expect(differing).toBeGreaterThan(12);
    expect(agreeing).toBeGreaterThan(0);
  });
});

describe("agreement", () => {
  test("both sides get the same, and everybody can reckon the public key", () => {
    const other = signingKey(new Uint8Array(32).fill(9));
    expect(agreementPublic(KEY.agreementSecret())).toEqual(agreementOf(KEY.publicKey));
    expect(agree(KEY.agreementSecret(), agreementOf(other.publicKey))).toEqual(
      agree(other.agreementSecret(), agreementOf(KEY.publicKey)),
    );
    expect(isAgreeable(agreementOf(KEY.publicKey))).toBe(true);
  });

  test.each(PRIVATE.refused_agreement_keys)("the agreement key %s is refused", (digits) => {
    expect(isAgreeable(fromHex(digits))).toBe(false);
  });

  test.each([0n, 1n, 2n ** 255n - 20n])("nothing is agreed with the small u %i", (u) => {
    expect(() => agree(KEY.agreementSecret(), littleEndian(u))).toThrow(PeerError);
  });

  test("keys of another length or order have no agreement", () => {
    expect(() => agree(KEY.agreementSecret(), new Uint8Array(31))).toThrow("bad_key");
    expect(isAgreeable(new Uint8Array(31))).toBe(false);
    expect(() => agreementOf(fromHex(ORDER_EIGHT))).toThrow("bad_key");
  });
});
