/** From what a node hands out about an object to who signed it. Pure; loaded when it is needed. */

import { equal, fromBase64url, fromHex } from "../../../core/bytes";
import { PeerError } from "../../../core/errors";
import { fingerprint } from "../../../core/keys";
import { objectId } from "../../../core/object";
import { type Anchor, whoSigned } from "../../../core/vouching";
import type { Community, Papers } from "../../../node/documents/papers";
import type { Problem } from "./checked";

/** Returns who signed what is shown, or why that is not proven. */
export function provedBy(
  papers: Papers,
  community: Community,
  shown: { readonly id: string; readonly author_fingerprint: string | null },
): { readonly name: string | null } | { readonly problem: Problem } {
  try {
    const encoded = fromBase64url(papers.encoded);
    if (!equal(objectId(encoded), fromHex(shown.id))) {
      return { problem: "bad_signature" };
    }
    const found = whoSigned(encoded, papers.vouchers.map(fromBase64url), anchorOf(community));
    if (!found.isProven) {
      return { problem: found.reason };
    }
    const { key, name } = found.author;
    const isSame =
      shown.author_fingerprint !== null &&
      equal(fingerprint(key), fromHex(shown.author_fingerprint));
    return isSame ? { name } : { problem: "other_author" };
  } catch (error) {
    if (error instanceof PeerError) {
      return { problem: "damaged" };
    }
    throw error;
  }
}

function anchorOf(community: Community): Anchor {
  return {
    community: fromHex(community.id),
    stewards: community.charter.stewards.map(({ key, name }) => ({ key: fromHex(key), name })),
  };
}
