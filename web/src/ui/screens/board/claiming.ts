/**
 * Asks and later steps as they are signed, from what somebody chose and what the node shows.
 *
 * Not for: offers themselves (`post/compose`). Invariants: a step lives at least as long as its ask
 * and is no older; an ask at least as long as its offer may, so that nothing comes back.
 * Source: docs/spec/exchange.md section 3, `meshnode/commands/market/claiming.py`.
 */

import {
  type ClaimFields,
  encodeClaim,
  plainAsk,
  type Span,
  stepAbout,
} from "../../../core/bodies/claim";
import { cleanName } from "../../../core/bodies/names";
import { SPAN_MINUTES_MAX } from "../../../core/bodies/offer";
import { fromHex } from "../../../core/bytes";
import { LimitError } from "../../../core/errors";
import { KIND } from "../../../core/object";
import { cleanText } from "../../../core/text/characters";
import type { Texts } from "../../../core/text/texts";
import type { BookableThing } from "../../../node/documents/meetups";
import type { OfferWithClaims } from "../../../node/documents/offers";
import type { Posting } from "../../../person/person";
import type { Step } from "./life";
import { minuteOf } from "./time";

export type Composed = Omit<Posting, "title">;

const DAY_MINUTES = 1440;
/** So long after its span a claim on what is lent stays at least: who is late is seen. */
const RETURN_MINUTES = 7 * DAY_MINUTES;
const SHORT_ID_DIGITS = 8;

export interface AskForm {
  readonly quantity: number;
  readonly span: Span | null;
  readonly onBehalf: string;
  readonly text: string;
}

/** Returns an ask for what is offered, or an answer to a request. Throws `LimitError`. */
export function composeAsk(
  texts: Texts,
  offer: OfferWithClaims,
  form: AskForm,
  nowMs: number,
): Composed {
  const { span } = form;
  if (offer.calendar !== null) {
    if (span === null) {
      throw new LimitError("This is lent for a time. Say which.", "no_span");
    }
    requireFree(offer, span, minuteOf(nowMs));
  }
  const untilMin = span
    ? Math.min(span.endMin + RETURN_MINUTES, minuteOf(nowMs) + SPAN_MINUTES_MAX)
    : minuteOf(offer.claims_last);
  const fields: ClaimFields = {
    ...plainAsk(),
    quantity: form.quantity > 1 ? form.quantity : 0,
    span,
    onBehalf: cleanName(form.onBehalf),
    text: cleanText(form.text),
  };
  return {
    kind: KIND.claim,
    ...encodeClaim(texts, fields),
    parent: fromHex(offer.root),
    minutes: 1,
    untilMin,
    afterMin: minuteOf(offer.created),
  };
}

/** Returns a sign-up for one time of a meet-up, counted from 1. Throws `LimitError`. */
export function composeSignUp(
  texts: Texts,
  meetup: BookableThing,
  form: { slot: number; units: number; onBehalf: string },
): Composed {
  const fields: ClaimFields = {
    ...plainAsk(),
    quantity: form.units,
    slots: { first: form.slot - 1, count: 1 },
    onBehalf: cleanName(form.onBehalf),
  };
  return {
    kind: KIND.claim,
    ...encodeClaim(texts, fields),
    parent: fromHex(meetup.root),
    minutes: 1,
    untilMin: minuteOf(meetup.closes) + DAY_MINUTES,
    afterMin: minuteOf(meetup.created),
  };
}

export interface StepForm {
  /** Of a hold, until when. */
  readonly untilMs?: number;
  /** Of a hold or a confirm, if it is fewer than were asked for. */
  readonly quantity?: number;
  readonly text?: string;
}

/** Returns a later step about a claim. Throws `LimitError`. */
export function composeStep(
  texts: Texts,
  claim: { readonly id: string; readonly created: string; readonly expires: string },
  step: Step,
  form: StepForm = {},
): Composed {
  const id = fromHex(claim.id);
  const fields: ClaimFields = {
    ...stepAbout({ id }, step),
    quantity: form.quantity ?? 0,
    untilMin: form.untilMs === undefined ? null : minuteOf(form.untilMs),
    text: cleanText(form.text ?? ""),
  };
  return {
    kind: KIND.claim,
    ...encodeClaim(texts, fields),
    parent: id.slice(0, 4),
    minutes: 1,
    untilMin: minuteOf(claim.expires),
    afterMin: minuteOf(claim.created),
  };
}

/**
 * Returns what only the other side gets to read: it names the claim, and has no word that somebody
 * who reads another language would miss.
 */
export function privateText(claim: string, contact: string, code: string | null): string {
  const head = `#${claim.slice(0, SHORT_ID_DIGITS)}${code === null ? "" : ` Code: ${code}`}`;
  return [head, contact.trim()].filter(Boolean).join("\n");
}

function requireFree(offer: OfferWithClaims, span: Span, nowMin: number): void {
  if (span.endMin <= span.startMin) {
    throw new LimitError("The end is before the beginning.", "bad_window");
  }
  if (span.startMin <= nowMin) {
    throw new LimitError("That is over.", "over");
  }
  if (span.endMin > nowMin + SPAN_MINUTES_MAX) {
    throw new LimitError("Nobody can ask further ahead than 91 days.", "too_late");
  }
  const isFree = offer.calendar?.free.some(
    (one) => minuteOf(one.from) <= span.startMin && span.endMin <= minuteOf(one.to),
  );
  if (!isFree) {
    throw new LimitError("It is taken then.", "taken");
  }
}
