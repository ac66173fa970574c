import { describe, expect, test } from "vitest";
import type { Body } from "../../../src/core/bodies/body";
import { encodeDevice, isProven } from "../../../src/core/bodies/device";
import { checkOffer } from "../../../src/core/bodies/offer";
import { fromHex, hex } from "../../../src/core/bytes";
import { PeerError } from "../../../src/core/errors";
import { signingKey } from "../../../src/core/keys";
import { decodeObject, KIND } from "../../../src/core/object";
import { DEFLATE, NO_TEXTS, UTF8 } from "../../../src/core/text/texts";
import { BODIES, bodyOf, type Plain, readPlain, writePlain } from "../../bodies";
import { allTexts } from "../../texts";
import { bytesOrNull, vectors } from "../../vectors";

interface Row {
  readonly name: string;
  readonly kind: number;
  readonly codec?: number;
  readonly body: string;
  readonly parent?: string | null;
  readonly encoded: string;
  readonly fields: Plain;
  readonly reason: string;
}

interface Family {
  readonly objects: readonly Row[];
  readonly refused_bodies?: readonly Row[];
  readonly refused_offers?: readonly Row[];
  readonly refused_claims?: readonly Row[];
}

const FAMILIES = ["objects", "exchange", "capacity", "places", "calls"];
const ALL = FAMILIES.map((name) => vectors<Family>(`${name}.json`));
const TEXTS = allTexts();

/** What only nodes and stewards write and read. */
const NOT_HERE: readonly number[] = [KIND.charter, KIND.endorsement, KIND.alert, KIND.allotment];

const OBJECTS = ALL.flatMap(({ objects }) => objects).filter(
  ({ kind }) => !NOT_HERE.includes(kind),
);
/** Of a family's rows those that say no parent are about something; in the first file they are not. */
const ABOUT = { parent: "726f6f74" };
const REFUSED = ALL.flatMap((family, at) => [
  ...(family.refused_bodies ?? []).map((row) => ({ ...(at === 0 ? {} : ABOUT), ...row })),
  ...(family.refused_offers ?? []).map((row) => ({ ...ABOUT, ...row, kind: KIND.offer })),
  ...(family.refused_claims ?? []).map((row) => ({ ...ABOUT, ...row, kind: KIND.claim })),
]).filter(({ kind }) => !NOT_HERE.includes(kind));

function reasonOf(row: Row): string {
  const parent = bytesOrNull(row.parent ?? null);
  try {
    readPlain(TEXTS, row.kind, { codec: row.codec ?? 0, body: fromHex(row.body), parent });
    return "read";
  } catch (error) {
    return error instanceof PeerError ? error.reason : String(error);
  }
}

describe("shared vectors", () => {
  test("every kind that is read here has a vector", () => {
    const seen = new Set(OBJECTS.map(({ kind }) => kind));
    const known = Object.keys(BODIES).map(Number);
    // Prekeys are in private.json, whose tests are elsewhere.
    expect(known.filter((kind) => !seen.has(kind))).toEqual([KIND.prekey]);
  });

  test.each(OBJECTS)("$name reads as the vector says", (row) => {
    const thing = decodeObject(fromHex(row.encoded));
    expect(readPlain(TEXTS, thing.kind, thing)).toMatchObject(row.fields as object);
    if (thing.kind === KIND.offer) {
      checkOffer(thing);
    }
  });

  test.each(OBJECTS)("$name is written with the same bytes", (row) => {
    const thing = decodeObject(fromHex(row.encoded));
    if (bodyOf(thing.kind).encode === null) {
      return;
    }
    const fields = readPlain(TEXTS, thing.kind, thing);
    const written = writePlain(thing.codec === UTF8 ? NO_TEXTS : TEXTS, thing.kind, fields);
    if (thing.codec === DEFLATE) {
      const again = { ...(written as Body), parent: thing.parent };
      expect(readPlain(TEXTS, thing.kind, again)).toEqual(fields);
    } else {
      expect(written).toEqual({ codec: thing.codec, body: thing.body });
    }
  });

  test.each(REFUSED)("$name is refused as $reason", (row) => {
    expect(reasonOf(row)).toBe(row.reason);
  });

  test("a device agrees to sign for one identity in one community", () => {
    const { keys, community, objects } = vectors<
      Family & {
        keys: Record<"device" | "person", { seed: string; public_key: string }>;
        community: string;
      }
    >("objects.json");
    const row = objects.find(({ name }) => name === "device");
    const device = signingKey(fromHex(keys.device.seed));
    const identity = fromHex(keys.person.public_key);
    const body = encodeDevice(device, identity, fromHex(community));
    expect(hex(body.body)).toBe(row?.body);
    expect(isProven(body, identity, fromHex(community))).toBe(true);
    expect(isProven(body, device.publicKey, fromHex(community))).toBe(false);
    expect(isProven(body, identity, new Uint8Array(16))).toBe(false);
  });
});
