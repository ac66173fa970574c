/** From what a node hands out about an object to who signed it. Pure; loaded when it is needed. */

import { decodeBulletin } from "../../../core/bodies/bulletin";
import { decodeMeetup } from "../../../core/bodies/meetup";
import { decodeOffer } from "../../../core/bodies/offer";
import { equal, fromBase64url, fromHex } from "../../../core/bytes";
import { PeerError } from "../../../core/errors";
import { fingerprint } from "../../../core/keys";
import { KIND, objectId, type SignedObject } from "../../../core/object";
import { fileOf, type Texts } from "../../../core/text/texts";
import { type Anchor, whoSigned } from "../../../core/vouching";
import type { Community, Papers } from "../../../node/documents/papers";
import type { Problem } from "./checked";

/** What is shown: under whose name, and the words that its author wrote. */
export interface Shown {
  readonly id: string;
  readonly author_fingerprint: string | null;
  readonly words: readonly (string | null)[];
}

export type Proof =
  | { readonly name: string | null; readonly thing: SignedObject }
  | { readonly problem: Problem };

/** Returns who signed what is shown, or why that is not proven. Of the words nothing is known yet. */
export function provedBy(papers: Papers, community: Community, shown: Shown): Proof {
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
    return isSame ? { name, thing: found.thing } : { problem: "other_author" };
  } catch (error) {
    if (error instanceof PeerError) {
      return { problem: "damaged" };
    }
    throw error;
  }
}

/** Returns the file that reading a thing's words needs, or null. */
export function fileFor(thing: SignedObject) {
  return fileOf(thing.codec);
}

/**
 * Returns whether the words that were signed are those that are shown.
 *
 * Coded sentences (templates) and what stands around an official alert are the node's to say; only
 * the author's own words are compared. Throws `MissingFile` where their codec is not loaded.
 */
export function saysSo(texts: Texts, thing: SignedObject, shown: Shown): boolean {
  const signed = wordsOf(texts, thing);
  // Only a drill's title and text have something in front: the language's words for a drill.
  const isSaid = thing.kind === KIND.drill ? endsWith : isEqual;
  return (
    signed === null ||
    signed.every((word) => word === "" || shown.words.some((one) => isSaid(one ?? "", word)))
  );
}

function isEqual(shown: string, signed: string): boolean {
  return shown === signed;
}

function endsWith(shown: string, signed: string): boolean {
  return shown.replace(ISOLATES, "").endsWith(signed);
}

const ISOLATES = /[\u2066-\u2069]/g;

function wordsOf(texts: Texts, thing: SignedObject): readonly string[] | null {
  switch (thing.kind) {
    case KIND.bulletin:
    case KIND.drill: {
      const { title, text } = decodeBulletin(texts, thing);
      return [title ?? "", text];
    }
    case KIND.offer: {
      const { title, placeWords, onBehalf, deposit, text } = decodeOffer(texts, thing);
      return [title, placeWords, onBehalf, deposit, text];
    }
    case KIND.meetup: {
      const { title, where, text } = decodeMeetup(texts, thing);
      return [title, where, text];
    }
    default:
      return null;
  }
}

function anchorOf(community: Community): Anchor {
  return {
    community: fromHex(community.id),
    stewards: community.charter.stewards.map(({ key, name }) => ({ key: fromHex(key), name })),
  };
}
