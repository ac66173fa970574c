/**
 * The values of templates' parameters, one by one: their bounds and their bytes.
 *
 * Invariant: on the wire 0 says that a value is missing, and is refused where it must not be.
 * Source: docs/spec/kinds.md section 3.1.
 */

import { characters, type Reader, type Writer } from "../bytes";
import { PeerError } from "../errors";
import { firstUnshowable } from "../text/characters";

/** A place, a street, a task: what fits one line of a phone. */
export const VALUE_CHARACTERS_MAX = 40;
/** Times are multiples of this. */
export const STEP_MINUTES = 5;
/** 28 days before or after the bulletin. */
const STEPS_MAX = 8191;
/** A week. */
const DURATION_STEPS_MAX = 2016;
const PLUS_FLAG = 0x10;
const PHONE_DIGITS_MIN = 3;
const PHONE_DIGITS_MAX = 15;
const PHONE = /^\+?[0-9]{3,15}$/;

/**
 * What a parameter holds.
 *
 * `text`: one line of 1..40 characters. `choice`: one of its words. `phone`: digits, perhaps after
 * a plus. `count`: 1..`largest`. `duration`: minutes. `start`, `end`, `moment`: minutes after
 * `originMin` of the bulletin, a multiple of five, negative before it.
 */
export type ParameterKind =
  | "text"
  | "choice"
  | "phone"
  | "count"
  | "duration"
  | "start"
  | "end"
  | "moment";

/** One blank of a template. */
export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly optional?: boolean;
  readonly largest?: number;
  readonly choices?: readonly string[];
}

export type Value = string | number;
/** Return what would be possible, or null where the value is; `start` is where a span begins. */
export function valueProblem(parameter: Parameter, value: Value, start = 0): string | null {
  return isPossible(parameter, value, start) ? null : POSSIBLE[parameter.kind](parameter);
}

const POSSIBLE: Readonly<Record<ParameterKind, (parameter: Parameter) => string>> = {
  text: () => `it is one line of 1 to ${VALUE_CHARACTERS_MAX} characters`,
  choice: ({ choices = [] }) => `it is one of ${choices.join(", ")}`,
  phone: () => "a number is 3 to 15 digits, perhaps after a +",
  count: ({ largest = 0 }) => `it is a whole number from 1 to ${largest}`,
  duration: () => "it is 5 minutes to 7 days, in steps of 5 minutes",
  start: () => "minutes come in steps of 5, within 28 days from now",
  end: () => "it is 5 minutes to 28 days after the beginning, in steps of 5 minutes",
  moment: () => "minutes come in steps of 5, within 28 days from now",
};

function isPossible(parameter: Parameter, value: Value, start: number): boolean {
  if (typeof value === "string") {
    return isPossibleWord(parameter, value);
  }
  switch (parameter.kind) {
    case "count":
      return Number.isInteger(value) && value >= 1 && value <= (parameter.largest ?? 0);
    case "duration":
      return isInSteps(value, 1, DURATION_STEPS_MAX);
    case "end":
      return isInSteps(value - start, 1, STEPS_MAX);
    case "start":
    case "moment":
      return isInSteps(value, -STEPS_MAX, STEPS_MAX);
    default:
      return false;
  }
}

function isPossibleWord(parameter: Parameter, value: string): boolean {
  switch (parameter.kind) {
    case "text":
      return isLine(value);
    case "choice":
      return parameter.choices?.includes(value) ?? false;
    case "phone":
      return PHONE.test(value);
    default:
      return false;
  }
}

/** Return whether a text is possible as a value: one line that can be shown. */
export function isLine(text: string): boolean {
  const isShown = !/[\n\t]|^ | $/.test(text) && firstUnshowable(text) === null;
  return isShown && text !== "" && characters(text) <= VALUE_CHARACTERS_MAX;
}

function isInSteps(minutes: number, smallest: number, largest: number): boolean {
  const steps = minutes / STEP_MINUTES;
  return Number.isInteger(steps) && steps >= smallest && steps <= largest;
}

/** Return the minute that a later `end` counts from: this value if it is a `start`. */
export function startAfter(parameter: Parameter, value: Value | undefined, start: number): number {
  return parameter.kind === "start" && typeof value === "number" ? value : start;
}

/** Append the bytes of a value that is possible; not of a text. */
export function putValue(
  writer: Writer,
  parameter: Parameter,
  value: Value | undefined,
  start: number,
): void {
  if (value === undefined) {
    writer.byte(0);
  } else if (typeof value === "string") {
    if (parameter.kind === "choice") {
      writer.byte(1 + (parameter.choices?.indexOf(value) ?? 0));
    } else {
      putPhone(writer, value);
    }
  } else {
    writer.varint(wireNumber(parameter.kind, value, start));
  }
}

function wireNumber(kind: ParameterKind, value: number, start: number): number {
  switch (kind) {
    case "count":
      return value;
    case "duration":
      return value / STEP_MINUTES;
    case "end":
      return (value - start) / STEP_MINUTES;
    default:
      return 1 + zigzag(value / STEP_MINUTES);
  }
}

/** Return the next value, undefined if it is missing, or throw `PeerError`. */
export function readValue(parameter: Parameter, reader: Reader, start: number): Value | undefined {
  const number = reader.varint();
  if (number === 0) {
    if (!parameter.optional) {
      throw new PeerError("missing_value", parameter.name);
    }
    return undefined;
  }
  const value = heldBy(parameter, number, reader, start);
  if (!isPossible(parameter, value, start)) {
    throw new PeerError("bad_value", `${parameter.name}: ${value}`);
  }
  return value;
}

function heldBy(parameter: Parameter, number: number, reader: Reader, start: number): Value {
  switch (parameter.kind) {
    case "choice": {
      const choice = parameter.choices?.[number - 1];
      if (choice === undefined) {
        throw new PeerError("bad_value", `${parameter.name}: choice ${number}`);
      }
      return choice;
    }
    case "phone":
      return readPhone(number, reader);
    case "count":
      return number;
    case "duration":
      return number * STEP_MINUTES;
    case "end":
      return start + number * STEP_MINUTES;
    default:
      return unzigzag(number - 1) * STEP_MINUTES;
  }
}

function putPhone(writer: Writer, phone: string): void {
  const digits = phone.replace("+", "");
  writer.byte((digits === phone ? 0 : PLUS_FLAG) | digits.length);
  const halves = digits.length % 2 === 0 ? digits : `${digits}f`;
  for (let at = 0; at < halves.length; at += 2) {
    writer.byte(Number.parseInt(halves.slice(at, at + 2), 16));
  }
}

function readPhone(first: number, reader: Reader): string {
  const hasPlus = first >= PLUS_FLAG;
  const length = hasPlus ? first - PLUS_FLAG : first;
  if (length < PHONE_DIGITS_MIN || length > PHONE_DIGITS_MAX) {
    throw new PeerError("bad_value", `a phone number of ${length} digits`);
  }
  const halves = Array.from(reader.take(Math.ceil(length / 2)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  if (!/^f?$/.test(halves.slice(length))) {
    throw new PeerError("not_canonical", "the half byte after a phone number is not 15");
  }
  return `${hasPlus ? "+" : ""}${halves.slice(0, length)}`;
}

function zigzag(number: number): number {
  return number >= 0 ? 2 * number : -2 * number - 1;
}

function unzigzag(number: number): number {
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}
