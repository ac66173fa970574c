/**
 * Which charter is in force, which of its stewards stand, and what counts as a steward's act.
 *
 * Not for: members (`membership`). meshnode/board/trust/charters.py does the same; shared vectors say so.
 * Source: docs/spec/trust.md sections 2 and 4.
 */

import { type CharterFields, charterHash, communityOf } from "../bodies/charter";
import { equal, hex } from "../bytes";
import {
  type Cuts,
  cutsOf,
  type Evidence,
  idOf,
  least,
  order,
  printOf,
  put,
  type Said,
} from "./evidence";

/** A charter, and since when it has had enough signatures, by what they say themselves. */
export interface Charter {
  readonly said: Said<CharterFields>;
  readonly completeMin: number;
}

/** A steward revokes another one. */
interface Accusation {
  readonly accuser: string;
  readonly accused: string;
  readonly said: Said<unknown>;
  readonly cuts: Cuts;
}

interface ActingKey {
  readonly key: string;
  readonly steward: string;
  readonly last: number;
}

/** The stewards of one charter: who stands, and which objects are their acts. */
export class Stewardship {
  readonly charter: CharterFields;
  /** Their keys by fingerprint, in rank order. */
  readonly stewards: ReadonlyMap<string, string>;
  readonly fallen: ReadonlyMap<string, Cuts>;
  readonly #evidence: Evidence;
  #keys = new Map<string, ActingKey[]>();

  constructor(charter: CharterFields, evidence: Evidence) {
    this.charter = charter;
    this.#evidence = evidence;
    const keys = charter.stewards.map(hex);
    this.stewards = new Map(keys.map((key) => [printOf(key), key]));
    this.#takeKeys(new Map());
    this.fallen = this.#fallenByOthers(this.#fallenByThemselves());
    this.#keys = new Map();
    this.#takeKeys(this.fallen);
    for (const { publicKey, sequence } of charter.kept) {
      const key = hex(publicKey);
      put(this.#keys, idOf(key), { key, steward: printOf(key), last: sequence });
    }
  }

  /** Returns whose act an object is; null: no steward's, or after the steward fell. */
  stewardOf({ thing, author }: Said<unknown>): string | null {
    const found = this.#keys
      .get(author)
      ?.find(
        ({ key, last }) => thing.sequence <= last && this.#evidence.checks.isSigned(thing, key),
      );
    return found?.steward ?? null;
  }

  #takeKeys(fallen: ReadonlyMap<string, Cuts>): void {
    for (const [steward, own] of this.stewards) {
      for (const { key, last } of this.#evidence.keysOf(own, fallen.get(steward) ?? null, null)) {
        put(this.#keys, idOf(key), { key, steward, last });
      }
    }
  }

  /** Returns the stewards whose own key says that it does not count any more. */
  #fallenByThemselves(): Map<string, Cuts> {
    const fallen = new Map<string, Cuts>();
    for (const [name, key] of this.stewards) {
      const own = this.#evidence.revoking(name).filter((one) => this.#evidence.isBy(one, key));
      for (const { id } of own) {
        this.#evidence.recognised.add(id);
      }
      if (own.length > 0) {
        fallen.set(name, least(own.map((one) => cutsOf(one.fields))));
      }
    }
    return fallen;
  }

  /**
   * Returns the stewards who fell, and what stays of their acts: whoever most others accuse falls
   * first, ties together; what an accuser signed after it fell counts no more for who is next.
   */
  #fallenByOthers(fallen: Map<string, Cuts>): ReadonlyMap<string, Cuts> {
    const accusations = this.#accusations();
    const needed = Math.max(1, this.charter.threshold - 1);
    for (;;) {
      const against = new Map<string, Accusation[]>();
      for (const one of accusations) {
        if (!fallen.has(one.accused) && counts(one, fallen)) {
          put(against, one.accused, one);
        }
      }
      const accusers = (some: readonly Accusation[]) =>
        new Set(some.map((one) => one.accuser)).size;
      const most = Math.max(0, ...[...against.values()].map(accusers));
      if (most < needed) {
        return fallen;
      }
      for (const [accused, some] of against) {
        if (accusers(some) === most) {
          fallen.set(accused, least(some.map((one) => one.cuts)));
        }
      }
    }
  }

  #accusations(): readonly Accusation[] {
    return [...this.stewards.keys()].flatMap((accused) =>
      this.#evidence.revoking(accused).flatMap((said) => {
        const accuser = this.stewardOf(said);
        if (accuser === null || accuser === accused) {
          return [];
        }
        this.#evidence.recognised.add(said.id);
        return [{ accuser, accused, said, cuts: cutsOf(said.fields) }];
      }),
    );
  }
}

