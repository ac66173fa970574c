import { describe, expect, it } from "vitest";
import { fromBase64url, fromHex, hex } from "../../../src/core/bytes";
import { decodeObject, KIND } from "../../../src/core/object";
import { judge } from "../../../src/core/trust/authority";
import { checksFor, UNLIMITED } from "../../../src/core/trust/evidence";
import { evaluate, type Standing } from "../../../src/core/trust/membership";
import { vectors } from "../../vectors";

interface Case {
  readonly community: string;
  readonly pinned: readonly string[];
  readonly objects: readonly string[];
  readonly standing: { readonly recognised: readonly string[] };
  readonly may_say: Readonly<Record<string, boolean>>;
}

const { cases } = vectors<{ cases: Record<string, Case> }>("membership.json");
const decoded = (encoded: string) => decodeObject(fromBase64url(encoded));

/** What vectors say of a standing, of ours. */
function described(standing: Standing) {
  const sorted = <T>(map: ReadonlyMap<string, T>) =>
    [...map].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    charters: standing.charters.map((one) => one.said.id),
    complete_min: standing.charters.map((one) => one.completeMin),
    identities: Object.fromEntries(
      sorted(standing.identities).map(([name, one]) => [
        name,
        {
          key: one.key,
          class: one.class,
          name: one.name,
          expires_min: one.expiresMin,
          is_steward: one.isSteward,
          is_full: one.isFull,
          is_revoked: one.isRevoked,
        },
      ]),
    ),
    signers: Object.fromEntries(
      sorted(standing.signers).map(([name, some]) => [
        name,
        some.map((one) => ({
          key: one.key,
          identity: one.identity.fingerprint,
          last: one.last === UNLIMITED ? null : one.last,
          is_device: one.isDevice,
        })),
      ]),
    ),
    grants: Object.fromEntries(
      sorted(standing.grants).map(([name, some]) => [
        name,
        some.map((one) => ({
          role: one.role,
          created_min: one.createdMin,
          expires_min: one.expiresMin,
          cuts: one.cuts && Object.fromEntries(one.cuts),
        })),
      ]),
    ),
    recognised: [...standing.recognised].map((id) => id.slice(0, 8)).sort(),
  };
}

describe.each(Object.entries(cases))("%s", (_, one) => {
  const community = fromHex(one.community);
  const checks = checksFor(community);
  const pinned = one.pinned.map(decoded);
  const objects = one.objects.map(decoded);

  it("has the members, keys and roles that a node finds, in any order", () => {
    for (const some of [objects, [...objects].reverse()]) {
      const standing = evaluate(community, pinned, some, checks);
      expect(standing && described(standing)).toEqual(one.standing);
    }
  });

  it("lets those say something whom a node lets", () => {
    const standing = evaluate(community, pinned, objects, checks);
    const said = objects.filter((thing) => thing.kind === KIND.bulletin);
    const verdicts = said.map((thing) => [
      hex(thing.id),
      "author" in judge(standing as Standing, thing, checks),
    ]);
    expect(Object.fromEntries(verdicts)).toEqual(one.may_say);
  });
});

describe("a set of objects", () => {
  it("without a charter says nothing, and what cannot be read is no evidence", () => {
    const [one] = Object.values(cases) as [Case];
    const community = fromHex(one.community);
    const check = checksFor(community);
    expect(evaluate(community, [], [], check)).toBeNull();
    const objects = one.objects.map(decoded);
    const cut = objects.map((thing) => ({ ...thing, body: thing.body.subarray(1) }));
    const damaged = cut.map((thing, at) => ({ ...thing, id: Uint8Array.of(at) }));
    const standing = evaluate(community, objects.slice(0, 1), [...objects, ...damaged], check);
    expect(standing && described(standing).recognised).toEqual(one.standing.recognised);
  });
});
