import { describe, expect, it } from "vitest";
import { fromHex, hex } from "../../src/core/bytes";
import { signingKey } from "../../src/core/keys";
import {
  CLASSES,
  certificateBody,
  deviceBody,
  type IdentityClass,
  provenDevice,
  REVOCATION_REASONS,
  type RevocationReason,
  revocationBody,
} from "../../src/person/vouching";
import { cleanName } from "../../src/private/names";
import { vectors } from "../vectors";

interface ObjectVector {
  readonly name: string;
  readonly kind: number;
  readonly body: string;
  readonly signer: string;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has fields of its own.
  readonly fields: Record<string, any>;
}

interface Vectors {
  readonly community: string;
  readonly keys: Record<string, { readonly seed: string; readonly public_key: string }>;
  readonly objects: readonly ObjectVector[];
}

const { community, keys, objects } = vectors<Vectors>("objects.json");

function named(beginning: string): [string, ObjectVector][] {
  return objects.filter((one) => one.name.startsWith(beginning)).map((one) => [one.name, one]);
}

describe("what makes keys count", () => {
  it.each(named("certificate"))("has the vector's bytes: %s", (_, { body, fields }) => {
    const kind = CLASSES[fields.identity_class] as IdentityClass;
    expect(hex(certificateBody(kind, fromHex(fields.public_key), fields.name))).toBe(body);
  });

  it.each(named("revocation").filter(([, one]) => !one.fields.role))(
    "has the vector's bytes: %s",
    (_, { body, fields }) => {
      const reason = REVOCATION_REASONS[fields.reason] as RevocationReason;
      const cuts = (fields.cuts as { key: string; sequence: number }[]).map((one) => ({
        key: fromHex(one.key),
        sequence: one.sequence,
      }));
      expect(hex(revocationBody(reason, fromHex(fields.subject), cuts))).toBe(body);
    },
  );

  it.each(named("device"))("has the vector's bytes: %s", (_, { body, signer }) => {
    const identity = fromHex((keys[signer] as { public_key: string }).public_key);
    const key = provenDevice(fromHex(body), identity, fromHex(community));
    const device = Object.values(keys).find((one) => one.public_key === hex(key));
    const made = deviceBody(signingKey(fromHex(device?.seed ?? "")), identity, fromHex(community));
    expect(hex(made)).toBe(body);
    expect(() => provenDevice(fromHex(body), key, fromHex(community))).toThrow("agree");
  });

  it("cleans names as the Python device does", () => {
    expect(cleanName(" A\u0308nne \n\u202e Groß\t")).toBe("Änne Groß");
    expect(cleanName("\u202e")).toBe("");
  });
});
