/**
 * What is due in the life of an offer or a request, and for whom: one question, one main step.
 *
 * Not for: words or signing (`steps.tsx`). Invariants: only steps that the node will hear
 * are ever proposed, by the side that may take them; what was said once is not proposed again.
 * Source: docs/spec/exchange.md sections 2 and 3.
 */

import type {
  Claim,
  ClaimStep,
  Offer,
  OfferWithClaims,
  Side,
} from "../../../node/documents/offers";

/** The later steps, as they go on the wire in words. */
export type Step =
  | "hold"
  | "confirm"
  | "decline"
  | "cancel"
  | "done"
  | "returned"
  | "no-show"
  | "thank";

/** What is asked of somebody, or why they have to wait. */
export type Question =
  | "promise"
  | "accept"
  | "hand-over"
  | "got-it"
  | "came-back"
  | "bring-back"
  | "wait-for-answer"
  | "wait-for-done"
  | "wait-for-back"
  | "over";

/** What is due in one claim for one side. `main` null: nothing but to wait. */
export interface Due {
  readonly question: Question;
  readonly main: Step | null;
  readonly others: readonly Step[];
}

/** Returns which side of a claim somebody is on; null: neither. An author of both is the author. */
export function sideOf(offer: Offer, claim: Claim, me: string | null): Side | null {
  if (me === null) {
    return null;
  }
  if (offer.author_fingerprint === me) {
    return "author";
  }
  return claim.by === me ? "claimant" : null;
}

/** Returns what is due for somebody in a claim; null for who is on neither side. */
export function dueOf(offer: OfferWithClaims, claim: Claim, me: string | null): Due | null {
  const side = sideOf(offer, claim, me);
  if (side === null || me === null) {
    return null;
  }
  const due = side === "author" ? authorsDue(offer, claim) : claimantsDue(offer, claim);
  const said = new Set(claim.steps.filter((one) => one.by === me).map((one) => one.step));
  // A hold may end later and be said anew; everything else is said once.
  const isNew = (step: Step) => step === "hold" || !said.has(step);
  const main = due.main !== null && isNew(due.main) ? due.main : null;
  return { ...due, main, others: due.others.filter(isNew) };
}

/** Returns the claims in which something is due for somebody first, then the newest. */
export function inOrder(offer: OfferWithClaims, me: string | null): readonly Claim[] {
  const urgency = (claim: Claim) => (dueOf(offer, claim, me)?.main ? 1 : 0);
  return [...offer.claims].sort(
    (one, other) => urgency(other) - urgency(one) || (other.created > one.created ? 1 : -1),
  );
}

/** Returns whether somebody may still ask for it, or answer it. */
export function isOpen(offer: Offer): boolean {
  return offer.state !== "over" && offer.state !== "done";
}

/** Returns somebody's own claims on it that are not over. */
export function ownClaims(offer: OfferWithClaims, me: string | null): readonly Claim[] {
  const live = ["asked", "held", "confirmed", "done"];
  return offer.claims.filter((one) => one.by === me && live.includes(one.state));
}

/** Returns the promise that somebody's device made, whose code only it can check. */
export function confirmOf(claim: Claim): ClaimStep | null {
  return claim.steps.filter((one) => one.step === "confirm").at(-1) ?? null;
}

function authorsDue(offer: OfferWithClaims, claim: Claim): Due {
  const answer = offer.direction === "offer" ? "promise" : "accept";
  switch (claim.state) {
    case "asked":
    case "held":
      return { question: answer, main: "confirm", others: ["hold", "decline"] };
    case "confirmed":
      return claim.done_by.includes("author")
        ? { question: "wait-for-done", main: null, others: ["no-show"] }
        : { question: "hand-over", main: "done", others: ["no-show", "cancel"] };
    default:
      return afterwards(offer, claim, offer.direction === "offer");
  }
}

function claimantsDue(offer: OfferWithClaims, claim: Claim): Due {
  switch (claim.state) {
    case "asked":
    case "held":
      return { question: "wait-for-answer", main: null, others: ["cancel"] };
    case "confirmed":
      return claim.done_by.includes("claimant")
        ? { question: "wait-for-done", main: null, others: [] }
        : { question: "got-it", main: "done", others: ["cancel"] };
    default:
      return afterwards(offer, claim, offer.direction === "request");
  }
}

/** What was lent comes back, and its owner says so; everything that went well deserves thanks. */
function afterwards(offer: OfferWithClaims, claim: Claim, isLender: boolean): Due {
  const isOut = claim.state === "done" && offer.sort === "lending";
  if (isOut && isLender) {
    return { question: "came-back", main: "returned", others: ["thank"] };
  }
  if (isOut) {
    const isSaid = claim.returned_by.length > 0;
    return isSaid
      ? { question: "wait-for-back", main: null, others: ["thank"] }
      : { question: "bring-back", main: "returned", others: ["thank"] };
  }
  const wentWell = claim.state === "done" || claim.state === "returned";
  return { question: "over", main: null, others: wentWell ? ["thank"] : [] };
}
