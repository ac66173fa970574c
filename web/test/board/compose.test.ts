import { describe, expect, it } from "vitest";
import { decodeBulletin } from "../../src/core/bodies/bulletin";
import { decodeMeetup } from "../../src/core/bodies/meetup";
import { decodeOffer } from "../../src/core/bodies/offer";
import { base64url, hex } from "../../src/core/bytes";
import { LimitError } from "../../src/core/errors";
import { signingKey } from "../../src/core/keys";
import { composeObject, expiresMin, KIND } from "../../src/core/object";
import { NO_TEXTS } from "../../src/core/text/texts";
import {
  composeBulletin,
  composeMeetup,
  composeMeetupWords,
  composeOffer,
  composeWithdrawal,
  type OfferForm,
} from "../../src/ui/screens/board/post/compose";
import { minuteOf } from "../../src/ui/screens/board/time";
import { bulletin, offer } from "./documents";

const NOW_MS = Date.parse("2026-11-26T12:00:00Z");
const DAY_MS = 86_400_000;
const WATER: OfferForm = {
  direction: "offer",
  sort: "goods",
  category: "water",
  item: 1,
  title: "",
  quantity: { count: 20, unit: "litre" },
  startMs: null,
  endMs: NOW_MS + DAY_MS / 4,
  staysMs: NOW_MS + DAY_MS,
  place: null,
  where: " Nordmarkt ",
  onBehalf: "",
  deposit: "is not said of goods",
  text: "Bitte Kanister mitbringen.",
};

function refusal(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return error instanceof LimitError ? error.reason : String(error);
  }
}

describe("an offer as it is signed", () => {
  it("says what was filled in, and stays a day longer than its time", () => {
    const composed = composeOffer(NO_TEXTS, WATER, NOW_MS, null);
    expect([composed.kind, composed.minutes, composed.parent]).toEqual([
      KIND.offer,
      1440,
      undefined,
    ]);
    expect(decodeOffer(NO_TEXTS, composed)).toMatchObject({
      item: 1,
      quantity: { count: 20, unit: 1 },
      endMin: minuteOf(NOW_MS) + 360,
      placeWords: "Nordmarkt",
      deposit: "",
      lastMin: null,
    });
  });

  it("as a new version names the minute by which all versions end", () => {
    const before = offer({ claims_last: "2026-12-17T12:00:00Z" });
    const composed = composeOffer(NO_TEXTS, WATER, NOW_MS, before);
    expect(hex(composed.parent as Uint8Array)).toBe("22222222");
    expect(composed.untilMin).toBe(minuteOf(before.expires));
    expect(decodeOffer(NO_TEXTS, composed).lastMin).toBe(minuteOf(before.claims_last));
    const bike = { ...WATER, sort: "lending" } as const;
    const lent = composeOffer(NO_TEXTS, bike, NOW_MS, offer({ sort: "lending" }));
    expect(decodeOffer(NO_TEXTS, lent).lastMin).toBeNull();
  });

  it("is not kept up for longer than one offer may be", () => {
    const before = offer({ claims_last: "2026-12-04T12:00:00Z" });
    const month = { ...WATER, staysMs: NOW_MS + 30 * DAY_MS };
    expect(refusal(() => composeOffer(NO_TEXTS, month, NOW_MS, before))).toBe("kept_up");
    const year = { ...WATER, staysMs: NOW_MS + 365 * DAY_MS };
    expect(refusal(() => composeOffer(NO_TEXTS, year, NOW_MS, null))).toBe("too_late");
  });
});

describe("a bulletin as it is signed", () => {
  const form = {
    title: " ",
    text: "Kein Wasser.\r\n",
    category: "water",
    severity: "minor",
    staysMs: NOW_MS + DAY_MS,
    isDrill: false,
  } as const;

  it("is of another kind as a drill, whatever it says", () => {
    const drill = composeBulletin(NO_TEXTS, { ...form, isDrill: true }, NOW_MS, null);
    expect([drill.kind, composeBulletin(NO_TEXTS, form, NOW_MS, null).kind]).toEqual([
      KIND.drill,
      KIND.bulletin,
    ]);
  });

  it("has no title that nobody wrote", () => {
    const composed = composeBulletin(NO_TEXTS, form, NOW_MS, null);
    expect(decodeBulletin(NO_TEXTS, composed)).toMatchObject({ title: null, severity: "minor" });
    expect(composed.minutes).toBe(1440);
  });

  it("ends no earlier than what it replaces", () => {
    const before = bulletin({ expires: "2026-11-30T12:00:00Z" });
    const composed = composeBulletin(NO_TEXTS, form, NOW_MS, before);
    expect([composed.minutes, composed.untilMin]).toEqual([4 * 1440, minuteOf(before.expires)]);
  });
});

describe("a meet-up as it is signed", () => {
  const form = {
    title: "Mittagstisch",
    where: "Gemeindehaus",
    place: "01020304",
    text: "",
    startMs: NOW_MS + DAY_MS,
    lengthMinutes: 90,
    weeks: 4,
    seats: 12,
    node: new Uint8Array(16).fill(3),
  };

  it("comes every week, and the node that was asked gives out the seats", () => {
    const composed = composeMeetup(NO_TEXTS, form, NOW_MS);
    const { timetable, place } = decodeMeetup(NO_TEXTS, composed);
    expect([timetable.count, timetable.intervalMinutes]).toEqual([4, 10_080]);
    expect(timetable.terms).toMatchObject({ capacity: 12, claimMax: 1, isAutomatic: true });
    expect(hex(place as Uint8Array)).toBe("01020304");
    const free = composeMeetup(NO_TEXTS, { ...form, seats: 0, weeks: 1 }, NOW_MS);
    expect(decodeMeetup(NO_TEXTS, free).timetable).toMatchObject({ terms: null, count: 1 });
  });

  it("keeps when and for how many it is where only its words change", () => {
    const made = composeMeetup(NO_TEXTS, form, NOW_MS);
    const thing = composeObject(signingKey(new Uint8Array(32).fill(1)), new Uint8Array(16), {
      ...made,
      sequence: 1,
      createdMin: minuteOf(NOW_MS),
      lifetimeCode: 10,
    });
    const before = { encoded: base64url(thing.encoded), root: "01020304" };
    const words = { title: "Kaffee", text: "Bring eine Tasse mit." };
    const changed = composeMeetupWords(NO_TEXTS, before, words);
    expect(decodeMeetup(NO_TEXTS, changed)).toEqual({ ...decodeMeetup(NO_TEXTS, made), ...words });
    expect(changed.untilMin).toBe(expiresMin(thing));
    expect(hex(changed.parent as Uint8Array)).toBe("01020304");
  });

  it("is neither over nor too far ahead", () => {
    const at = (startMs: number) => () => composeMeetup(NO_TEXTS, { ...form, startMs }, NOW_MS);
    expect(refusal(at(NOW_MS - 40 * DAY_MS))).toBe("over");
    expect(refusal(at(NOW_MS + 80 * DAY_MS))).toBe("too_late");
  });
});

describe("taking something back", () => {
  it("lasts as long as any version may", () => {
    expect(composeWithdrawal("01020304", null).minutes).toBe(91 * 1440);
    const composed = composeWithdrawal("01020304", "2026-12-03T12:00:00Z");
    expect(composed.untilMin).toBe(minuteOf("2026-12-03T12:00:00Z"));
    expect(composed.body.length).toBe(0);
  });
});
