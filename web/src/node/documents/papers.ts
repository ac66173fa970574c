/** Documents that let a phone check by itself who signed something. Fields as in OpenAPI. */

export interface Papers {
  readonly id: string;
  readonly encoded: string;
  readonly notices: readonly string[];
  readonly vouchers: readonly string[];
}

/** @schema Community.charter.stewards */
export interface CharterSteward {
  readonly fingerprint: string;
  readonly key: string;
  readonly name: string | null;
}

/** @schema Community.charter */
export interface CommunityCharter {
  readonly number: number;
  readonly stewards: readonly CharterSteward[];
}

/** @schema Community.node */
export interface CommunityNode {
  readonly key: string;
  readonly name: string;
}

export interface Community {
  readonly id: string;
  readonly name: string;
  readonly charter: CommunityCharter;
  readonly minute: number;
  readonly clock_known: boolean;
  readonly node: CommunityNode;
}

/** Every object from which it follows who is who; `objects` is null where they were known. */
export interface Grounds {
  readonly community: string;
  readonly minute: number | null;
  readonly digest: string;
  readonly pinned: string;
  readonly charter: string;
  readonly objects: readonly string[] | null;
}
