/** What a person wrote and does not fit is said, not cut, and never sent. */

import { describe, expect, test } from "vitest";
import { type BulletinFields, encodeBulletin } from "../../../src/core/bodies/bulletin";
import {
  type CheckInHead,
  encodeCheckIn,
  needBits,
  needWords,
} from "../../../src/core/bodies/checkin";
import { encodeClaim, markOf, plainAsk, stepAbout } from "../../../src/core/bodies/claim";
import { encodeLevel } from "../../../src/core/bodies/level";
import { cleanName } from "../../../src/core/bodies/names";
import { encodeNotice } from "../../../src/core/bodies/notice";
import { encodeOffer, type OfferFields } from "../../../src/core/bodies/offer";
import { ALWAYS, encodeWeek } from "../../../src/core/bodies/opening";
import { coarsePosition, encodePlace, placeCategory } from "../../../src/core/bodies/place";
import { encodeProfile } from "../../../src/core/bodies/profile";
import { encodeRevocation } from "../../../src/core/bodies/revocation";
import { encodeTemplate, templateOf } from "../../../src/core/bodies/template";
import { thingOf } from "../../../src/core/bodies/things";
import { encodeTimetable, type Timetable } from "../../../src/core/bodies/timetable";
import { encodeTriage } from "../../../src/core/bodies/triage";
import { CallerError, LimitError } from "../../../src/core/errors";
import { lifetimeCodes, longestMinutes } from "../../../src/core/lifetimes";
import { NO_TEXTS } from "../../../src/core/text/texts";

const BULLETIN: BulletinFields = {
  text: "Kekse!",
  title: null,
  category: "general",
  severity: "info",
  template: null,
};
const OFFER: OfferFields = {
  direction: "offer",
  sort: "goods",
  category: "water",
  item: 1,
  quantity: null,
  startMin: null,
  endMin: null,
  place: null,
  lastMin: null,
  title: "",
  placeWords: "",
  onBehalf: "",
  deposit: "",
  text: "",
};
const OK: CheckInHead = { state: "ok", persons: 1, needs: 0, place: null, sinceMin: null };
const TIMETABLE: Timetable = {
  startMin: 1000,
  lengthMinutes: 15,
  intervalMinutes: 0,
  count: 1,
  sort: "single",
  terms: null,
};
const ASK = { id: new Uint8Array(16).fill(7) };

function reasonOf(act: () => unknown): string {
  try {
    act();
    return "written";
  } catch (error) {
    return error instanceof LimitError ? error.reason : String(error);
  }
}

describe("bulletins", () => {
  test.each<[string, Partial<BulletinFields>, string]>([
    ["no text", { text: "" }, "empty_text"],
    ["a text of 1600 characters that are two units each", { text: "🚰".repeat(400) }, "written"],
    ["a long text", { text: "x".repeat(1601) }, "too_long"],
    ["more bytes than an object carries", { text: "ж".repeat(1000) }, "too_large"],
    ["an empty title", { title: "" }, "empty_title"],
    ["a title of two lines", { title: "a\nb" }, "many_lines"],
    ["a title with a tab", { title: "a\tb" }, "written"],
    ["a long title", { title: "x".repeat(81) }, "too_long"],
    ["a category in capitals", { category: "Water" }, "bad_category"],
    ["a category of one's own", { category: "library-bus" }, "written"],
    ["a word that every record has", { category: "constructor" }, "written"],
    ["a character that turns the text round", { text: "a\u202eb" }, "bad_character"],
  ])("%s", (_, changes, reason) => {
    expect(reasonOf(() => encodeBulletin(NO_TEXTS, { ...BULLETIN, ...changes }))).toBe(reason);
  });

  test("a value of a template is possible or named", () => {
    const water = templateOf(1);
    if (water === null) {
      throw new Error("there is no template 1");
    }
    const values = { place: "Nordmarkt", from: 360, to: 600, litres: 20 };
    const written = (changes: object) =>
      reasonOf(() => encodeTemplate(NO_TEXTS, water, { ...values, ...changes }));
    expect(written({})).toBe("written");
    expect(written({ litres: 1000 })).toBe("bad_value");
    expect(written({ from: 361 })).toBe("bad_value");
    expect(written({ to: 360 })).toBe("bad_value");
    expect(written({ place: " Nordmarkt" })).toBe("bad_value");
    expect(written({ place: 5 })).toBe("bad_value");
    expect(written({ street: "x" })).toBe("bad_value");
    expect(reasonOf(() => encodeTemplate(NO_TEXTS, water, { from: 0, to: 5 }))).toBe(
      "missing_value",
    );
  });
});

