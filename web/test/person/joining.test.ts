import { describe, expect, it } from "vitest";
import { fromHex, hex } from "../../src/core/bytes";
import { signingKey } from "../../src/core/keys";
import { decodeObject, isSignedBy } from "../../src/core/object";
import { admission, codeOf, commitmentOf } from "../../src/person/joining";
import { vectors } from "../vectors";

/** The example in docs/spec/api.md section 4. */
const KEY = fromHex("4cb9c28baffe347a9b0bd637676b3314ce9ea9545d24013c74cd8f1a3fa09666");
const RANDOM = fromHex("000102030405060708090a0b0c0d0e0f");
const NONCE = fromHex("101112131415161718191a1b1c1d1e1f");
const NODE = fromHex("45bc3e3f145926e6179bc3f4eb610e8889fb7432228afd15974c2a906508066a");

interface Vectors {
  readonly community: string;
  readonly keys: Record<string, { readonly seed: string; readonly public_key: string }>;
  readonly objects: readonly { readonly name: string; readonly encoded: string }[];
}

const { community, keys, objects } = vectors<Vectors>("objects.json");

function known(name: string) {
  return decodeObject(fromHex(objects.find((one) => one.name === name)?.encoded ?? ""));
}

describe("joining by a spoken code", () => {
  it("commits and computes as the specification's example", () => {
    expect(hex(commitmentOf(KEY, RANDOM, "Änne"))).toBe(
      "c8f69aa64bdc290b25f8dd5d45c89d80cd67b72e0622310864c12da9ac2edc91",
    );
    expect(codeOf(KEY, RANDOM, NONCE, NODE)).toBe("095315");
  });
});

describe("joining by an invitation", () => {
  const invitation = known("invitation");
  const key = signingKey(fromHex(keys.invitation?.seed ?? ""));
  const somebody = { publicKey: KEY, name: "Änne" };

  it("is for whom it says", () => {
    const now = { id: community, minute: invitation.createdMin };
    expect(() => admission(key, invitation, somebody, now)).toThrow("not for people");
  });

  it("makes a certificate that names the invitation, as long as it is not over", () => {
    const body = invitation.body.slice();
    body[35] = 0;
    const forPeople = { ...invitation, body };
    const now = { id: community, minute: 5 };
    const made = admission(key, forPeople, somebody, now);
    expect(isSignedBy(made, key.publicKey, fromHex(community))).toBe(true);
    expect(made.parent).toEqual(invitation.id.slice(0, 4));
    expect(made.createdMin).toBe(invitation.createdMin);
    const late = { id: community, minute: 2 ** 24 - 1 };
    expect(() => admission(key, forPeople, somebody, late)).toThrow("over");
  });
});
