import { describe, expect, test } from "vitest";
import { fromHex, hex } from "../../src/core/bytes";
import { CallerError, LimitError } from "../../src/core/errors";
import {
  identityKey,
  identitySeed,
  paperLine,
  paperWords,
  readableFingerprint,
  readPaper,
} from "../../src/core/paper";
import { vectors } from "../vectors";

interface PaperVectors {
  readonly papers: readonly {
    secret: string;
    words: string;
    line: string;
    identity_seed: string;
    public_key: string;
    fingerprint: string;
  }[];
  readonly refused: readonly { name: string; text: string }[];
}

const VECTORS = vectors<PaperVectors>("paper.json");
const SECRET = fromHex("000102030405060708090a0b0c0d0e0f");
const WORDS = paperWords(SECRET);
const LINE = paperLine(SECRET);

function changed(place: number, word: string): string {
  return WORDS.map((each, at) => (at === place ? word : each)).join(" ");
}

function reasonOf(text: string): string {
  try {
    readPaper(text);
    return "read";
  } catch (error) {
    return error instanceof LimitError ? error.reason : "raised something else";
  }
}

describe("shared vectors", () => {
  test.each(VECTORS.papers)("$words", (paper) => {
    const secret = fromHex(paper.secret);
    expect(paperWords(secret).join(" ")).toBe(paper.words);
    expect(paperLine(secret)).toBe(paper.line);
    expect(hex(identitySeed(secret))).toBe(paper.identity_seed);
    expect(hex(identityKey(secret).publicKey)).toBe(paper.public_key);
    expect(readableFingerprint(identityKey(secret).publicKey)).toBe(paper.fingerprint);
    expect(readPaper(paper.words)).toEqual(secret);
    expect(readPaper(paper.line)).toEqual(secret);
  });

  test.each(VECTORS.refused)("$name is refused", ({ text }) => {
    expect(() => readPaper(text)).toThrow(LimitError);
  });
});

describe("what people type", () => {
  test.each([
    WORDS.join(" ").toUpperCase(),
    WORDS.map((word) => word.slice(0, 4)).join(" "),
    WORDS.map((word, at) => `${at + 1}. ${word}`).join("\r\n"),
    WORDS.map((word, at) => `${String(at + 1).padStart(2, "0")})${word}`).join("\t"),
    `${WORDS.join(", ")}.\n`,
    WORDS.map((word, at) => `${at + 1}:${word}`)
      .reverse()
      .join(" | "),
    WORDS.map((word, at) => `${(at + 1).toLocaleString("ar-EG")} ${word}`)
      .reverse()
      .join("\n"),
    WORDS.join(" ").toLocaleUpperCase("tr"),
  ])("the words are read in any layout: %s", (text) => {
    expect(readPaper(text)).toEqual(SECRET);
  });

  test("the line is read with spaces, line ends and a large first letter", () => {
    expect(readPaper(`  ${LINE.slice(0, 30)}\r\n  ${LINE.slice(30)}\n`)).toEqual(SECRET);
    expect(readPaper(LINE.replace("meshnode-paper", "Meshnode-Paper"))).toEqual(SECRET);
  });

  test.each(["gathr", "gahter", "gatherx", "gatter"])("%s may be gather", (wrong) => {
    expect(() => readPaper(changed(9, wrong))).toThrow(`Word 10, "${wrong}", is not`);
    expect(() => readPaper(changed(9, wrong))).toThrow("Is it gather?");
  });

  test("the number on the sheet is named, not the place", () => {
    const backwards = WORDS.map((word, at) => `${at + 1} ${word}`).reverse();
    expect(() => readPaper(backwards.join(" ").replace("cage", "qqqq"))).toThrow("Word 7,");
  });

  test("a short word that begins others is itself", () => {
    expect(reasonOf(changed(0, "act"))).toBe("paper_order");
    expect(reasonOf(changed(0, "zoo"))).toBe("paper_order");
  });

  test.each(["aba", "abandonned", "abandom"])("%s stands for nothing", (word) => {
    expect(reasonOf(changed(0, word))).toBe("paper_word");
  });

  test("what is wrong is said", () => {
    expect(reasonOf([WORDS[1], WORDS[0], ...WORDS.slice(2)].join(" "))).toBe("paper_order");
    expect(reasonOf("")).toBe("paper_count");
    expect(reasonOf([...WORDS, "zoo"].join(" "))).toBe("paper_count");
    expect(reasonOf("word ".repeat(1000))).toBe("paper_length");
    const numbered = WORDS.map((word, at) => `${at + 1}. ${word}`);
    for (const wrong of ["2. liar", "13. liar", "liar"]) {
      const text = numbered.map((each, at) => (at === 2 ? wrong : each)).join("\n");
      expect(() => readPaper(text)).toThrow("no word with the number 3");
    }
  });

  test("any changed or missing character of the line is noticed", () => {
    for (let place = 17; place < LINE.length; place++) {
      expect(reasonOf(LINE.slice(0, place))).toBe("paper_line");
      for (const other of "Aa0_-") {
        const text = LINE.slice(0, place) + other + LINE.slice(place + 1);
        expect(reasonOf(text)).toBe(text === LINE ? "read" : "paper_line");
      }
    }
  });

  test("a secret of another length is a mistake of this program", () => {
    expect(() => paperWords(new Uint8Array(15))).toThrow(CallerError);
  });
});
