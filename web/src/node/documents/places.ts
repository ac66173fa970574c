/** Places, how full they are and what is usual there, as the node says it (`places_schemas.py`). */

export type Level = "empty" | "some" | "full" | "closed";
/** How sure the node is of what was said last (docs/spec/places.md section 3.2). */
export type LevelState = "known" | "doubtful" | "stale" | "unknown";
export type Source = "person" | "counter" | "estimate";
export type SaidAs = "host" | "resident" | "counter";
export type Trend = "rising" | "falling" | "steady";

/** The categories of the specification; a node may know more. */
export const PLACE_CATEGORIES = [
  "hall",
  "water",
  "power",
  "warm-room",
  "shelter",
  "food",
  "shop",
  "pharmacy",
  "first-aid",
  "park",
  "restaurant",
  "bus-stop",
  "library",
  "workshop",
  "playground",
  "other",
] as const;

export interface Contradiction {
  readonly level: Level | null;
  readonly people: number | null;
  readonly said_by: string;
  readonly said_as: SaidAs;
  readonly said: string;
}

/** How full a place is; `words` says it all in the reader's language. */
export interface Crowding {
  readonly state: LevelState;
  readonly level: Level | null;
  readonly people: number | null;
  readonly source: Source | null;
  readonly said_by: string | null;
  readonly said_as: SaidAs | null;
  readonly said: string | null;
  readonly age_s: number | null;
  /** 0..100. */
  readonly confidence: number;
  readonly contradiction: Contradiction | null;
  readonly trend: Trend | null;
  readonly words: string;
}

/** When it is worth going; `words` says so, also that nothing is known. */
export interface BestTime {
  readonly is_known: boolean;
  readonly from: string | null;
  readonly to: string | null;
  readonly percent: number | null;
  readonly is_quiet: boolean | null;
  readonly words: string;
}

/** When it is open. @schema LocalPlace.opening */
export interface Opening {
  readonly is_always: boolean;
  /** For each day from Monday on, from when to when in local time. */
  readonly week: readonly (readonly (readonly [string, string])[])[] | null;
  readonly words: string | null;
  readonly remark: string | null;
}

/** Rounded to about 100 m before it was signed. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
  readonly precision_m: number;
}

/** A place and how full it is. @schema LocalPlace */
export interface Place {
  readonly id: string;
  readonly root: string;
  readonly category: string;
  readonly category_words: string;
  readonly name: string;
  readonly address: string | null;
  readonly contact: string | null;
  readonly on_behalf_of: string | null;
  readonly text: string | null;
  readonly opening: Opening | null;
  /** Null where no hours are said, or the node does not know the time. */
  readonly is_open: boolean | null;
  readonly capacity: number | null;
  readonly position: Position | null;
  readonly is_step_free: boolean | null;
  readonly author_fingerprint: string | null;
  readonly author_name: string | null;
  readonly hosts: readonly string[];
  readonly created: string;
  readonly expires: string;
  readonly crowding: Crowding;
  readonly best_time: BestTime;
}

export interface Places {
  readonly places: readonly Place[];
}

/** One word about a place that is still held. */
export interface Said {
  readonly id: string;
  readonly key: string;
  readonly level: Level | null;
  readonly people: number | null;
  readonly source: Source;
  readonly said_by: string;
  readonly said_as: SaidAs;
  readonly said: string;
  readonly age_s: number;
  readonly expires: string;
}

/** How full each hour of the week usually is, Monday first; null is not known. */
export interface Pattern {
  readonly known_hours: number;
  readonly week: readonly (readonly (number | null)[])[];
}

export interface WholePlace extends Place {
  readonly levels: readonly Said[];
  readonly pattern: Pattern;
  /** The newest version, as signed: base64url. */
  readonly encoded: string;
}
