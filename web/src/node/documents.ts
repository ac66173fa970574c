/** What the node answers, as far as several parts of the app read it. The OpenAPI document has all. */

/** `GET /challenge`. */
export interface ChallengeDocument {
  readonly challenge: string;
  readonly node: { readonly key: string; readonly name: string };
}

/** `GET /community`. */
export interface CommunityDocument {
  readonly id: string;
  readonly name: string;
  /** To be written on what is signed now. */
  readonly minute: number;
  readonly clock_known: boolean;
  readonly node: { readonly key: string; readonly name: string };
}

/** A key that signs, or signed, for a member. */
export interface MemberKeyDocument {
  readonly key: string;
  readonly key_id: string;
  readonly is_device: boolean;
  /** The last number that counts; null: all do, the key was not revoked. */
  readonly last: number | null;
  readonly last_sequence: number;
}

/** One of `GET /members`. */
export interface MemberDocument {
  readonly fingerprint: string;
  readonly key: string;
  readonly class: "person" | "organisation" | "node";
  readonly name: string;
  readonly shown_name: string;
  readonly is_steward: boolean;
  readonly is_full: boolean;
  readonly is_revoked: boolean;
  readonly expires: string | null;
  readonly roles: readonly {
    readonly role: string;
    readonly until: string;
    readonly place: string | null;
  }[];
  readonly keys: readonly MemberKeyDocument[];
}

/** One of `GET /candidates`. */
export interface CandidateDocument {
  readonly fingerprint: string;
  readonly key: string;
  readonly name: string;
  readonly vouched_by: readonly string[];
}

/** `GET /status`, as everybody may read it. */
export interface StatusDocument {
  readonly name: string;
  readonly community: string;
  readonly version: string;
  readonly members: number;
  readonly neighbours: readonly {
    readonly name: string | null;
    readonly link: string;
    readonly last_contact_s: number | null;
  }[];
  readonly clock: { readonly quality: string; readonly now: string };
}