describe("offers and claims", () => {
  test.each<[string, Partial<OfferFields>, string]>([
    ["water", {}, "written"],
    ["nothing", { item: 0 }, "empty_offer"],
    ["an item beyond a byte", { item: 256 }, "bad_item"],
    ["a deposit of what is given away", { deposit: "20 €" }, "deposit"],
    ["a deposit of what is lent", { deposit: "20 €", sort: "lending" }, "written"],
    ["none of it", { quantity: { count: 0, unit: 1 } }, "bad_quantity"],
    ["half a litre", { quantity: { count: 0.5, unit: 1 } }, "bad_quantity"],
    ["an end before the beginning", { startMin: 10, endMin: 10 }, "bad_window"],
    ["a place by its whole id", { place: new Uint8Array(16) }, "bad_place"],
    ["a long line", { title: "x".repeat(61) }, "too_long"],
  ])("%s", (_, changes, reason) => {
    expect(reasonOf(() => encodeOffer(NO_TEXTS, { ...OFFER, ...changes }))).toBe(reason);
  });

  test("a step has its own numbers only", () => {
    const written = (fields: Parameters<typeof encodeClaim>[1]) =>
      reasonOf(() => encodeClaim(NO_TEXTS, fields));
    const ask = plainAsk();
    const cancel = stepAbout(ASK, "cancel");
    expect(written(ask)).toBe("written");
    expect(written({ ...ask, slots: { first: 3, count: 2 }, quantity: 2 })).toBe("written");
    expect(written({ ...ask, slots: { first: 4096, count: 1 } })).toBe("bad_slots");
    expect(written({ ...ask, span: { startMin: 5, endMin: 5 } })).toBe("bad_window");
    expect(written({ ...ask, mark: markOf(ASK) })).toBe("bad_mark");
    expect(written({ ...ask, text: "x".repeat(120) })).toBe("too_large");
    expect(written({ ...ask, text: "x".repeat(161) })).toBe("too_long");
    expect(written(cancel)).toBe("written");
    expect(written({ ...cancel, quantity: 1 })).toBe("bad_step");
    expect(written({ ...cancel, onBehalf: "Frau Schulz" })).toBe("bad_step");
    expect(written({ ...cancel, mark: null })).toBe("bad_mark");
    expect(written(stepAbout(ASK, "hold"))).toBe("hold_end");
    expect(written({ ...stepAbout(ASK, "hold"), untilMin: 9 })).toBe("written");
  });

  test("things have names until a later version knows more", () => {
    expect(thingOf(1)).toMatchObject({ identifier: "water", unit: "litre", category: "water" });
    expect(thingOf(255)).toBe(null);
  });
});

