/** A place as its host enters it, says it anew, or takes it off the board (places.md section 1). */

import { cleanName } from "../../core/bodies/names";
import type { Week } from "../../core/bodies/opening";
import {
  coarsePosition,
  decodePlaceHead,
  encodePlace,
  PLACE_CATEGORIES,
  type PlaceCategory,
  type Position,
  type StepFree,
} from "../../core/bodies/place";
import { encodeWithdrawal } from "../../core/bodies/withdrawal";
import { fromBase64url, fromHex } from "../../core/bytes";
import { LimitError } from "../../core/errors";
import { decodeObject, KIND, LIFETIME_MINUTES } from "../../core/object";
import { cleanText } from "../../core/text/characters";
import type { Texts } from "../../core/text/texts";
import type { WholePlace } from "../../node/documents/places";
import type { Posting } from "../../person/person";
import { DAY_MINUTES, minuteOf } from "./moments";

/** As long as a place is believed that nobody says anew. */
const PLACE_MINUTES = 183 * DAY_MINUTES;
const DEGREES = /^\s*(-?\d{1,2}(?:[.,]\d+)?)\s*[,;/ ]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*$/;

/** What stands in the fields. `position` is as people write it, empty: none. */
export interface PlaceForm {
  readonly name: string;
  readonly category: PlaceCategory;
  readonly address: string;
  readonly position: string;
  readonly week: Week | null;
  readonly remark: string;
  readonly contact: string;
  readonly capacity: string;
  readonly steps: StepFree;
  readonly text: string;
  readonly onBehalfOf: string;
}

type Before = Pick<WholePlace, "root" | "encoded" | "expires">;

/**
 * Returns a new place, or a new version of `before`, which ends no earlier.
 *
 * `leftMinutes`: for how long its author belongs; what they say does not last longer. Throws
 * `LimitError`.
 */
export function placePosting(
  texts: Texts,
  form: PlaceForm,
  before: Before | null,
  leftMinutes: number,
  title: string,
): Posting {
  const head = before && headOf(before);
  const body = encodePlace(texts, {
    head: {
      // One that only newer versions know stays as it is.
      category: head?.category ?? PLACE_CATEGORIES.indexOf(form.category),
      capacity: Number.parseInt(form.capacity, 10) || 0,
      week: form.week,
      position: positionOf(form.position),
      steps: form.steps,
    },
    words: {
      name: cleanName(form.name),
      address: cleanName(form.address),
      hours: cleanName(form.remark),
      contact: cleanName(form.contact),
      onBehalfOf: cleanName(form.onBehalfOf),
      text: cleanText(form.text),
    },
  });
  const possible = LIFETIME_MINUTES.filter((one) => one <= Math.min(PLACE_MINUTES, leftMinutes));
  return {
    kind: KIND.place,
    ...body,
    minutes: Math.max(LIFETIME_MINUTES[0] as number, ...possible),
    ...(before && { parent: fromHex(before.root), untilMin: minuteOf(before.expires) }),
    title,
  };
}

/** Returns what takes a place off the board, in all its versions. */
export function placeRemoval(before: Before, title: string): Posting {
  return {
    kind: KIND.withdrawal,
    ...encodeWithdrawal(),
    parent: fromHex(before.root),
    minutes: 1,
    untilMin: minuteOf(before.expires),
    title,
  };
}

/** Returns what stands in the fields for a place that is there. */
export function placeForm(place: WholePlace): PlaceForm {
  const head = headOf(place);
  return {
    name: place.name,
    category: PLACE_CATEGORIES[head.category] ?? "other",
    address: place.address ?? "",
    position: place.position ? positionWords(head.position) : "",
    week: head.week,
    remark: place.opening?.remark ?? "",
    contact: place.contact ?? "",
    capacity: head.capacity === 0 ? "" : String(head.capacity),
    steps: head.steps,
    text: place.text ?? "",
    onBehalfOf: place.on_behalf_of ?? "",
  };
}

/** What stands in the fields of a place that nobody has entered yet. */
export const NO_PLACE: PlaceForm = {
  name: "",
  category: "other",
  address: "",
  position: "",
  week: null,
  remark: "",
  contact: "",
  capacity: "",
  steps: "unsaid",
  text: "",
  onBehalfOf: "",
};

/** Returns a position as people write it. */
export function positionWords(position: Position | null): string {
  return position === null
    ? ""
    : `${position.latitudeMdeg / 1000}, ${position.longitudeMdeg / 1000}`;
}

function positionOf(typed: string): Position | null {
  if (typed.trim() === "") {
    return null;
  }
  const [, north = "", east = ""] = DEGREES.exec(typed) ?? [];
  const [latitude, longitude] = [north, east].map((one) =>
    Number.parseFloat(one.replace(",", ".")),
  );
  if (latitude === undefined || longitude === undefined || north === "" || east === "") {
    throw new LimitError(`${typed} is no position.`, "bad_position");
  }
  return coarsePosition(latitude, longitude);
}

function headOf(place: Pick<WholePlace, "encoded">) {
  return decodePlaceHead(decodeObject(fromBase64url(place.encoded)).body);
}
