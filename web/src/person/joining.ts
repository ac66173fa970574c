/**
 * Becoming somebody here: a new identity, let in by the node, taken in by an invitation or a member.
 *
 * Not for: what is asked and shown (`ui/screens/join`). Invariant: nothing is signed for a community
 * that the node named without its seal.
 * Source: docs/spec/trust.md section 3; docs/spec/api.md section 4; docs/spec/pairing.md section 1.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { encodeCertificate } from "../core/bodies/certificate";
import { decodeInvitation } from "../core/bodies/invitation";
import { base64url, concat, fromBase64url, fromHex, hex, utf8 } from "../core/bytes";
import { LimitError } from "../core/errors";
import { type SigningKey, signingKey } from "../core/keys";
import {
  composeObject,
  decodeObject,
  KIND,
  lifetimeCodeFor,
  type SignedObject,
  shortId,
} from "../core/object";
import { type NodeClient, Refused } from "../node/client";
import type { Community } from "../node/documents/people";
import { type Entropy, type Identity, YEAR_MINUTES } from "./identity";
import { communityToSign, handIn, memberOf } from "./person";

const COMMITMENT = utf8("meshnode join 1\0");
const CODE = utf8("meshnode join code 1\0");
const CODES = 1_000_000n;

interface InvitationDocument {
  readonly encoded: string;
  readonly uses_left: number;
}

/** Six digits to be said to a member. */
export interface SpokenCode {
  readonly code: string;
  readonly expiresInS: number;
}

/** Binds an identity to the community of the node that let it in. Throws as `communityToSign`. */
export async function bind(node: NodeClient, identity: Identity): Promise<Community> {
  const community = await communityToSign(node, identity.community);
  await identity.belongTo(community.id);
  return community;
}

/**
 * Makes somebody a member by the secret of an invitation.
 *
 * Throws `LimitError` where the invitation is over (`invite_over`), used up (`invite_used`) or for
 * somebody else (`invite_class`).
 */
export async function joinByInvitation(
  node: NodeClient,
  identity: Identity,
  seed: Uint8Array,
): Promise<void> {
  const community = await bind(node, identity);
  if ((await memberOf(node, identity.fingerprint)) === null) {
    const key = signingKey(seed);
    const invitation = await foundInvitation(node, key);
    const certificate = admission(key, invitation, identity, community);
    await handIn(node, certificate);
  }
  await handIn(node, await announced(identity, community.minute));
}

/**
 * Begins to join by a spoken code, and returns the digits that a member has to type.
 *
 * Throws `LimitError` ("other_code") where the node computes another code: it is not to be trusted.
 */
export async function beginJoin(
  node: NodeClient,
  identity: Identity,
  random: Entropy,
): Promise<SpokenCode> {
  const community = await bind(node, identity);
  const drawn = random(16);
  const { publicKey: key, name } = identity;
  const begun = await node.post<{ id: string; nonce: string; expires_in_s: number }>("/joins", {
    commitment: hex(commitmentOf(key, drawn, name)),
  });
  const device = await announced(identity, community.minute);
  const answer = await node.post<{ code: string }>(
    `/joins/${encodeURIComponent(begun.id)}/reveal`,
    {
      key: hex(key),
      random: hex(drawn),
      name,
      devices: [base64url(device.encoded)],
    },
  );
  const code = codeOf(key, drawn, fromHex(begun.nonce), fromHex(community.node.key));
  if (answer.code !== code) {
    throw new LimitError("The node shows another code than this phone.", "other_code");
  }
  return { code, expiresInS: begun.expires_in_s };
}

/** Returns by what a newcomer is bound before it sees the nonce. */
export function commitmentOf(key: Uint8Array, random: Uint8Array, name: string): Uint8Array {
  return sha256(concat(COMMITMENT, key, random, utf8(name)));
}

/** Returns the six digits that newcomer and node both compute. */
export function codeOf(
  key: Uint8Array,
  random: Uint8Array,
  nonce: Uint8Array,
  node: Uint8Array,
): string {
  const digest = sha256(concat(CODE, key, random, nonce, node));
  const number = digest.slice(0, 8).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return String(number % CODES).padStart(6, "0");
}

/** Returns the certificate that an invitation's key signs for somebody. */
export function admission(
  key: SigningKey,
  invitation: SignedObject,
  identity: { readonly publicKey: Uint8Array; readonly name: string },
  community: { readonly id: string; readonly minute: number },
): SignedObject {
  const { identityClass, validUntilMin } = decodeInvitation(invitation);
  if (identityClass !== "person") {
    throw new LimitError("This invitation is not for people.", "invite_class");
  }
  const createdMin = Math.max(community.minute, invitation.createdMin);
  if (createdMin > validUntilMin) {
    throw new LimitError("This invitation is over.", "invite_over");
  }
  return composeObject(key, fromHex(community.id), {
    kind: KIND.certificate,
    ...encodeCertificate({ identityClass, publicKey: identity.publicKey, name: identity.name }),
    sequence: 1,
    createdMin,
    lifetimeCode: lifetimeCodeFor(YEAR_MINUTES),
    parent: shortId(invitation),
  });
}

async function foundInvitation(node: NodeClient, key: SigningKey): Promise<SignedObject> {
  const gone = new LimitError("This invitation was used up or taken back.", "invite_used");
  try {
    const found = await node.get<InvitationDocument>(`/invitations/${hex(key.publicKey)}`);
    if (found.uses_left < 1) {
      throw gone;
    }
    return decodeObject(fromBase64url(found.encoded));
  } catch (error) {
    throw error instanceof Refused && error.code === "not_found" ? gone : error;
  }
}

async function announced(identity: Identity, minute: number): Promise<SignedObject> {
  const known = identity.announcement;
  return known !== null && !identity.needsAnnouncement(minute)
    ? known
    : await identity.announceDevice(minute);
}
