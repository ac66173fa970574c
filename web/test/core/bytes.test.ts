import { describe, expect, test } from "vitest";
import {
  base64url,
  characters,
  compare,
  concat,
  equal,
  fromBase64url,
  fromHex,
  fromUtf8,
  hex,
  Reader,
  uint,
  utf8,
  varint,
  Writer,
} from "../../src/core/bytes";
import { CallerError, PeerError } from "../../src/core/errors";

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe("forms as text", () => {
  test("hexadecimal digits say the bytes in either case and nothing else", () => {
    expect(fromHex(hex(ALL_BYTES))).toEqual(ALL_BYTES);
    expect(fromHex("C0ffEE")).toEqual(Uint8Array.of(0xc0, 0xff, 0xee));
    for (const wrong of ["a", "0g", " 00", "0x00", "00\n"]) {
      expect(() => fromHex(wrong)).toThrow(PeerError);
    }
  });

  test.each([0, 1, 2, 3, 4, 5, 64, 255])("base64url of %i bytes is what Node makes", (length) => {
    const data = ALL_BYTES.slice(256 - length);
    expect(base64url(data)).toBe(Buffer.from(data).toString("base64url"));
    expect(fromBase64url(base64url(data))).toEqual(data);
  });

  test("base64url has one form of each value", () => {
    for (const wrong of ["AA==", "AB", "A", "AA+A", "AA/A", " AAA", "AAAAA", "AAA\n"]) {
      expect(() => fromBase64url(wrong), wrong).toThrow(PeerError);
    }
  });

  test("UTF-8 is strict in both directions and keeps a byte order mark", () => {
    const text = "\ufeffÄ水🚰";
    expect(fromUtf8(utf8(text))).toBe(text);
    for (const wrong of ["ff", "c080", "eda080", "f4908080", "e6b0"]) {
      expect(() => fromUtf8(fromHex(wrong)), wrong).toThrow("bad_utf8");
    }
    expect(() => utf8("\ud83d")).toThrow(CallerError);
    expect(characters("a🚰")).toBe(2);
  });
});

describe("numbers", () => {
  test.each([0, 1, 127, 128, 300, 2 ** 28, 2 ** 31, 2 ** 32 + 5, 2 ** 35 - 1])(
    "the varint of %i reads back",
    (value) => {
      const reader = new Reader(varint(value));
      expect(reader.varint()).toBe(value);
      reader.finish();
    },
  );

  test("a varint has one form and at most five bytes", () => {
    for (const wrong of ["8000", "ff00", "808080808001", "ffffffffff"]) {
      expect(() => new Reader(fromHex(wrong)).varint(), wrong).toThrow("not_canonical");
    }
    expect(() => new Reader(fromHex("80")).varint()).toThrow("truncated");
    expect(() => varint(2 ** 35)).toThrow(CallerError);
    expect(() => varint(-1)).toThrow(CallerError);
  });

  test("big-endian numbers keep to their length", () => {
    expect(hex(uint(0x010203, 4))).toBe("00010203");
    expect(hex(uint(2 ** 48 - 1, 8))).toBe("0000ffffffffffff");
    expect(new Reader(fromHex("ffffffffffff")).uint(6)).toBe(2 ** 48 - 1);
    expect(() => uint(256, 1)).toThrow(CallerError);
    expect(() => uint(1.5, 2)).toThrow(CallerError);
  });
});

describe("fields in order", () => {
  test("what a writer puts, a reader takes", () => {
    const data = new Writer().byte(7).uint(513, 3).varint(300).block(utf8("abc")).put(utf8("de"));
    const reader = new Reader(data.bytes());
    expect([reader.byte(), reader.uint(3), reader.varint()]).toEqual([7, 513, 300]);
    expect(fromUtf8(reader.block(3))).toBe("abc");
    expect(reader.remaining).toBe(2);
    expect(() => reader.finish()).toThrow("trailing_bytes");
    expect(fromUtf8(reader.rest())).toBe("de");
    expect(() => reader.byte()).toThrow("truncated");
  });

  test("a block beyond its bound is refused before it is read", () => {
    expect(() => new Reader(fromHex("05aa")).block(4)).toThrow("oversize");
    expect(() => new Reader(fromHex("04aa")).block(4)).toThrow("truncated");
  });

  test("what was taken does not change with the source", () => {
    const source = Uint8Array.of(1, 2);
    const taken = new Reader(source).rest();
    source[0] = 9;
    expect(taken).toEqual(Uint8Array.of(1, 2));
  });

  test("bytes compare as numbers, the shorter first", () => {
    expect(equal(concat(utf8("a"), utf8("b")), utf8("ab"))).toBe(true);
    expect(equal(utf8("ab"), utf8("a"))).toBe(false);
    expect(compare(fromHex("00ff"), fromHex("0100"))).toBe(-1);
    expect(compare(fromHex("0100"), fromHex("01"))).toBe(1);
    expect(compare(fromHex("01"), fromHex("01"))).toBe(0);
  });
});
