/**
 * The core behind standard input and output, so that Python's tests can ask it: a question a line,
 * an answer a line, all of them JSON. `tests/interop/test_phone_core.py` asks.
 */

import { createInterface } from "node:readline";
import type { Body } from "../src/core/bodies/body";
import { fromHex, hex } from "../src/core/bytes";
import { CallerError, LimitError, PeerError } from "../src/core/errors";
import { signingKey } from "../src/core/keys";
import { composeObject, decodeObject, isSignedBy } from "../src/core/object";
import { readDictionary } from "../src/core/text/deflate";
import { readPredictor } from "../src/core/text/model/predictor";
import { readText, type Texts, writeText } from "../src/core/text/texts";
import { type Plain, readPlain, writePlain } from "./bodies";
import { bytesOrNull } from "./vectors";

/** The first line: the files that codecs need, in hexadecimal digits. */
interface Files {
  readonly "dictionary-1": string;
  readonly "de-1": string;
  readonly "en-1": string;
}

interface Questions {
  /** Which text is in these bytes? */
  readonly read: { codec: number; bytes: string; bytes_max: number };
  /** Which body have these fields? */
  readonly fields: { kind: number; fields: Plain };
  /** How is this text written? */
  readonly write: { text: string };
  /** What does a body say, and how is that written? */
  readonly body: { kind: number; codec: number; body: string; parent: string | null };
  /** What does an object say, and did this key sign it? */
  readonly object: { encoded: string; signer: string; community: string };
  /** Which object has these fields? */
  readonly compose: {
    seed: string;
    community: string;
    kind: number;
    sequence: number;
    created_min: number;
    lifetime_code: number;
    parent: string | null;
    fields: Plain;
  };
}

type Question = { [Name in keyof Questions]: { ask: Name } & Questions[Name] }[keyof Questions];

function load(files: Files): Texts {
  return {
    dictionary: readDictionary(fromHex(files["dictionary-1"])),
    models: {
      "de-1": readPredictor("de-1", fromHex(files["de-1"])),
      "en-1": readPredictor("en-1", fromHex(files["en-1"])),
    },
  };
}

function answer(texts: Texts, question: Question): unknown {
  switch (question.ask) {
    case "read":
      return {
        text: readText(texts, question.codec, fromHex(question.bytes), question.bytes_max),
      };
    case "write": {
      const { codec, data } = writeText(texts, question.text);
      return { codec, bytes: hex(data) };
    }
    case "fields":
      return written(writePlain(texts, question.kind, question.fields));
    case "body":
      return bodyAnswer(texts, question);
    case "object":
      return objectAnswer(texts, question);
    case "compose":
      return composeAnswer(texts, question);
  }
}

function bodyAnswer(texts: Texts, question: Questions["body"]): unknown {
  const { kind, codec } = question;
  const thing = { codec, body: fromHex(question.body), parent: bytesOrNull(question.parent) };
  const fields = readPlain(texts, kind, thing);
  return { fields, written: written(writePlain(texts, kind, fields)) };
}

function written(body: Body | null): unknown {
  return body === null ? null : { codec: body.codec, body: hex(body.body) };
}

function objectAnswer(texts: Texts, question: Questions["object"]): unknown {
  const thing = decodeObject(fromHex(question.encoded));
  return {
    id: hex(thing.id),
    is_signed: isSignedBy(thing, fromHex(question.signer), fromHex(question.community)),
    fields: readPlain(texts, thing.kind, thing),
  };
}

function composeAnswer(texts: Texts, question: Questions["compose"]): unknown {
  const { kind, sequence, created_min: createdMin, lifetime_code: lifetimeCode } = question;
  const body = writePlain(texts, kind, question.fields);
  if (body === null) {
    return { encoded: null };
  }
  const parent = bytesOrNull(question.parent);
  const key = signingKey(fromHex(question.seed));
  const draft = { kind, ...body, sequence, createdMin, lifetimeCode, parent };
  return { encoded: hex(composeObject(key, fromHex(question.community), draft).encoded) };
}

function answered(texts: Texts, question: Question): unknown {
  try {
    return answer(texts, question);
  } catch (error) {
    if (error instanceof PeerError) {
      return { reason: error.reason };
    }
    if (error instanceof LimitError || error instanceof CallerError) {
      return { refused: error.message };
    }
    throw error;
  }
}

let texts: Texts | null = null;
for await (const line of createInterface({ input: process.stdin })) {
  const said: unknown = JSON.parse(line);
  if (texts === null) {
    texts = load(said as Files);
  } else {
    process.stdout.write(`${JSON.stringify(answered(texts, said as Question))}\n`);
  }
}
