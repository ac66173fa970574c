/** Documents of bulletins, and of what moderation says about anything. Fields as in OpenAPI. */

export type Severity = "info" | "minor" | "severe" | "extreme";

/** One act of moderation that counts. */
export interface Notice {
  readonly id: string;
  readonly act: "hide" | "label" | "correct" | "restore" | "erase";
  readonly reason: string;
  readonly text: string | null;
  readonly by: string;
  readonly by_name: string;
  readonly created: string;
}

/** From which official source an alert is. */
export interface Provenance {
  readonly source: string;
  readonly issued: string;
  readonly state: string;
  readonly onset: string | null;
  readonly ends: string | null;
}

export interface Bulletin {
  readonly id: string;
  readonly root: string;
  readonly kind: "bulletin" | "drill" | "alert";
  readonly is_update: boolean;
  readonly is_drill: boolean;
  readonly author: string;
  readonly author_fingerprint: string | null;
  readonly author_name: string | null;
  readonly author_class: string | null;
  readonly author_roles: readonly string[];
  readonly title: string | null;
  readonly text: string;
  readonly template: FilledTemplate | null;
  readonly category: string;
  readonly severity: Severity;
  readonly provenance: Provenance | null;
  readonly passed_on_by: readonly string[];
  readonly notices: readonly Notice[];
  readonly created: string;
  readonly age_s: number | null;
  readonly expires: string;
  readonly expires_in_s: number;
}

/** A template in a bulletin; null where only later versions know it. Moments are ISO 8601. */
export interface FilledTemplate {
  readonly number: number;
  readonly id: string | null;
  readonly parameters: Readonly<Record<string, string | number>> | null;
}

export interface Bulletins {
  readonly total: number;
  readonly bulletins: readonly Bulletin[];
}

/** A piece of a snippet. */
export interface Part {
  readonly text: string;
  readonly is_match: boolean;
}

/** One thing that a search found. */
export interface Find {
  readonly id: string;
  readonly root: string;
  readonly kind: string;
  readonly is_drill: boolean;
  readonly title: string | null;
  readonly parts: readonly Part[];
  readonly place: string | null;
  readonly severity: Severity | null;
  readonly author: string;
  readonly author_name: string | null;
  readonly notices: readonly Notice[];
  readonly age_s: number | null;
  readonly expires_in_s: number;
}

export interface Finds {
  readonly total: number;
  readonly missing: number | null;
  readonly finds: readonly Find[];
}
