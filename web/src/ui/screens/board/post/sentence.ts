/**
 * Bulletins from sentences with blanks: from what somebody typed into each blank to what is signed.
 *
 * Not for: how a sentence reads; the node says that. Invariants as in
 * `meshnode/node/desks/template_form.py`: what somebody left out is missing, not empty; a bulletin stays
 * an hour longer than what it announces.
 */

import { encodeBulletin, type Severity } from "../../../../core/bodies/bulletin";
import { cleanName } from "../../../../core/bodies/names";
import {
  encodeTemplate,
  originMin,
  type Template,
  type Values,
} from "../../../../core/bodies/template";
import {
  type Parameter,
  STEP_MINUTES,
  startAfter,
  type Value,
  valueProblem,
} from "../../../../core/bodies/values";
import { fromHex } from "../../../../core/bytes";
import { LimitError } from "../../../../core/errors";
import { KIND } from "../../../../core/object";
import type { Texts } from "../../../../core/text/texts";
import type { Bulletin } from "../../../../node/documents/bulletins";
import { inputMs, localInput, minuteOf } from "../time";
import type { Composed } from "./compose";

const AFTERWARDS_MINUTES = 60;
const DAY_MINUTES = 1440;
const PUNCTUATION = /[\s\-/().]/g;
const DIGITS = /^[0-9]{1,6}$/;

/** What stands in the fields, by the blank's name. */
export type Typed = Readonly<Record<string, string>>;

/** `staysMs` null: as long as what it announces. */
export interface SentenceForm {
  readonly template: Template;
  readonly typed: Typed;
  readonly severity: Severity;
  readonly isDrill: boolean;
  readonly staysMs: number | null;
}

/** Returns a new bulletin, or a new version of `before`. Throws `LimitError` with the blank's name. */
export function composeSentence(
  texts: Texts,
  form: SentenceForm,
  nowMs: number,
  before: Bulletin | null,
): Composed {
  const { template, typed, severity, isDrill, staysMs } = form;
  const nowMin = minuteOf(nowMs);
  const values = valuesOf(template, typed, nowMin);
  const body = encodeBulletin(texts, {
    text: "",
    title: null,
    category: template.category,
    severity,
    template: encodeTemplate(texts, template, values),
  });
  const minutes =
    staysMs === null ? announcedMinutes(template, values) : Math.max(1, minuteOf(staysMs) - nowMin);
  return {
    kind: isDrill ? KIND.drill : KIND.bulletin,
    ...body,
    originMin: nowMin,
    minutes,
    ...(before && { parent: fromHex(before.root), untilMin: minuteOf(before.expires) }),
  };
}

/** Returns the values of what was typed. Throws `LimitError` with the blank's name. */
export function valuesOf(template: Template, typed: Typed, nowMin: number): Values {
  const values: Record<string, Value> = {};
  let start = 0;
  for (const parameter of template.parameters) {
    const text = (typed[parameter.name] ?? "").trim();
    if (text !== "") {
      const value = typedValue(parameter, text, originMin(nowMin));
      refuseImpossible(parameter, value, start);
      values[parameter.name] = value;
      start = startAfter(parameter, value, start);
    } else if (!parameter.optional) {
      throw blankError(parameter, "missing_value");
    }
  }
  return values;
}

/** Returns whether it says itself when it is over: then nobody has to be asked. */
export function saysItsEnd(template: Template, typed: Typed): boolean {
  return template.parameters.some(({ kind, name }) => kind === "end" && (typed[name] ?? "") !== "");
}

/** Returns what a bulletin's values look like in the fields; for one that is said anew. */
export function typedOf(template: Template, bulletin: Bulletin): Typed {
  const values = bulletin.template?.parameters ?? {};
  return Object.fromEntries(
    template.parameters.flatMap(({ name, kind }) => {
      const value = values[name];
      return value === undefined ? [] : [[name, shownIn(kind, value)]];
    }),
  );
}

function shownIn(kind: Parameter["kind"], value: string | number): string {
  if (kind === "start" || kind === "end" || kind === "moment") {
    return localInput(Date.parse(String(value)));
  }
  return kind === "duration" ? String(value).replace("m", "") : String(value);
}

/** An hour longer than what it announces; a day if it does not say when that ends. */
function announcedMinutes(template: Template, values: Values): number {
  const times = template.parameters.filter(({ kind }) => /^(start|end|moment)$/.test(kind));
  const said = times.map(({ name }) => Number(values[name] ?? 0));
  const last = Math.max(0, ...said) + AFTERWARDS_MINUTES;
  const hasEnd = times.some(({ kind, name }) => kind === "end" && values[name] !== undefined);
  return hasEnd ? last : Math.max(last, DAY_MINUTES);
}

function typedValue(parameter: Parameter, text: string, origin: number): Value {
  switch (parameter.kind) {
    case "text":
      return cleanName(text);
    case "choice":
      return text;
    case "phone":
      return text.replace(PUNCTUATION, "");
    case "count":
    case "duration":
      return DIGITS.test(text) ? Number(text) : text;
    default:
      return momentOf(text, origin) ?? text;
  }
}

/** Minutes after the origin, in its steps; nobody announces 14:03. */
function momentOf(text: string, origin: number): number | null {
  const ms = inputMs(text);
  const minutes = ms === null ? null : minuteOf(ms) - origin;
  return minutes === null ? null : Math.floor(minutes / STEP_MINUTES) * STEP_MINUTES;
}

function refuseImpossible(parameter: Parameter, value: Value, start: number): void {
  if (valueProblem(parameter, value, start) !== null) {
    throw blankError(parameter, "bad_value");
  }
}

function blankError({ name }: Parameter, reason: string): LimitError {
  return new LimitError(`${name}: ${reason}.`, reason, { name });
}
