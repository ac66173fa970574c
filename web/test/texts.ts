/** The codecs with all their files, as a phone has them that fetched everything. */

import { readFileSync } from "node:fs";
import { utf8 } from "../src/core/bytes";
import { readDictionary } from "../src/core/text/deflate";
import { readPredictor } from "../src/core/text/model/predictor";
import type { ModelName, TextFile, Texts } from "../src/core/text/texts";

const PACKAGE = new URL("../../meshnode/protocol/", import.meta.url);

/** Return a file's bytes as the node serves them. */
export function textFile(name: TextFile): Uint8Array {
  if (name === "dictionary-1") {
    return dictionary();
  }
  return new Uint8Array(readFileSync(new URL(`models/${name}.bin`, PACKAGE)));
}

function dictionary(): Uint8Array {
  const source = readFileSync(new URL("dictionary.py", PACKAGE), "utf8");
  const [, phrases = ""] = /DICTIONARY_1: Final = """\\\n(.*?)"""\.replace/s.exec(source) ?? [];
  return utf8(phrases.replaceAll("\n", " "));
}

/** Return everything loaded. */
export function allTexts(): Texts {
  const model = (name: ModelName) => readPredictor(name, textFile(name));
  return {
    dictionary: readDictionary(textFile("dictionary-1")),
    models: { "de-1": model("de-1"), "en-1": model("en-1") },
  };
}
