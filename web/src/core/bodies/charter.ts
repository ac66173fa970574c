/**
 * Charters: who founded the community, who its stewards are, and how many must agree.
 *
 * Not for: which of several charters counts (`trust/charters`).
 * Source: docs/spec/kinds.md section 5.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { compare, concat, equal, Reader, utf8 } from "../bytes";
import { PeerError } from "../errors";
import { COMMUNITY_ID_BYTES } from "../keys";
import { type Body, bounded, type Carried, readKey, requirePlain } from "./body";
import { decodeName } from "./names";

const STEWARDS_MAX = 7;
const KEPT_MAX = 12;
const NUMBER_MAX = 2 ** 14 - 1;
const HASH_BYTES = 16;
const CHARTER_DOMAIN = utf8("meshnode charter 1\0");
const COMMUNITY_DOMAIN = utf8("meshnode community 1\0");

/** A former steward's key, and up to which sequence number its acts stay valid. */
export interface KeptKey {
  readonly publicKey: Uint8Array;
  readonly sequence: number;
}

/** What a charter says; `previous` is null exactly for number 0, the first steward ranks highest. */
export interface CharterFields {
  readonly number: number;
  readonly previous: Uint8Array | null;
  readonly threshold: number;
  readonly stewards: readonly Uint8Array[];
  readonly kept: readonly KeptKey[];
  readonly name: string;
}

/** Return by which the next charter names this one. */
export function charterHash(body: Uint8Array): Uint8Array {
  return sha256(concat(CHARTER_DOMAIN, body)).slice(0, HASH_BYTES);
}

/** Return the id of the community that a charter with number 0 founds. */
export function communityOf(body: Uint8Array): Uint8Array {
  return sha256(concat(COMMUNITY_DOMAIN, body)).slice(0, COMMUNITY_ID_BYTES);
}

/** Return the fields of a charter's body, or throw `PeerError`. */
export function decodeCharter(thing: Carried | Body): CharterFields {
  requirePlain(thing.codec, "a charter");
  const reader = new Reader(thing.body);
  const number = bounded(reader.varint(), 0, NUMBER_MAX, "oversize");
  const previous = number > 0 ? reader.take(HASH_BYTES) : null;
  const threshold = reader.byte();
  const count = bounded(reader.byte(), threshold, STEWARDS_MAX, "bad_length");
  bounded(threshold, 1, count, "bad_length");
  const stewards = Array.from({ length: count }, () => readKey(reader));
  if (stewards.some((key, at) => stewards.slice(0, at).some((one) => equal(one, key)))) {
    throw new PeerError("not_canonical", "a steward stands twice");
  }
  const kept = readKept(reader);
  return { number, previous, threshold, stewards, kept, name: decodeName(reader.rest()) };
}

function readKept(reader: Reader): readonly KeptKey[] {
  const count = bounded(reader.byte(), 0, KEPT_MAX, "oversize");
  const kept = Array.from({ length: count }, () => ({
    publicKey: readKey(reader),
    sequence: reader.varint(),
  }));
  const areRising = kept.every((one, at) => {
    const before = kept[at - 1];
    return before === undefined || compare(before.publicKey, one.publicKey) < 0;
  });
  if (!areRising || kept.some(({ sequence }) => sequence < 1)) {
    throw new PeerError("not_canonical", "kept keys are not in order, or keep nothing");
  }
  return kept;
}
