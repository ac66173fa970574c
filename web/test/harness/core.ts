/** Reads, writes, signs and refuses for whoever asks; see tests/interop/test_phone_core.py. */

import type { Body } from "../../src/core/bodies/body";
import { fromHex, hex } from "../../src/core/bytes";
import { signingKey } from "../../src/core/keys";
import { composeObject, decodeObject, isSignedBy } from "../../src/core/object";
import { readText, writeText } from "../../src/core/text/texts";
import { type Plain, readPlain, writePlain } from "../bodies";
import { allTexts } from "../texts";
import { bytesOrNull } from "../vectors";
import { answerLines } from "./lines";

const TEXTS = allTexts();

interface ReadRequest {
  readonly codec: number;
  readonly bytes: string;
  readonly bytes_max: number;
}

interface FieldsRequest {
  readonly kind: number;
  readonly fields: Plain;
}

interface BodyRequest {
  readonly kind: number;
  readonly codec: number;
  readonly body: string;
  readonly parent: string | null;
}

interface ObjectRequest {
  readonly encoded: string;
  readonly signer: string;
  readonly community: string;
}

interface ComposeRequest extends FieldsRequest {
  readonly seed: string;
  readonly community: string;
  readonly sequence: number;
  readonly created_min: number;
  readonly lifetime_code: number;
  readonly parent: string | null;
}

function written(body: Body | null): { codec: number; body: string } | null {
  return body === null ? null : { codec: body.codec, body: hex(body.body) };
}

function composed(request: ComposeRequest): string | null {
  const { kind, sequence, created_min: createdMin, lifetime_code: lifetimeCode } = request;
  const body = writePlain(TEXTS, kind, request.fields);
  if (body === null) {
    return null;
  }
  const parent = bytesOrNull(request.parent);
  const key = signingKey(fromHex(request.seed));
  const draft = { kind, ...body, sequence, createdMin, lifetimeCode, parent };
  return hex(composeObject(key, fromHex(request.community), draft).encoded);
}

await answerLines({
  /** Which text is in these bytes? */
  read: ({ codec, bytes, bytes_max }: ReadRequest) => ({
    text: readText(TEXTS, codec, fromHex(bytes), bytes_max),
  }),
  /** How is this text written? */
  write: ({ text }: { text: string }) => {
    const { codec, data } = writeText(TEXTS, text);
    return { codec, bytes: hex(data) };
  },
  /** Which body have these fields? */
  fields: ({ kind, fields }: FieldsRequest) => written(writePlain(TEXTS, kind, fields)),
  /** What does a body say, and how is that written? */
  body: ({ kind, codec, body, parent }: BodyRequest) => {
    const thing = { codec, body: fromHex(body), parent: bytesOrNull(parent) };
    const fields = readPlain(TEXTS, kind, thing);
    return { fields, written: written(writePlain(TEXTS, kind, fields)) };
  },
  /** What does an object say, and did this key sign it? */
  object: ({ encoded, signer, community }: ObjectRequest) => {
    const thing = decodeObject(fromHex(encoded));
    return {
      id: hex(thing.id),
      is_signed: isSignedBy(thing, fromHex(signer), fromHex(community)),
      fields: readPlain(TEXTS, thing.kind, thing),
    };
  },
  /** Which object has these fields? */
  compose: (request: ComposeRequest) => ({ encoded: composed(request) }),
});
