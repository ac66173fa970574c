/**
 * Filled-in templates: bulletins as a number and values instead of sentences.
 *
 * Brings the list of templates: load it when one is written or read. How they read is for the
 * node's documents to say. Source: docs/spec/kinds.md section 3.1.
 */

import { Reader, Writer } from "../bytes";
import { LimitError, PeerError } from "../errors";
import templates from "../tables/templates.json";
import { readText, type Texts, writeText } from "../text/texts";
import type { Category, RawTemplate, Severity } from "./bulletin";
import {
  isLine,
  type Parameter,
  putValue,
  readValue,
  STEP_MINUTES,
  startAfter,
  VALUE_CHARACTERS_MAX,
  type Value,
  valueProblem,
} from "./values";

/** A bulletin with blanks. Category and severity are what it has unless its author says else. */
export interface Template {
  readonly number: number;
  readonly identifier: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly parameters: readonly Parameter[];
}

/** Values by their parameters' names; what is optional may be missing. */
export type Values = Readonly<Record<string, Value>>;

export const TEMPLATES = templates as readonly Template[];

/** Return the minute that times in a bulletin count from. */
export function originMin(createdMin: number): number {
  return createdMin - (createdMin % STEP_MINUTES);
}

/** Return the template of a number, or null if this version does not know it. */
export function templateOf(number: number): Template | null {
  return TEMPLATES.find((template) => template.number === number) ?? null;
}

/**
 * Return a filled-in template, as a bulletin carries it.
 *
 * Throws `LimitError` ("bad_value" or "missing_value", with the parameter's name) if a value is
 * missing, not one of the template's, or outside its bounds.
 */
export function encodeTemplate(texts: Texts, template: Template, values: Values): RawTemplate {
  check(template, values);
  const writer = new Writer();
  const words: string[] = [];
  let start = 0;
  for (const parameter of template.parameters) {
    const value = values[parameter.name];
    if (parameter.kind === "text") {
      words.push(String(value ?? ""));
    } else {
      putValue(writer, parameter, value, start);
    }
    start = startAfter(parameter, value, start);
  }
  const { codec, data } = writeText(texts, words.join("\n"));
  return { number: template.number, codec, body: writer.put(data).bytes() };
}

/**
 * Return the template and the values that are there; null for one that we do not know.
 *
 * Throws `PeerError` if the bytes are damaged, out of bounds or not canonical.
 */
export function decodeTemplate(
  texts: Texts,
  raw: RawTemplate,
): { readonly template: Template; readonly values: Values } | null {
  const template = templateOf(raw.number);
  if (template === null) {
    return null;
  }
  const reader = new Reader(raw.body);
  const values: Record<string, Value> = {};
  let start = 0;
  for (const parameter of template.parameters) {
    const value = parameter.kind === "text" ? undefined : readValue(parameter, reader, start);
    if (value !== undefined) {
      values[parameter.name] = value;
    }
    start = startAfter(parameter, value, start);
  }
  const blanks = template.parameters.filter(({ kind }) => kind === "text");
  readTexts(texts, blanks, raw.codec, reader.rest()).forEach((word, at) => {
    const parameter = blanks[at] as Parameter;
    if (word !== "") {
      values[parameter.name] = word;
    }
  });
  return { template, values };
}

/** Return the words of the texts, which stand together at the end. */
function readTexts(
  texts: Texts,
  parameters: readonly Parameter[],
  codec: number,
  data: Uint8Array,
): readonly string[] {
  const bytesMax = parameters.length * (4 * VALUE_CHARACTERS_MAX + 1);
  const words = readText(texts, codec, data, bytesMax).split("\n");
  if (words.length !== parameters.length) {
    throw new PeerError("bad_length", `${words.length} texts in a template`);
  }
  if (codec !== 0 && words.every((word) => word === "")) {
    throw new PeerError("not_canonical", `no text, in codec ${codec}`);
  }
  parameters.forEach((parameter, at) => {
    const word = words[at] ?? "";
    if (word === "" && !parameter.optional) {
      throw new PeerError("missing_value", parameter.name);
    }
    if (word !== "" && !isLine(word)) {
      throw new PeerError("bad_value", parameter.name);
    }
  });
  return words;
}

function check(template: Template, values: Values): void {
  const names = template.parameters.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new LimitError(
      `${unknown}: the template ${template.identifier} has no such value.`,
      "bad_value",
      { name: unknown },
    );
  }
  let start = 0;
  for (const parameter of template.parameters) {
    const value = values[parameter.name];
    checkValue(parameter, value, start);
    start = startAfter(parameter, value, start);
  }
}

function checkValue(parameter: Parameter, value: Value | undefined, start: number): void {
  const { name } = parameter;
  if (value === undefined) {
    if (!parameter.optional) {
      throw new LimitError(`${name} is missing.`, "missing_value", { name });
    }
    return;
  }
  const problem = valueProblem(parameter, value, start);
  if (problem !== null) {
    throw new LimitError(`${name}: ${value} is not possible; ${problem}.`, "bad_value", { name });
  }
}
