/** Documents of meet-ups and slots as the board shows them; claims on them are in `capacity`. */

import type { Notice } from "./bulletins";
import type { SellingNode } from "./capacity";

/** One of its times, with what is free as this node knows it. @schema BookableThing.slots */
export interface BookableSlot {
  readonly slot: number;
  readonly starts: string;
  readonly ends: string;
  readonly sold: number | null;
  readonly free: number | null;
  readonly free_here: number | null;
}

export interface BookableThing {
  readonly id: string;
  readonly root: string;
  readonly kind: "slots" | "meetup";
  readonly sort: string;
  readonly sort_words: string;
  readonly title: string | null;
  readonly where: string | null;
  readonly text: string | null;
  readonly place: string | null;
  readonly is_rightful: boolean;
  readonly author: string;
  readonly author_fingerprint: string | null;
  readonly author_name: string | null;
  readonly notices: readonly Notice[];
  readonly created: string;
  readonly expires: string;
  readonly starts: string;
  readonly closes: string;
  readonly length_s: number;
  readonly interval_s: number;
  readonly capacity: number | null;
  readonly claim_max: number | null;
  readonly is_automatic: boolean | null;
  readonly authority: SellingNode | null;
  readonly signed_up: number;
  readonly slots: readonly BookableSlot[];
}

export interface BookableThings {
  readonly things: readonly BookableThing[];
}

export interface WholeBookableThing extends BookableThing {
  readonly encoded: string;
}
