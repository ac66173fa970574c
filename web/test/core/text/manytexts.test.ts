import { expect, test } from "vitest";
import { base64url, fromBase64url } from "../../../src/core/bytes";
import { PeerError } from "../../../src/core/errors";
import { MODEL_CODECS, type ModelName, readText, writeText } from "../../../src/core/text/texts";
import { allTexts } from "../../texts";
import { vectors } from "../../vectors";

interface ManyTexts {
  readonly text_bytes_max: number;
  readonly texts: readonly [codec: number, bytes: string, text: string][];
  readonly spoilt: readonly [
    codec: number,
    bytes: string,
    text: string | null,
    why: string | null,
  ][];
}

const { text_bytes_max: bytesMax, texts: written, spoilt } = vectors<ManyTexts>("many_texts.json");
const TEXTS = allTexts();

function outcome(codec: number, bytes: string): readonly [string | null, string | null] {
  try {
    return [readText(TEXTS, codec, fromBase64url(bytes), bytesMax), null];
  } catch (error) {
    return [null, error instanceof PeerError ? error.reason : String(error)];
  }
}

test("two thousand texts that Python wrote are read", () => {
  const wrong = written.filter(([codec, bytes, text]) => outcome(codec, bytes)[0] !== text);
  expect(written.length).toBe(2000);
  expect(wrong).toEqual([]);
});

test("what models write is the same as Python's, bit for bit", () => {
  const names = Object.keys(MODEL_CODECS) as ModelName[];
  const wrong = written.filter(([codec, bytes, text]) => {
    const name = names.find((one) => MODEL_CODECS[one] === codec);
    const data = name && TEXTS.models[name]?.write(text).finish();
    return data && base64url(data) !== bytes;
  });
  expect(wrong).toEqual([]);
});

test("the sender takes the shortest, as Python does", () => {
  // Every third was written by whoever sends. Compressors differ, so codec 1 is compared by length.
  const chosen = written.filter((_, number) => number % 3 === 0);
  const other = chosen.filter(([codec, bytes, text]) => {
    const mine = writeText(TEXTS, text);
    return mine.codec === 1 || codec === 1
      ? mine.data.length > 3 + 1.1 * fromBase64url(bytes).length
      : mine.codec !== codec || base64url(mine.data) !== bytes;
  });
  expect(other).toEqual([]);
});

test("bytes that are no text are refused for the same reason", () => {
  const wrong = spoilt
    .map(([codec, bytes, text, why]) => ({ codec, bytes, text, why, is: outcome(codec, bytes) }))
    .filter(({ text, why, is }) => is[0] !== text || is[1] !== why);
  expect(wrong).toEqual([]);
});
