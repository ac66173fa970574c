/**
 * Bulletins from templates whose times count from another minute: they say the same moments.
 *
 * For what was written while no node told the time, and is signed later. The texts in it stay as
 * they are coded. Source: docs/spec/kinds.md section 3.1.
 */

import { concat, Reader, Writer } from "../bytes";
import { LimitError } from "../errors";
import { NO_TEXTS } from "../text/texts";
import type { Body } from "./body";
import { decodeBulletin, encodeBulletin, type RawTemplate } from "./bulletin";
import { originMin, type Template, templateOf } from "./template";
import {
  type Parameter,
  putValue,
  readValue,
  startAfter,
  type Value,
  valueProblem,
} from "./values";

/**
 * Return the body for a bulletin of the minute `createdMin`, of one that counts from `beforeMin`.
 *
 * Throws `LimitError` ("over") where a time is then out of reach or in the past of what begins.
 */
export function countedFrom(body: Body, beforeMin: number, createdMin: number): Uint8Array {
  const later = originMin(createdMin) - originMin(beforeMin);
  const fields = decodeBulletin(NO_TEXTS, body);
  const template = fields.template && templateOf(fields.template.number);
  if (later === 0 || !fields.template || !template) {
    return body.body;
  }
  const moved = { ...fields.template, body: moveValues(template, fields.template, later) };
  return encodeBulletin(NO_TEXTS, { ...fields, template: moved }).body;
}

function moveValues(template: Template, raw: RawTemplate, later: number): Uint8Array {
  const reader = new Reader(raw.body);
  const writer = new Writer();
  let [before, after] = [0, 0];
  for (const parameter of template.parameters.filter(({ kind }) => kind !== "text")) {
    const value = readValue(parameter, reader, before);
    const moved = movedValue(parameter, value, later);
    if (moved !== undefined && valueProblem(parameter, moved, after) !== null) {
      throw new LimitError(`${parameter.name} is over by now.`, "over", { name: parameter.name });
    }
    putValue(writer, parameter, moved, after);
    before = startAfter(parameter, value, before);
    after = startAfter(parameter, moved, after);
  }
  return concat(writer.bytes(), reader.rest());
}

const TIMES: readonly Parameter["kind"][] = ["start", "end", "moment"];

function movedValue(parameter: Parameter, value: Value | undefined, later: number) {
  return typeof value === "number" && TIMES.includes(parameter.kind) ? value - later : value;
}
