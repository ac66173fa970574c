import { describe, expect, test } from "vitest";
import { fromHex, hex, utf8 } from "../../../src/core/bytes";
import { LimitError, PeerError } from "../../../src/core/errors";
import { cleanText } from "../../../src/core/text/characters";
import { readPredictor } from "../../../src/core/text/model/predictor";
import { fileOf, MissingFile, NO_TEXTS, readText, writeText } from "../../../src/core/text/texts";
import { allTexts, textFile } from "../../texts";
import { vectors } from "../../vectors";

interface TextVectors {
  readonly texts: readonly { codec: 2 | 3; text: string; bytes: string | null }[];
  readonly strange: readonly { codec: 2 | 3; bytes: string; text?: string; reason?: string }[];
}

const VECTORS = vectors<TextVectors>("text.json");
const TEXT_BYTES_MAX = 6724;
const TEXTS = allTexts();
const NAMES = { 2: "de-1", 3: "en-1" } as const;

function reasonOf(act: () => unknown): string {
  try {
    act();
    return "read";
  } catch (error) {
    return error instanceof PeerError ? error.reason : String(error);
  }
}

describe("shared vectors", () => {
  test.each(VECTORS.texts)("codec $codec writes $text", ({ codec, text, bytes }) => {
    const data = TEXTS.models[NAMES[codec]]?.write(text).finish() ?? null;
    expect(data === null ? null : hex(data)).toBe(bytes);
  });

  test.each(VECTORS.texts)("codec $codec reads $bytes", ({ codec, text, bytes }) => {
    if (bytes !== null) {
      expect(readText(TEXTS, codec, fromHex(bytes), TEXT_BYTES_MAX)).toBe(text);
    }
  });

  test.each(VECTORS.strange)("codec $codec takes $bytes as Python does", (vector) => {
    const data = fromHex(vector.bytes);
    if (vector.text === undefined) {
      expect(reasonOf(() => readText(TEXTS, vector.codec, data, TEXT_BYTES_MAX))).toBe(
        vector.reason,
      );
    } else {
      expect(readText(TEXTS, vector.codec, data, TEXT_BYTES_MAX)).toBe(vector.text);
    }
  });
});

describe("the shortest codec that is loaded", () => {
  const german = "Kein Trinkwasser in der Schillerstraße. Ausgabe am Schulhof von 9 bis 17 Uhr.";
  const english = "The water is back on in our street. Let it run clear before you drink it.";

  test.each([german, english, "水がありません。", "Kekse!", "", "\n\n"])(
    "%s reads back",
    (text) => {
      for (const texts of [
        TEXTS,
        NO_TEXTS,
        { ...NO_TEXTS, dictionary: TEXTS.dictionary },
        { models: { "de-1": TEXTS.models["de-1"] } },
      ]) {
        const written = writeText(texts as typeof TEXTS, text);
        expect(written.data.length).toBeLessThanOrEqual(utf8(text).length);
        expect(readText(TEXTS, written.codec, written.data, TEXT_BYTES_MAX)).toBe(text);
      }
    },
  );

  test("each language has its model, and the dictionary stands in for both", () => {
    expect(writeText(TEXTS, german).codec).toBe(2);
    expect(writeText(TEXTS, english).codec).toBe(3);
    expect(writeText(TEXTS, german, []).codec).toBe(1);
    expect(writeText(NO_TEXTS, german).codec).toBe(0);
    expect(writeText(TEXTS, "水").codec).toBe(0);
  });

  test("what is missing is named", () => {
    expect([0, 1, 2, 3, 4].map(fileOf)).toEqual([null, "dictionary-1", "de-1", "en-1", null]);
    for (const codec of [1, 2, 3]) {
      const read = () => readText(NO_TEXTS, codec, Uint8Array.of(3, 0), 10);
      expect(read).toThrow(MissingFile);
      expect(read).toThrow(fileOf(codec) ?? "");
    }
    expect(reasonOf(() => readText(TEXTS, 4, utf8("a"), 10))).toBe("unknown_codec");
  });

  test("a file that is damaged makes no codec", () => {
    const file = textFile("de-1");
    file[1000] = (file[1000] as number) ^ 1;
    expect(reasonOf(() => readPredictor("de-1", file))).toBe("bad_file");
    expect(reasonOf(() => readPredictor("de-1", textFile("en-1")))).toBe("bad_file");
  });
});

describe("bounds and characters", () => {
  test.each([0, 1, 2, 3])("a text in codec %i is as long as allowed, and no longer", (codec) => {
    const text = "aß ".repeat(20);
    const models = codec === 2 ? ["de-1" as const] : ["en-1" as const];
    const data =
      codec < 2
        ? codec === 0
          ? utf8(text)
          : (TEXTS.dictionary?.write(utf8(text)) as Uint8Array)
        : (TEXTS.models[models[0] as "de-1"]?.write(text).finish() as Uint8Array);
    expect(readText(TEXTS, codec, data, 80)).toBe(text);
    expect(reasonOf(() => readText(TEXTS, codec, data, 79))).toBe("oversize");
  });

  test("characters that drive terminals or show another text are neither written nor read", () => {
    for (const point of [0, 8, 0x0b, 0x0d, 0x1f, 0x7f, 0x9f, 0x2028, 0x202e, 0x2066, 0x2069]) {
      const text = `🚰a${String.fromCodePoint(point)}`;
      expect(() => writeText(TEXTS, text)).toThrow(LimitError);
      expect(() => writeText(TEXTS, text)).toThrow("at position 3");
      expect(reasonOf(() => readText(TEXTS, 0, utf8(text), 100))).toBe("bad_character");
    }
    expect(() => writeText(TEXTS, "\ud83d")).toThrow("U+D83D");
    expect(readText(TEXTS, 0, utf8("a\tb\nc"), 100)).toBe("a\tb\nc");
    expect(reasonOf(() => readText(TEXTS, 0, fromHex("ff"), 100))).toBe("bad_utf8");
  });

  test("what people type is cleaned, and nothing that can be seen is lost", () => {
    expect(cleanText(" \u00a0a\r\nb\rc\u2028d\u202e\u0000 \n")).toBe("a\nb\nc\nd");
    expect(cleanText("A\u0308 \ud83d\ude00 \ufeff")).toBe("Ä 😀 \ufeff");
    expect(cleanText("\ud83d")).toBe("");
  });
});
