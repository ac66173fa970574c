/** Documents of the node itself and of how the neighbourhood fares. */

/** Another node that this one has heard. */
export interface Neighbour {
  readonly name: string | null;
  readonly link: string;
  readonly last_contact_s: number;
}

/** @schema Status.clock */
export interface Clock {
  readonly quality: string;
  readonly now: string;
}

export interface Status {
  readonly name: string;
  readonly community: string;
  readonly version: string;
  readonly neighbours: readonly Neighbour[];
  readonly clock: Clock;
}

/** @schema ModeProposal.supporters */
export interface Supporter {
  readonly fingerprint: string;
  readonly name: string;
  readonly since: string;
}

export interface ModeProposal {
  readonly id: string;
  readonly mode: string;
  readonly mode_words: string;
  readonly is_drill: boolean;
  readonly reason: string | null;
  readonly supporters: readonly Supporter[];
  readonly created: string;
  readonly until: string;
}

export interface ModeState {
  readonly mode: "normal" | "disrupted" | "outage" | "recovery";
  readonly mode_words: string;
  readonly by: ModeProposal | null;
  readonly drill: ModeProposal | null;
}
