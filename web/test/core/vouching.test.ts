import { describe, expect, it } from "vitest";
import { concat, utf8 } from "../../src/core/bytes";
import { type SigningKey, signingKey } from "../../src/core/keys";
import { composeObject, KIND, type SignedObject, shortId } from "../../src/core/object";
import { type Anchor, whoSigned } from "../../src/core/vouching";

const COMMUNITY = new Uint8Array(16).fill(7);
const key = (seed: number) => signingKey(new Uint8Array(32).fill(seed));
const [STEWARD, ANNA, PHONE, BERT, CEM, DORA] = [1, 2, 3, 4, 5, 6].map(key) as [
  SigningKey,
  SigningKey,
  SigningKey,
  SigningKey,
  SigningKey,
  SigningKey,
];
const ANCHOR: Anchor = {
  community: COMMUNITY,
  stewards: [{ key: STEWARD.publicKey, name: "Verein" }],
};
let sequence = 0;

function signed(
  by: SigningKey,
  kind: number,
  body: Uint8Array,
  parent: Uint8Array | null = null,
): SignedObject {
  sequence += 1;
  return composeObject(by, COMMUNITY, {
    kind,
    body,
    sequence,
    createdMin: 1000,
    lifetimeCode: 8,
    parent,
  });
}

function certificate(by: SigningKey, subject: SigningKey, name: string, parent?: Uint8Array) {
  const body = concat(Uint8Array.of(0), subject.publicKey, utf8(name));
  return signed(by, KIND.certificate, body, parent ?? null);
}

function device(owner: SigningKey, agreeing: SigningKey, named: SigningKey = agreeing) {
  const agreed = concat(utf8("meshnode device 1\0"), COMMUNITY, owner.publicKey);
  return signed(owner, KIND.device, concat(named.publicKey, agreeing.sign(agreed)));
}

function invitation(by: SigningKey, invited: SigningKey) {
  return signed(by, KIND.invitation, concat(invited.publicKey, Uint8Array.of(1, 0, 0, 0, 5)));
}

function whoSaid(by: SigningKey, ...vouchers: readonly SignedObject[]) {
  const thing = signed(by, KIND.bulletin, utf8("x"));
  return outcome(thing.encoded, vouchers);
}

function outcome(encoded: Uint8Array, vouchers: readonly SignedObject[]) {
  const found = whoSigned(
    encoded,
    vouchers.map((one) => one.encoded),
    ANCHOR,
  );
  return found.isProven ? [found.author.name, found.author.voucher] : found.reason;
}

describe("who signed something", () => {
  it("is a steward, or whom a steward certified, or a device of these", () => {
    const anna = certificate(STEWARD, ANNA, "Anna");
    expect(whoSaid(STEWARD)).toEqual(["Verein", "steward"]);
    expect(whoSaid(ANNA, anna)).toEqual(["Anna", "certificate"]);
    expect(whoSaid(PHONE, anna, device(ANNA, PHONE))).toEqual(["Anna", "certificate"]);
  });

  it("is a stranger where a link is missing or out of order", () => {
    const anna = certificate(STEWARD, ANNA, "Anna");
    expect(whoSaid(ANNA)).toBe("stranger");
    expect(whoSaid(PHONE, device(ANNA, PHONE), anna)).toBe("stranger");
    expect(whoSaid(ANNA, certificate(BERT, ANNA, "Anna"))).toBe("stranger");
  });

  it("is nobody's device that did not agree to it", () => {
    const anna = certificate(STEWARD, ANNA, "Anna");
    expect(whoSaid(PHONE, anna, device(ANNA, BERT, PHONE))).toBe("stranger");
  });

  it("is not the device's device", () => {
    const anna = certificate(STEWARD, ANNA, "Anna");
    const phone = device(ANNA, PHONE);
    expect(whoSaid(BERT, anna, phone, device(PHONE, BERT))).toBe("stranger");
  });

  it("may come by a steward's invitation, and by two members' words, but not by one", () => {
    const invited = key(9);
    const sheet = invitation(STEWARD, invited);
    const bert = certificate(invited, BERT, "Bert", shortId(sheet));
    expect(whoSaid(BERT, sheet, bert)).toEqual(["Bert", "certificate"]);
    const anna = certificate(STEWARD, ANNA, "Anna");
    const words = [sheet, bert, anna, certificate(ANNA, CEM, "Cem")];
    expect(whoSaid(CEM, ...words, certificate(ANNA, CEM, "Cem"))).toBe("stranger");
    const both = [...words, certificate(BERT, CEM, "Cem")];
    expect(whoSaid(CEM, ...both)).toEqual(["Cem", "members"]);
    // Who came by members' words speaks for nobody.
    const more = [...both, certificate(CEM, DORA, "Dora"), certificate(ANNA, DORA, "Dora")];
    expect(whoSaid(DORA, ...more)).toBe("stranger");
  });

  it("is told from bytes that somebody changed", () => {
    const thing = signed(STEWARD, KIND.bulletin, utf8("Wasser ab 14 Uhr"));
    const changed = thing.encoded.slice();
    changed[14] = (changed[14] as number) ^ 1;
    expect(outcome(changed, [])).toBe("bad_signature");
    expect(outcome(thing.encoded.slice(0, 40), [])).toBe("damaged");
    const random = Array.from({ length: 64 }, (_, length) =>
      new Uint8Array(length * 3).fill(length),
    );
    for (const bytes of random) {
      expect(outcome(bytes, [])).toBeTypeOf("string");
    }
  });
});
