/**
 * From what somebody filled in to what is signed: bodies, how long they live, what they are about.
 *
 * Not for: words of people or screens. Invariants as in `meshnode/commands/market/trading.py`: an offer
 * stays a day longer than its time, for those who still have to say that it is done; an update ends
 * no earlier than what it replaces, and within the minute by which all versions end.
 */

import type { Body } from "../../../../core/bodies/body";
import type { Category } from "../../../../core/bodies/bulletin";
import { encodeBulletin, type Severity } from "../../../../core/bodies/bulletin";
import { decodeMeetup, encodeMeetup } from "../../../../core/bodies/meetup";
import { cleanName } from "../../../../core/bodies/names";
import {
  type Direction,
  encodeOffer,
  isLending,
  type OfferFields,
  type OfferSort,
  UNITS,
} from "../../../../core/bodies/offer";
import { encodeWithdrawal } from "../../../../core/bodies/withdrawal";
import { fromBase64url, fromHex } from "../../../../core/bytes";
import { LimitError } from "../../../../core/errors";
import {
  decodeObject,
  expiresMin,
  KIND,
  LIFETIME_MINUTES,
  lifetimeCodeFor,
} from "../../../../core/object";
import { cleanText } from "../../../../core/text/characters";
import type { Texts } from "../../../../core/text/texts";
import type { Bulletin } from "../../../../node/documents/bulletins";
import type { Offer } from "../../../../node/documents/offers";
import type { Posting } from "../../../../person/person";
import { minuteOf } from "../time";
import type { Counted } from "./quantity";

export type Composed = Omit<Posting, "title">;

const DAY_MINUTES = 1440;
const OFFER_MINUTES_MAX = 61 * DAY_MINUTES;
/** So long a version of a meet-up lives at most, and what takes it back with it. */
const THING_MINUTES = 91 * DAY_MINUTES;
const REACH_MINUTES = 90 * DAY_MINUTES;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** What somebody filled in about an offer. `endMs` null: nobody says when its time is over. */
export interface OfferForm {
  readonly direction: Direction;
  readonly sort: OfferSort;
  readonly category: Category;
  readonly item: number;
  readonly title: string;
  readonly quantity: Counted | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly staysMs: number;
  readonly place: string | null;
  readonly where: string;
  readonly onBehalf: string;
  readonly deposit: string;
  readonly text: string;
}

/** Returns a new offer, or a new version of `before`. Throws `LimitError`. */
export function composeOffer(
  texts: Texts,
  form: OfferForm,
  nowMs: number,
  before: Offer | null,
): Composed {
  const nowMin = minuteOf(nowMs);
  const fields = offerFields(form, before);
  const staysMin = minuteOf(form.staysMs);
  const endMin = Math.max(staysMin, before ? minuteOf(before.expires) : 0);
  const minutes = Math.max(1, endMin - nowMin);
  if (minutes > OFFER_MINUTES_MAX) {
    throw new LimitError("An offer stays for 61 days at most.", "too_late");
  }
  if (before && fields.lastMin !== null && nowMin + staysMinutes({ minutes }) > fields.lastMin) {
    throw new LimitError("This was kept up as long as one offer may be.", "kept_up");
  }
  return {
    kind: KIND.offer,
    ...encodeOffer(texts, fields),
    minutes,
    ...(before && { parent: fromHex(before.root), untilMin: minuteOf(before.expires) }),
  };
}

function offerFields(form: OfferForm, before: Offer | null): OfferFields {
  const { quantity } = form;
  const fields: OfferFields = {
    direction: form.direction,
    sort: form.sort,
    category: form.category,
    item: form.item,
    quantity: quantity && {
      count: quantity.count,
      unit: Math.max(0, (UNITS as readonly string[]).indexOf(quantity.unit)),
    },
    startMin: form.startMs === null ? null : minuteOf(form.startMs),
    endMin: form.endMs === null ? null : minuteOf(form.endMs),
    place: form.place === null ? null : fromHex(form.place),
    lastMin: null,
    title: cleanName(form.title),
    placeWords: cleanName(form.where),
    onBehalf: cleanName(form.onBehalf),
    deposit: form.sort === "lending" ? cleanName(form.deposit) : "",
    text: cleanText(form.text),
  };
  const isBounded = before !== null && !isLending(fields);
  return isBounded ? { ...fields, lastMin: minuteOf(before.claims_last) } : fields;
}

