/** Documents about what is one's own, as far as Now and Me show it. Fields as in OpenAPI. */

/** @schema CallHolder */
export interface TakenBy {
  readonly fingerprint: string;
  readonly name: string;
  readonly since: string;
  readonly on_the_way_since: string | null;
}

/** @schema TriageAct */
export interface EndedBy {
  readonly by_name: string;
  readonly act_words: string;
  readonly created: string;
}

/** @schema CheckIn */
export interface OwnCheckIn {
  readonly id: string;
  readonly author_fingerprint: string | null;
  readonly who: string;
  readonly state: "ok" | "help" | "urgent";
  readonly state_words: string;
  readonly holders: readonly TakenBy[];
  readonly closed: EndedBy | null;
}

/** @schema CheckIns */
export interface OwnCheckIns {
  readonly checkins: readonly OwnCheckIn[];
}

/** What the node holds by somebody or about them. */
export interface Belonging {
  readonly id: string;
  readonly kind: string;
  readonly is_own: boolean;
  readonly created: string;
  readonly expires: string;
  readonly bytes: number;
}

/** @schema Me.member */
export interface OwnMember {
  readonly name: string;
  readonly expires: string | null;
}

/** What the node holds about the person of a paired phone. */
export interface Me {
  readonly key: string;
  readonly paired: string;
  readonly seen: string;
  readonly member: OwnMember | null;
  readonly total: number;
  readonly objects: readonly Belonging[];
}
