/** Documents of what a node carries for people: members' devices, sealed messages, circles. */

import type { Member } from "./people";

/** @schema Member.prekeys */
export interface AnnouncedPrekey {
  readonly key_id: string;
  readonly encoded: string;
}

/** @schema Member */
export interface Correspondent extends Member {
  readonly prekeys: readonly AnnouncedPrekey[];
}

export interface SealedMessage {
  readonly id: string;
  readonly encoded: string;
}

export interface SealedMessages {
  readonly sealed: readonly SealedMessage[];
  readonly complete: boolean;
}

/** @schema Whereabouts.nodes */
export interface NodeWhereabouts {
  readonly node: string;
  readonly name: string | null;
  readonly state: "holds" | "lacks" | "unknown";
  readonly last_contact_s: number;
}

export interface Whereabouts {
  readonly id: string;
  readonly nodes: readonly NodeWhereabouts[];
}

/** @schema Circle */
export interface CircleListing {
  readonly circle: string;
  readonly name: string;
  readonly policy: "open" | "closed";
  readonly history: boolean;
  readonly founder: string | null;
  readonly founder_name: string | null;
}

export interface Circles {
  readonly circles: readonly CircleListing[];
}

/** @schema Members */
export interface Correspondents {
  readonly members: readonly Correspondent[];
}
