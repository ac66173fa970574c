/** A node small enough for tests: it keeps what is handed in, and answers as the API does. */

import { fromBase64url, hex } from "../../src/core/bytes";
import { decodeObject } from "../../src/core/object";
import { type NodeClient, Refused, Unreachable } from "../../src/node/client";
import type { Community, Member } from "../../src/node/documents/people";

export const COMMUNITY = "e7e1807827a175075f044b3ac0f32ef1";

/** A node of a community whose members are told by the test. */
export class SmallNode implements NodeClient {
  readonly address = "";
  minute = 1000;
  isThere = true;
  /** It knows that this phone was revoked. */
  isCutOff = false;
  isClockKnown = true;
  /** It takes what comes, but its answer does not arrive. */
  isMute = false;
  community = COMMUNITY;
  members: Member[] = [];
  refusal: { status: number; code: string; message: string; reason?: string } | null = null;
  readonly taken: string[] = [];

  async get<T>(path: string, query?: Record<string, unknown>): Promise<T> {
    this.#beThere();
    if (this.isCutOff) {
      throw new Refused(403, { code: "revoked", message: "" });
    }
    if (path === "/community") {
      return this.#community() as T;
    }
    if (path === "/members") {
      return { members: this.members.filter((one) => one.fingerprint === query?.name) } as T;
    }
    throw new Refused(404, { code: "not_found", message: path });
  }

  async post<T>(path: string, document: unknown): Promise<T> {
    this.#beThere();
    if (path !== "/objects") {
      throw new Refused(404, { code: "not_found", message: path });
    }
    if (this.refusal !== null) {
      throw new Refused(this.refusal.status, this.refusal);
    }
    for (const encoded of (document as { objects: string[] }).objects) {
      if (!this.taken.includes(encoded)) {
        this.taken.push(encoded);
      }
    }
    if (this.isMute) {
      throw new Unreachable("no answer");
    }
    return {} as T;
  }

  /** What it holds, decoded. */
  get things() {
    return this.taken.map((one) => decodeObject(fromBase64url(one)));
  }

  #community(): Community {
    return {
      id: this.community,
      name: "Nordstadt",
      minute: this.minute,
      clock_known: this.isClockKnown,
      node: { key: "00", name: "Nordmarkt" },
    };
  }

  #beThere(): void {
    if (!this.isThere) {
      throw new Unreachable("out of the Wi-Fi");
    }
  }
}

/** Return somebody's document, a full member with one device. */
export function memberWith(
  identity: { readonly fingerprint: string; readonly publicKey: Uint8Array },
  devices: readonly Uint8Array[],
): Member {
  const key = (data: Uint8Array, isDevice: boolean) => ({
    key: hex(data),
    key_id: hex(data).slice(0, 8),
    is_device: isDevice,
    last: null,
    last_sequence: 0,
  });
  return {
    fingerprint: identity.fingerprint,
    key: hex(identity.publicKey),
    class: "person",
    name: "Änne",
    shown_name: "Änne",
    is_steward: false,
    is_full: true,
    is_revoked: false,
    expires: null,
    roles: [],
    keys: [key(identity.publicKey, false), ...devices.map((one) => key(one, true))],
  };
}
