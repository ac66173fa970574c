/** Documents of the community, of who belongs, and of what the node holds about this phone. */

/** @schema Community.node */
export interface NodeName {
  readonly key: string;
  readonly name: string;
}

export interface Community {
  readonly id: string;
  readonly name: string;
  /** To be written on what is signed now. */
  readonly minute: number;
  readonly clock_known: boolean;
  readonly node: NodeName;
}

/** A key that signs, or signed, for a member. */
export interface MemberKey {
  readonly key: string;
  readonly key_id: string;
  readonly is_device: boolean;
  /** The last number that counts; null: all do, the key was not revoked. */
  readonly last: number | null;
  readonly last_sequence: number;
}

/** @schema Member.roles */
export interface HeldRole {
  readonly role: string;
  readonly until: string;
  readonly place: string | null;
}

export interface Member {
  readonly fingerprint: string;
  readonly key: string;
  readonly class: "person" | "organisation" | "node";
  readonly name: string;
  readonly shown_name: string;
  readonly is_steward: boolean;
  readonly is_full: boolean;
  readonly is_revoked: boolean;
  readonly expires: string | null;
  readonly roles: readonly HeldRole[];
  readonly keys: readonly MemberKey[];
}

export interface Members {
  readonly members: readonly Member[];
}

/** Somebody for whom not enough members speak yet. */
export interface Candidate {
  readonly fingerprint: string;
  readonly key: string;
  readonly name: string;
  readonly vouched_by: readonly string[];
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
}

/** Who said six digits to a member. */
export interface Newcomer {
  readonly name: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly devices: readonly string[];
}
