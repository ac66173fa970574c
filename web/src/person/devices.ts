/**
 * The phones of one identity: letting one sign, and taking one off that was lost.
 *
 * All of it takes the identity's own key, from this phone or from the recovery sheet.
 * Source: docs/spec/trust.md sections 1, 4 and 8.
 */

import { encodeDevice, isProven } from "../core/bodies/device";
import { encodeRevocation } from "../core/bodies/revocation";
import { base64url, fromBase64url, fromHex, hex } from "../core/bytes";
import { LimitError, PeerError } from "../core/errors";
import { fingerprint, keyId } from "../core/keys";
import { KIND } from "../core/object";
import { identityKey } from "../core/paper";
import type { NodeClient } from "../node/client";
import type { Member, MemberKey } from "../node/documents/people";
import { type Identity, YEAR_MINUTES } from "./identity";
import { communityToSign, handIn, memberOf, type Person } from "./person";

/** What stands before the line by which a new phone asks to sign. */
const LINE_VERSION = "2";
const DEVICE_BYTES = 96;

/** Returns whether words belong to an identity. */
export function isPaperOf(identity: Identity, paper: Uint8Array): boolean {
  return hex(identityKey(paper).publicKey) === hex(identity.publicKey);
}

/**
 * Lets this phone sign for an identity that was restored from paper, under the name by which the
 * community knows it. Returns the member, or null where nobody here knows it.
 */
export async function restoreHere(
  node: NodeClient,
  identity: Identity,
  paper: Uint8Array,
): Promise<Member | null> {
  const community = await communityToSign(node, identity.community);
  const known = await memberOf(node, identity.fingerprint);
  const own = hex(identity.publicKey);
  const above = known?.keys.find((one) => one.key === own)?.last_sequence ?? 0;
  const device = await identity.announceDevice(community.minute, paper, above);
  if (known !== null) {
    await identity.rename(known.name);
    await handIn(node, device);
  }
  return known;
}

/** Returns the phones of a member that may sign. */
export function signingDevices(member: Member): readonly MemberKey[] {
  return member.keys.filter((one) => one.is_device && one.last === null);
}

/** Takes the trust from a phone that was lost; what it signed so far stays. */
export async function revokeDevice(
  me: Person,
  device: MemberKey,
  paper: Uint8Array | null,
): Promise<void> {
  const key = fromHex(device.key);
  const { last_sequence: sequence } = device;
  const { body } = encodeRevocation({
    reason: "lost",
    subject: fingerprint(key),
    cuts: sequence > 0 ? [{ key: keyId(key), sequence }] : [],
    role: null,
  });
  await me.act({ kind: KIND.revocation, body, minutes: YEAR_MINUTES }, paper);
}

/** Returns the line by which this phone asks another one of its owner to let it sign. */
export function deviceLine(identity: Identity): string {
  if (identity.community === null) {
    throw new LimitError("This identity belongs to no community yet.", "no_community");
  }
  const community = fromHex(identity.community);
  const { body } = encodeDevice(identity.device, identity.publicKey, community);
  return `${LINE_VERSION}.${base64url(body)}`;
}

/** Returns the body in a line that asks to sign for `identity`; throws `PeerError`. */
export function readDeviceLine(line: string, identity: Identity): Uint8Array {
  const [version, encoded = "", ...rest] = line.split(".");
  const body = version === LINE_VERSION && rest.length === 0 ? fromBase64url(encoded) : null;
  if (body?.length !== DEVICE_BYTES || identity.community === null) {
    throw new PeerError("bad_prefix", "not the line of a new phone");
  }
  if (!isProven({ codec: 0, body }, identity.publicKey, fromHex(identity.community))) {
    throw new PeerError("bad_signature", "the line was made for somebody else");
  }
  return body;
}

/** Lets a phone that asked sign for me. */
export async function nameDevice(
  me: Person,
  body: Uint8Array,
  paper: Uint8Array | null,
): Promise<void> {
  await me.act({ kind: KIND.device, body, minutes: YEAR_MINUTES }, paper);
}
