/** Bytes from outside never throw anything but `PeerError`, and what is read has one form. */

import { expect, test } from "vitest";
import { checkOffer } from "../../src/core/bodies/offer";
import { concat, hex } from "../../src/core/bytes";
import { LimitError, PeerError } from "../../src/core/errors";
import { decodeObject, KIND } from "../../src/core/object";
import { readPaper } from "../../src/core/paper";
import { inflate } from "../../src/core/text/inflate";
import { readText } from "../../src/core/text/texts";
import { BODIES, readPlain, writePlain } from "../bodies";
import { Chance } from "../chance";
import { allTexts } from "../texts";

const TEXTS = allTexts();
const ROUNDS = 3000;

/** Return what `act` returns, or null if it refuses bytes as those of others are refused. */
function refusedOr<Result>(act: () => Result): Result | null {
  try {
    return act();
  } catch (error) {
    if (error instanceof PeerError) {
      return null;
    }
    throw error;
  }
}

test("random bytes as objects are refused or read", () => {
  const chance = new Chance(1);
  let read = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const encoded = chance.bytes(chance.below(180));
    if (encoded.length > 0 && chance.below(3) > 0) {
      encoded[0] = (encoded[0] as number) & 0x1f;
    }
    const thing = refusedOr(() => decodeObject(encoded));
    if (thing !== null) {
      read += 1;
      expect(thing.encoded).toEqual(encoded);
    }
  }
  expect(read).toBeGreaterThan(ROUNDS / 4);
});

test.each(Object.keys(BODIES).map(Number))("random bytes as the body of kind %i", (kind) => {
  const chance = new Chance(kind + 1);
  for (let round = 0; round < ROUNDS; round++) {
    const codec = chance.below(4) === 0 ? chance.below(8) : 0;
    const parent = chance.below(2) === 0 ? chance.bytes(4) : null;
    const body = concat(chance.bytes(1), chance.bytes(chance.below(60)));
    const fields = refusedOr(() => readPlain(TEXTS, kind, { codec, body, parent }));
    if (fields !== null) {
      const written = writePlain(TEXTS, kind, fields);
      if (written !== null && written.codec === codec && codec !== 1) {
        expect(hex(written.body)).toBe(hex(body));
      }
    }
  }
});

test("random bytes as offers of others", () => {
  const chance = new Chance(77);
  for (let round = 0; round < ROUNDS; round++) {
    const encoded = concat(Uint8Array.of(KIND.offer), chance.bytes(80 + chance.below(60)));
    refusedOr(() => checkOffer(decodeObject(encoded)));
  }
});

test.each([0, 1, 2, 3, 4])("random bytes as texts in codec %i", (codec) => {
  const chance = new Chance(codec + 100);
  for (let round = 0; round < ROUNDS; round++) {
    const data = chance.bytes(chance.below(40));
    refusedOr(() => readText(TEXTS, codec, data, 1 + chance.below(400)));
  }
});

test("random bytes never inflate to more than the bound", () => {
  const chance = new Chance(5);
  for (let round = 0; round < ROUNDS; round++) {
    const data = chance.bytes(chance.below(60));
    const plain = refusedOr(() => inflate(data, new Uint8Array(), 64));
    expect(plain === null || plain.length <= 64).toBe(true);
  }
});

test("what somebody types for a recovery sheet is read or explained", () => {
  const chance = new Chance(9);
  for (let round = 0; round < ROUNDS; round++) {
    const text = String.fromCharCode(...chance.bytes(chance.below(80)));
    try {
      readPaper(text);
    } catch (error) {
      expect(error).toBeInstanceOf(LimitError);
    }
  }
});
