/**
 * A node as the carrier of a person's messages, over HTTP.
 *
 * Not for: what is carried. Invariants: nothing but sealed bodies and signed objects goes out; what
 * the node will not take is `CarryRefused`, what keeps us from asking is what `NodeClient` throws or
 * `NotNow`; nobody is written to, or read as, but by keys that this phone could prove to be theirs.
 */

import { base64url, equal, fromBase64url } from "../core/bytes";
import { PeerError } from "../core/errors";
import { decodeObject, type SignedObject } from "../core/object";
import {
  type Carrier,
  CarryRefused,
  type Listing,
  NotNow,
  type Page,
  type Place,
} from "../private/carrier";
import { type Contact, type Roster, rosterAt, rosterOf } from "../private/roster";
import { type NodeClient, Refused } from "./client";
import type { Community } from "./documents/people";
import type {
  Circles,
  Correspondent,
  Correspondents,
  SealedMessage,
  SealedMessages,
  Whereabouts,
} from "./documents/sealed";

/** What will not change by asking again at once; all else passes. */
const REFUSALS = ["refused", "limit", "not_allowed", "too_large", "bad_request", "conflict"];
/** The list of members is the largest answer of all, and changes rarely. */
const ROSTER_KEPT_MIN = 5;
const MINUTE_S = 60;

/** What this phone can prove about people (`person/trust`). */
export interface Vouching {
  /** Asks the node for proofs anew. Throws as `NodeClient`, and `PeerError` for bad ones. */
  look(node: NodeClient): Promise<void>;
  /** Returns the keys that sign for somebody, in hex; null while nothing is known of anybody. */
  keysOf(fingerprint: string): ReadonlySet<string> | null;
  /** Returns the name by which others vouch for somebody; null: it is not known. */
  nameOf(fingerprint: string): string | null;
}

/** The node at which somebody of a community is paired. */
export class NodeCarrier implements Carrier {
  readonly #client: NodeClient;
  readonly #community: string;
  readonly #vouching: Vouching;
  #roster: Roster | null = null;
  /** How often the roster was to be forgotten: what was asked for before that is old when it comes. */
  #forgotten = 0;
  #sequences: ReadonlyMap<string, number> = new Map();
  #minute = 0;

  /** `community` is the id of the community for which the phone seals, in hex. */
  constructor(client: NodeClient, community: string, vouching: Vouching) {
    this.#client = client;
    this.#vouching = vouching;
    this.#community = community;
  }

  /** Asks for the members anew at the next meeting. */
  forgetRoster(): void {
    this.#roster = null;
    this.#forgotten += 1;
  }

  /** Returns the highest sequence number of a device that the node holds. */
  lastSequence(device: string): number {
    return this.#sequences.get(device) ?? 0;
  }

  async roster(): Promise<Roster> {
    const { id, clock_known, minute } = await this.#client.get<Community>("/community");
    if (id !== this.#community || !clock_known) {
      throw new NotNow(id === this.#community ? "clock" : "community");
    }
    this.#minute = minute;
    const known = this.#roster;
    const isFresh = known !== null && Math.abs(minute - known.minute) < ROSTER_KEPT_MIN;
    if (isFresh) {
      return rosterAt(known, minute);
    }
    const forgotten = this.#forgotten;
    const { members } = await this.#client.get<Correspondents>("/members");
    this.#sequences = sequencesOf(members);
    await this.#proveAnew();
    const contacts = members.flatMap((one) => contactsOf(one, this.#vouching));
    const roster = rosterOf(minute, contacts);
    this.#roster = forgotten === this.#forgotten ? roster : null;
    return roster;
  }

  async sealedAfter(after: string | null): Promise<Page> {
    const query = after === null ? {} : { after };
    const { sealed, complete } = await this.#client.get<SealedMessages>("/sealed", query);
    return { sealed: sealed.flatMap(({ encoded }) => objectsIn(encoded)), isComplete: complete };
  }

  async carry(body: Uint8Array, minutes: number): Promise<SignedObject> {
    const wanted = { body: base64url(body), expires_in_s: minutes * MINUTE_S };
    const { encoded } = await this.#post<SealedMessage>("/sealed", wanted);
    const thing = decodeObject(fromBase64url(encoded));
    if (!equal(thing.body, body)) {
      throw new PeerError("bad_answer", "the node carries something else");
    }
    return thing;
  }

  async publish(encoded: Uint8Array): Promise<void> {
    await this.#post("/objects", { objects: [base64url(encoded)] });
  }

  async placesOf(id: string): Promise<readonly Place[] | null> {
    try {
      const { nodes } = await this.#client.get<Whereabouts>(`/objects/${id}/whereabouts`);
      return nodes.map(({ name, node, state, last_contact_s }) => ({
        name: name ?? node,
        hasIt: state === "unknown" ? null : state === "holds",
        lastContactMin: this.#minute - Math.floor(last_contact_s / MINUTE_S),
      }));
    } catch (error) {
      if (error instanceof Refused && error.code === "not_found") {
        return null;
      }
      throw error;
    }
  }

  async listings(): Promise<readonly Listing[]> {
    const { circles } = await this.#client.get<Circles>("/circles");
    return circles.flatMap(({ circle, name, policy, history, founder, founder_name }) =>
      founder === null
        ? []
        : [
            {
              circle,
              name,
              founder,
              founderName: founder_name ?? founder.slice(0, 8),
              isOpen: policy === "open",
              hasHistory: history,
            },
          ],
    );
  }

  /** What the node does not prove, or will not, changes nothing of what is known already. */
  async #proveAnew(): Promise<void> {
    try {
      await this.#vouching.look(this.#client);
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof PeerError)) {
        throw error;
      }
    }
  }

  async #post<T>(path: string, document: unknown): Promise<T> {
    try {
      return await this.#client.post<T>(path, document);
    } catch (error) {
      if (error instanceof Refused && REFUSALS.includes(error.code)) {
        throw new CarryRefused({ reason: error.reason ?? error.code, message: error.message });
      }
      throw error;
    }
  }
}

function sequencesOf(members: readonly Correspondent[]): Map<string, number> {
  const keys = members.flatMap((one) => one.keys);
  return new Map(keys.map((one) => [one.key, one.last_sequence]));
}

/** Returns somebody who can be written to; nodes and revoked ones cannot. */
function contactsOf(member: Correspondent, vouching: Vouching): Contact[] {
  if (member.class === "node" || member.is_revoked) {
    return [];
  }
  const named = member.keys.filter((one) => one.is_device && one.last === null);
  const proven = vouching.keysOf(member.fingerprint);
  const devices = named
    .filter((one) => proven === null || proven.has(one.key))
    .map(({ key, key_id }) => ({
      key,
      prekeys: member.prekeys
        .filter((one) => one.key_id === key_id)
        .map((one) => fromBase64url(one.encoded)),
    }));
  const { fingerprint, name, shown_name } = member;
  const certified = vouching.nameOf(fingerprint) ?? name;
  const shownName = certified === name ? shown_name : `${shown_name} (${certified})`;
  return [{ fingerprint, name, shownName, devices, isDoubted: devices.length < named.length }];
}

/** Returns an object; nothing if its bytes are none: one bad one must not hide the others. */
function objectsIn(encoded: string): SignedObject[] {
  try {
    return [decodeObject(fromBase64url(encoded))];
  } catch (error) {
    if (error instanceof PeerError) {
      return [];
    }
    throw error;
  }
}
