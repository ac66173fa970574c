import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { concat, fromHex, utf8 } from "../../../src/core/bytes";
import { PeerError } from "../../../src/core/errors";
import { inflate } from "../../../src/core/text/inflate";
import { textFile } from "../../texts";

const NONE: Uint8Array = new Uint8Array();
const DICTIONARY = textFile("dictionary-1");

function reasonOf(data: Uint8Array, bytesMax = 100, dictionary = NONE): string {
  try {
    inflate(data, dictionary, bytesMax);
    return "read";
  } catch (error) {
    return error instanceof PeerError ? error.reason : String(error);
  }
}

describe("what zlib writes", () => {
  test.each([
    ["stored", { level: 0 }],
    ["fixed", { strategy: 4 }],
    ["dynamic", { level: 9 }],
    ["with the dictionary", { level: 9, dictionary: DICTIONARY }],
    ["huffman only", { strategy: 2 }],
    ["runs", { strategy: 3 }],
  ] as const)("%s reads back", (_, options) => {
    for (const length of [0, 1, 10, 3000, 70_000]) {
      const plain = Uint8Array.from({ length }, (_byte, at) => (at * at * 31) >> (at % 9));
      const dictionary = "dictionary" in options ? DICTIONARY : NONE;
      const data = new Uint8Array(deflateRawSync(plain, options));
      expect(inflate(data, dictionary, length)).toEqual(plain);
      if (length > 0) {
        expect(reasonOf(data, length - 1, dictionary)).toBe("oversize");
      }
      expect(reasonOf(data.subarray(0, -1), length, dictionary)).toBe("truncated");
      expect(reasonOf(concat(data, fromHex("00")), length, dictionary)).toBe("trailing_bytes");
    }
  });

  test("the dictionary reaches back, and nothing reaches further", () => {
    const data = new Uint8Array(deflateRawSync(utf8("Trinkwasser"), { dictionary: DICTIONARY }));
    expect(inflate(data, DICTIONARY, 11)).toEqual(utf8("Trinkwasser"));
    expect(reasonOf(data)).toBe("bad_compression");
  });
});

describe("what zlib does not take", () => {
  test.each([
    ["nothing", "", "truncated"],
    ["a block of unknown kind", "07", "bad_compression"],
    ["stored lengths that differ", "010100ffff", "bad_compression"],
    ["more codes than there are", "fdffff", "bad_compression"],
    ["no end of block", "0500", "truncated"],
  ])("%s", (_, digits, reason) => {
    expect(reasonOf(fromHex(digits))).toBe(reason);
  });
});
