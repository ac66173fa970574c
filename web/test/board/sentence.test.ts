import { describe, expect, it } from "vitest";
import { decodeBulletin, type RawTemplate } from "../../src/core/bodies/bulletin";
import { decodeTemplate, TEMPLATES, type Template } from "../../src/core/bodies/template";
import { LimitError } from "../../src/core/errors";
import { KIND } from "../../src/core/object";
import { NO_TEXTS } from "../../src/core/text/texts";
import {
  composeSentence,
  saysItsEnd,
  type Typed,
  typedOf,
  valuesOf,
} from "../../src/ui/screens/board/post/sentence";
import { fitting } from "../../src/ui/screens/board/post/sentences";
import { localInput, minuteOf } from "../../src/ui/screens/board/time";
import { bulletin } from "./documents";

const NOW_MS = Date.parse("2026-11-26T12:03:00Z");
const HOUR_MS = 3_600_000;

function named(identifier: string): Template {
  return TEMPLATES.find((one) => one.identifier === identifier) as Template;
}

const WATER: Typed = {
  place: " Nordmarkt ",
  from: localInput(NOW_MS + HOUR_MS),
  to: localInput(NOW_MS + 5 * HOUR_MS),
  litres: "20",
};

function form(template: Template, typed: Typed) {
  return { template, typed, severity: "minor", isDrill: false, staysMs: null } as const;
}

function refused(template: Template, typed: Typed): unknown {
  try {
    return valuesOf(template, typed, minuteOf(NOW_MS));
  } catch (error) {
    return error instanceof LimitError ? [error.reason, error.values.name] : error;
  }
}

describe("a sentence with blanks as it is signed", () => {
  it("says what was typed, in steps of five minutes from its origin", () => {
    const composed = composeSentence(NO_TEXTS, form(named("water"), WATER), NOW_MS, null);
    const fields = decodeBulletin(NO_TEXTS, composed);
    expect(fields).toMatchObject({ category: "water", severity: "minor", text: "" });
    expect(decodeTemplate(NO_TEXTS, fields.template as RawTemplate)?.values).toEqual({
      place: "Nordmarkt",
      from: 60,
      to: 300,
      litres: 20,
    });
    expect(composed).toMatchObject({ kind: KIND.bulletin, originMin: minuteOf(NOW_MS) });
  });

  it("stays an hour longer than what it announces, or a day", () => {
    expect(composeSentence(NO_TEXTS, form(named("water"), WATER), NOW_MS, null).minutes).toBe(360);
    const open = form(named("water-off"), { area: "Hafenstr." });
    expect(composeSentence(NO_TEXTS, open, NOW_MS, null).minutes).toBe(1440);
    expect(saysItsEnd(named("water"), WATER)).toBe(true);
    expect(saysItsEnd(named("water-off"), { area: "Hafenstr.", to: "" })).toBe(false);
  });

  it("names the blank that is missing or does not fit", () => {
    const water = named("water");
    expect(refused(water, { ...WATER, place: " " })).toEqual(["missing_value", "place"]);
    expect(refused(water, { ...WATER, litres: "1000" })).toEqual(["bad_value", "litres"]);
    expect(refused(water, { ...WATER, litres: "viel" })).toEqual(["bad_value", "litres"]);
    expect(refused(water, { ...WATER, to: WATER.from ?? "" })).toEqual(["bad_value", "to"]);
    const gas = named("gas-smell");
    expect(refused(gas, { area: "Hafenstr.", phone: "ruf an" })).toEqual(["bad_value", "phone"]);
    expect(refused(gas, { area: "Hafenstr.", phone: "0231 / 123-456" })).toEqual({
      area: "Hafenstr.",
      phone: "0231123456",
    });
  });

  it("is of the kind of drills, and an all-clear takes the place of what it is about", () => {
    const drill = { ...form(named("gas-smell"), { area: "Hafenstr." }), isDrill: true };
    expect(composeSentence(NO_TEXTS, drill, NOW_MS, null).kind).toBe(KIND.drill);
    const before = bulletin({ severity: "severe" });
    const over = form(named("all-clear"), { what: "tap-water" });
    const composed = composeSentence(NO_TEXTS, over, NOW_MS, before);
    expect(composed.untilMin).toBe(minuteOf(before.expires));
    expect(composed.parent).toBeDefined();
  });

  it("comes back into the fields as it was typed", () => {
    const parameters = {
      place: "Nordmarkt",
      from: "2026-11-26T13:00:00Z",
      to: "2026-11-26T17:00:00Z",
      each: "30m",
    };
    const filled = bulletin({ template: { number: 7, id: "charging", parameters } });
    const typed = typedOf(named("charging"), filled);
    expect(typed.each).toBe("30");
    expect(valuesOf(named("charging"), typed, minuteOf(NOW_MS))).toEqual({
      place: "Nordmarkt",
      from: 60,
      to: 300,
      each: 30,
    });
  });
});

describe("the sentences that are offered", () => {
  const listed = TEMPLATES.map(({ number, identifier, category, severity }) => ({
    number,
    id: identifier,
    title: identifier,
    category,
    severity,
    example: "",
    parameters: [],
  }));

  it("fit the day, and exist", () => {
    const ids = (mode: "normal" | "outage" | "recovery") =>
      fitting(listed, "", mode).map(({ id }) => id);
    expect(ids("normal")[0]).toBe("give-away");
    expect(ids("outage")[0]).toBe("water");
    expect(ids("recovery")[0]).toBe("all-clear");
    expect(ids("outage")).toContain("evacuate");
    expect(ids("outage").filter((id) => id === "first-aid")).toHaveLength(1);
  });

  it("are found by their words", () => {
    expect(fitting(listed, " BOIL ", "normal").map(({ id }) => id)).toEqual(["boil-water"]);
  });
});
