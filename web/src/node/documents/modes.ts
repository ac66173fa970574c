/** How the neighbourhood fares, who says so, and what is proposed (`calls_schemas.py`). */

export type Mode = "normal" | "disrupted" | "outage" | "recovery";

export interface ModeProposal {
  readonly id: string;
  readonly mode: Mode;
  readonly mode_words: string;
  readonly is_drill: boolean;
  readonly reason: string | null;
  /** Who proposed it, then who confirmed it. */
  readonly supporters: readonly {
    readonly fingerprint: string;
    readonly name: string;
    readonly since: string;
  }[];
  readonly needed: number;
  readonly is_confirmed: boolean;
  readonly is_in_force: boolean;
  readonly created: string;
  readonly until: string;
}

/** What a mode changes; the last three are how long things live if their author says nothing. */
export interface ModeEffects {
  readonly level_s_min: number;
  readonly bulletin_s: number;
  readonly ok_s: number;
  readonly call_s: number;
  readonly sections: readonly string[];
}

export interface ModeState {
  readonly mode: Mode;
  readonly mode_words: string;
  readonly by: ModeProposal | null;
  readonly drill: ModeProposal | null;
  readonly effects: ModeEffects;
  readonly proposals: readonly ModeProposal[];
}