export interface BulletinForm {
  readonly title: string;
  readonly text: string;
  readonly category: string;
  readonly severity: Severity;
  readonly staysMs: number;
  readonly isDrill: boolean;
}

/** Returns a new bulletin, or a new version of `before`. Throws `LimitError`. */
export function composeBulletin(
  texts: Texts,
  form: BulletinForm,
  nowMs: number,
  before: Bulletin | null,
): Composed {
  const body = encodeBulletin(texts, {
    text: cleanText(form.text),
    title: cleanName(form.title) || null,
    category: form.category,
    severity: form.severity,
    template: null,
  });
  const endMin = Math.max(minuteOf(form.staysMs), before ? minuteOf(before.expires) : 0);
  return {
    kind: form.isDrill ? KIND.drill : KIND.bulletin,
    ...body,
    minutes: Math.max(1, endMin - minuteOf(nowMs)),
    ...(before && { parent: fromHex(before.root), untilMin: minuteOf(before.expires) }),
  };
}

/** `seats` 0: everybody may come. `weeks` 1: once. `node`: the fingerprint of who books. */
export interface MeetupForm {
  readonly title: string;
  readonly where: string;
  readonly place: string | null;
  readonly text: string;
  readonly startMs: number;
  readonly lengthMinutes: number;
  readonly weeks: number;
  readonly seats: number;
  readonly node: Uint8Array;
}

/** Returns a new meet-up. Throws `LimitError`. */
export function composeMeetup(texts: Texts, form: MeetupForm, nowMs: number): Composed {
  const nowMin = minuteOf(nowMs);
  const { seats, weeks } = form;
  const terms = {
    capacity: seats,
    authority: form.node,
    claimMax: 1,
    leaseMinutes: 0,
    isAutomatic: true,
  };
  const startMin = minuteOf(form.startMs);
  const closesMin = startMin + (weeks - 1) * WEEK_MINUTES + form.lengthMinutes;
  if (closesMin <= nowMin) {
    throw new LimitError("That is over already.", "over");
  }
  if (closesMin - nowMin > REACH_MINUTES) {
    throw new LimitError("This ends more than 90 days from now.", "too_late");
  }
  const body: Body = encodeMeetup(texts, {
    timetable: {
      startMin,
      lengthMinutes: form.lengthMinutes,
      intervalMinutes: weeks > 1 ? WEEK_MINUTES : 0,
      count: weeks,
      sort: "slots",
      terms: seats > 0 ? terms : null,
    },
    title: cleanName(form.title),
    where: cleanName(form.where),
    text: cleanText(form.text),
    place: form.place === null ? null : fromHex(form.place),
  });
  return { kind: KIND.meetup, ...body, minutes: closesMin + DAY_MINUTES - nowMin };
}

/**
 * Returns a meet-up with other words; when and for how many it is stays, people have built on it.
 *
 * `encoded` are its signed bytes in base64url. Throws `LimitError`, or `MissingFile` for `texts`.
 */
export function composeMeetupWords(
  texts: Texts,
  before: { readonly encoded: string; readonly root: string },
  words: { readonly title: string; readonly text: string },
): Composed {
  const thing = decodeObject(fromBase64url(before.encoded));
  const fields = {
    ...decodeMeetup(texts, thing),
    title: cleanName(words.title),
    text: cleanText(words.text),
  };
  return {
    kind: KIND.meetup,
    ...encodeMeetup(texts, fields),
    parent: fromHex(before.root),
    minutes: 1,
    untilMin: expiresMin(thing),
  };
}

/** Returns what takes back something of one's own, in all its versions. */
export function composeWithdrawal(root: string, until: string | null): Composed {
  return {
    kind: KIND.withdrawal,
    ...encodeWithdrawal(),
    parent: fromHex(root),
    // Without an end it lives as long as any version may, also one that this node has not seen.
    minutes: until === null ? THING_MINUTES : 1,
    ...(until !== null && { untilMin: minuteOf(until) }),
  };
}

/** Returns how long it really stays: objects know sixteen lifetimes, and the next longer one counts. */
export function staysMinutes({ minutes }: { readonly minutes: number }): number {
  return LIFETIME_MINUTES[lifetimeCodeFor(minutes)] as number;
}
