/** From what a node hands out about an object to who signed it. Pure; loaded when it is needed. */

import { bulletinIn, severityIn } from "../../../core/bodies/alert";
import { decodeBulletin } from "../../../core/bodies/bulletin";
import { decodeMeetup } from "../../../core/bodies/meetup";
import { decodeOffer } from "../../../core/bodies/offer";
import { equal, fromBase64url, fromHex } from "../../../core/bytes";
import { PeerError } from "../../../core/errors";
import { decodeObject, KIND, objectId, type SignedObject } from "../../../core/object";
import { severity as severities } from "../../../core/tables/bulletin.json";
import { fileOf, type Texts } from "../../../core/text/texts";
import type { Judgement, Reason } from "../../../core/trust/authority";
import type { Papers } from "../../../node/documents/papers";

/** What is shown: under whose name, how severe, and the words that its author wrote. */
export interface Shown {
  readonly id: string;
  /** Undefined where it is not shown. */
  readonly author_fingerprint?: string | null;
  /** Null where only a part of them is shown. */
  readonly words: readonly (string | null)[] | null;
  readonly severity?: keyof typeof severities | null;
}

/** Why something is not proven; `unproven`: the node does not hand out what is needed. */
export type Problem = Reason | "other_author" | "other_severity" | "damaged" | "unproven";

export type Proof =
  | {
      readonly name: string | null;
      readonly roles: readonly string[];
      readonly thing: SignedObject;
    }
  | { readonly problem: Problem };

/** What knows who may say what (`person/trust`). */
export interface Judge {
  judge(thing: SignedObject): Judgement;
  nameOf(fingerprint: string): string | null;
}

/** Returns who signed what is shown, or why that is not proven. Of the words nothing is known yet. */
export function provedBy(papers: Papers, judge: Judge, shown: Shown): Proof {
  try {
    const encoded = fromBase64url(papers.encoded);
    if (!equal(objectId(encoded), fromHex(shown.id))) {
      return { problem: "bad_signature" };
    }
    const thing = decodeObject(encoded);
    const judged = judge.judge(thing);
    if ("reason" in judged) {
      return { problem: judged.reason };
    }
    const { fingerprint } = judged.author;
    if (shown.author_fingerprint !== undefined && shown.author_fingerprint !== fingerprint) {
      return { problem: "other_author" };
    }
    if (shown.severity && severities[shown.severity] > severityIn(thing)) {
      return { problem: "other_severity" };
    }
    return { name: judge.nameOf(fingerprint), roles: judged.roles, thing };
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
  const { words } = shown;
  return (
    signed === null ||
    words === null ||
    signed.every((word) => word === "" || words.some((one) => isSaid(one ?? "", word)))
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
    case KIND.alert: {
      const { title, text } = decodeBulletin(texts, bulletinIn(thing).bulletin);
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
