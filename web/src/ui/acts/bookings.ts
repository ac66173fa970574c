/** Asking for a time or a number, and every later step (docs/spec/capacity.md section 6). */

import { encodeClaim, plainAsk, type Step, stepAbout } from "../../core/bodies/claim";
import { cleanName } from "../../core/bodies/names";
import { fromHex } from "../../core/bytes";
import { KIND, SHORT_ID_BYTES } from "../../core/object";
import { NO_TEXTS, type Texts } from "../../core/text/texts";
import type { BookableThing, BookingClaim } from "../../node/documents/capacity";
import type { Posting } from "../../person/person";
import { DAY_MINUTES, HOUR_MINUTES, minuteOf } from "./moments";

/** What somebody wants; `slot` counts from 1. */
export interface Wish {
  readonly slot: number;
  readonly units: number;
  readonly onBehalf: string;
}

/** Returns an ask: it outlives the last slot by a day, so that what became of it can be seen. */
export function askPosting(
  texts: Texts,
  thing: Pick<BookableThing, "root" | "closes">,
  wish: Wish,
  title: string,
): Posting {
  const fields = {
    ...plainAsk(),
    quantity: wish.units,
    slots: { first: wish.slot - 1, count: 1 },
    onBehalf: cleanName(wish.onBehalf),
  };
  return {
    kind: KIND.claim,
    ...encodeClaim(texts, fields),
    minutes: HOUR_MINUTES,
    untilMin: minuteOf(thing.closes) + DAY_MINUTES,
    parent: fromHex(thing.root),
    title,
  };
}

/** Returns a later step about a claim; it lives as long as that. */
export function stepPosting(
  claim: Pick<BookingClaim, "id" | "expires">,
  step: Exclude<Step, "ask" | "hold">,
  title: string,
): Posting {
  const id = fromHex(claim.id);
  return {
    kind: KIND.claim,
    ...encodeClaim(NO_TEXTS, stepAbout({ id }, step)),
    minutes: HOUR_MINUTES,
    untilMin: minuteOf(claim.expires),
    parent: id.slice(0, SHORT_ID_BYTES),
    title,
  };
}