/**
 * Returns the charters that led here, the last one in force, and its stewards; null: none is known.
 *
 * `pinned` are the ids of charters that are trusted whatever arrives; the last of them begins the
 * chain. Without any, the charter that gave the community its id does.
 */
export function chartersInForce(
  pinned: ReadonlySet<string>,
  evidence: Evidence,
): { readonly chain: readonly Charter[]; readonly stewardship: Stewardship } | null {
  const charters = evidence.charters.map((said) => ({ said, completeMin: said.thing.createdMin }));
  const trusted = charters.filter(({ said }) => pinned.has(said.id));
  const founding = charters.filter(
    ({ said }) =>
      said.fields.number === 0 && equal(communityOf(said.thing.body), evidence.community),
  );
  const [first] = (trusted.length > 0 ? trusted : founding).sort(
    (one, other) =>
      other.said.fields.number - one.said.fields.number || order(other.said, one.said),
  );
  if (first === undefined) {
    return null;
  }
  const chain: Charter[] = [first];
  for (let last: Charter = first; ; ) {
    evidence.recognised.add(last.said.id);
    const stewardship = new Stewardship(last.said.fields, evidence);
    const before = last;
    const followers = charters.filter((one) => follows(one, before));
    const chosen = chosenOf(stewardship, followers, evidence);
    if (chosen === null) {
      return { chain, stewardship };
    }
    last = { ...chosen, completeMin: Math.max(chosen.completeMin, last.completeMin) };
    chain.push(last);
  }
}

function follows({ said }: Charter, { said: last }: Charter): boolean {
  const { number, previous } = said.fields;
  const isNext = number === last.fields.number + 1;
  return isNext && previous !== null && equal(previous, charterHash(last.thing.body));
}

/** Returns the follower that enough stewards sign: the highest ranks, then the lowest id. */
function chosenOf(
  stewardship: Stewardship,
  followers: readonly Charter[],
  evidence: Evidence,
): Charter | null {
  const ranks = new Map([...stewardship.stewards.keys()].map((name, rank) => [name, rank]));
  const { threshold } = stewardship.charter;
  const rankOf = (said: Said<unknown>) => ranks.get(stewardship.stewardOf(said) ?? "");
  const complete = followers.flatMap(({ said }) => {
    if (rankOf(said) === undefined) {
      // Also with enough endorsements: a node that meets it after its author fell takes it not.
      return [];
    }
    const signedMin = new Map<number, number>();
    for (const one of [said, ...evidence.endorsementsOf(said.id)]) {
      const rank = rankOf(one);
      if (rank !== undefined) {
        evidence.recognised.add(one.id);
        signedMin.set(rank, Math.min(one.thing.createdMin, signedMin.get(rank) ?? Infinity));
      }
    }
    if (signedMin.size < threshold) {
      return [];
    }
    const completeMin = rising([...signedMin.values()])[threshold - 1] as number;
    return [{ said, completeMin, ranks: rising([...signedMin.keys()]).slice(0, threshold) }];
  });
  complete.sort(
    (one, other) => firstDifference(one.ranks, other.ranks) || order(one.said, other.said),
  );
  return complete[0] ?? null;
}

function rising(numbers: readonly number[]): number[] {
  return [...numbers].sort((one, other) => one - other);
}

function firstDifference(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((rank, index) => rank !== other[index]);
  return at < 0 ? 0 : (one[at] as number) - (other[at] as number);
}

function counts({ accuser, said }: Accusation, fallen: ReadonlyMap<string, Cuts>): boolean {
  const cuts = fallen.get(accuser);
  return cuts === undefined || said.thing.sequence <= (cuts.get(said.author) ?? 0);
}