describe("calls, places and times", () => {
  test("who needs something is not ok", () => {
    const written = (head: Partial<CheckInHead>) =>
      reasonOf(() =>
        encodeCheckIn(NO_TEXTS, { head: { ...OK, ...head }, where: "", onBehalfOf: "", text: "" }),
      );
    expect(written({})).toBe("written");
    expect(written({ needs: 1 })).toBe("ok_needs");
    expect(written({ state: "urgent", needs: needBits(["water", "animal"]) })).toBe("written");
    expect(written({ persons: 256 })).toBe("bad_persons");
    expect(written({ persons: 0 })).toBe("bad_persons");
  });

  test("needs are bits, and what this version does not know is said", () => {
    expect(needBits(["medicine", "company"])).toBe(0x84);
    expect(needWords(0x84)).toEqual({ known: ["medicine", "company"], more: false });
    expect(needWords(0x8001)).toEqual({ known: ["water"], more: true });
  });

  test("an act of triage names whom it must", () => {
    const act = (head: Parameters<typeof encodeTriage>[1]["head"]) =>
      reasonOf(() => encodeTriage(NO_TEXTS, { head, note: "" }));
    const person = new Uint8Array(16);
    expect(act({ act: "taken", person: null, duplicateOf: null })).toBe("written");
    expect(act({ act: "handed_over", person: null, duplicateOf: null })).toContain("CallerError");
    expect(act({ act: "done", person, duplicateOf: null })).toContain("CallerError");
    expect(act({ act: "duplicate", person: null, duplicateOf: null })).toContain("CallerError");
  });

  test("a level is a word or a number", () => {
    expect(reasonOf(() => encodeLevel({ level: "full", people: null, source: "person" }))).toBe(
      "written",
    );
    expect(reasonOf(() => encodeLevel({ level: "full", people: null, source: "counter" }))).toBe(
      "counter",
    );
    expect(reasonOf(() => encodeLevel({ level: null, people: 50_001, source: "counter" }))).toBe(
      "bad_people",
    );
    expect(() => encodeLevel({ level: null, people: null, source: "person" })).toThrow(CallerError);
    expect(() => encodeLevel({ level: "full", people: 1, source: "person" })).toThrow(CallerError);
  });

  test("positions are coarse", () => {
    expect(coarsePosition(51.52349, -7.4665)).toEqual({
      latitudeMdeg: 51523,
      longitudeMdeg: -7466,
    });
    expect(coarsePosition(-90, 180)).toEqual({ latitudeMdeg: -90_000, longitudeMdeg: -180_000 });
    expect(reasonOf(() => coarsePosition(91, 0))).toBe("bad_position");
    expect(reasonOf(() => coarsePosition(Number.NaN, 0))).toBe("bad_position");
    expect(placeCategory(1)).toBe("water");
    expect(placeCategory(200)).toBe("other");
  });

  test("a week has one form", () => {
    const day = [{ start: 36, end: 72 }];
    expect(encodeWeek(ALWAYS)).toEqual({ form: 8, data: new Uint8Array() });
    expect(encodeWeek([day, day, [], [], [], [], []]).data).toEqual(Uint8Array.of(3, 36, 72));
    expect(reasonOf(() => encodeWeek([[], [], [], [], [], [], []]))).toBe("never_open");
    expect(reasonOf(() => encodeWeek([[{ start: 5, end: 5 }], [], [], [], [], [], []]))).toBe(
      "bad_hours",
    );
  });

  test("a place has a name", () => {
    const head = { category: 0, capacity: 0, week: null, position: null, steps: "unsaid" } as const;
    const words = { name: "", address: "", hours: "", contact: "", onBehalfOf: "", text: "" };
    expect(reasonOf(() => encodePlace(NO_TEXTS, { head, words }))).toBe("empty_name");
  });

  test.each<[string, Partial<Timetable>, string]>([
    ["once", {}, "written"],
    ["a single thing twice", { count: 2, intervalMinutes: 15 }, "single"],
    ["an interval of one slot", { intervalMinutes: 15 }, "one_interval"],
    ["a slot without length", { lengthMinutes: 0 }, "bad_number"],
    ["after the end of time", { startMin: 2 ** 24 - 1 }, "bad_time"],
  ])("%s", (_, changes, reason) => {
    expect(reasonOf(() => encodeTimetable({ ...TIMETABLE, ...changes }))).toBe(reason);
  });
});

describe("names, keys and notices", () => {
  test.each([
    ["Ayşe", "written"],
    ["", "empty_name"],
    [" Ayşe", "bad_character"],
    ["A\tB", "bad_character"],
    ["ş".repeat(21), "long_name"],
  ])("the name %s is %s", (name, reason) => {
    expect(reasonOf(() => encodeProfile({ name, languages: [] }))).toBe(reason);
  });

  test("a name that people type is cleaned", () => {
    expect(cleanName("  Ayşe\n \u202e Yılmaz\u00a0")).toBe("Ayşe Yılmaz");
    expect(reasonOf(() => encodeProfile({ name: "A", languages: ["de", "de"] }))).toBe(
      "bad_language",
    );
  });

  test("a correction says what is right", () => {
    const target = new Uint8Array(16);
    const fields = { act: "correct", reason: "wrong", target, text: "" } as const;
    expect(reasonOf(() => encodeNotice(NO_TEXTS, fields))).toBe("empty_text");
    expect(reasonOf(() => encodeNotice(NO_TEXTS, { ...fields, act: "hide" }))).toBe("written");
  });

  test("cuts are by rising key", () => {
    const cut = (first: number) => ({ key: Uint8Array.of(first, 0, 0, 0), sequence: 1 });
    const revoked = { reason: "lost", subject: new Uint8Array(16), role: null } as const;
    expect(encodeRevocation({ ...revoked, cuts: [cut(1), cut(2)] }).body.length).toBe(28);
    expect(() => encodeRevocation({ ...revoked, cuts: [cut(2), cut(1)] })).toThrow(CallerError);
  });

  test("lifetimes are as long as a kind allows", () => {
    expect(longestMinutes("bulletin")).toBe(14 * 1440);
    expect(lifetimeCodes("level")).toEqual([0, 1, 2, 3, 4]);
  });
});
