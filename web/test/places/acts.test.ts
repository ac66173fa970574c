import { describe, expect, it } from "vitest";
import { decodeCheckIn, needWords } from "../../src/core/bodies/checkin";
import { decodeClaim } from "../../src/core/bodies/claim";
import { decodeLevel } from "../../src/core/bodies/level";
import { decodeMode } from "../../src/core/bodies/mode";
import { decodePlace, PLACE_CATEGORIES } from "../../src/core/bodies/place";
import { decodeSlots } from "../../src/core/bodies/slots";
import { decodeTriage } from "../../src/core/bodies/triage";
import { base64url, hex } from "../../src/core/bytes";
import { LimitError } from "../../src/core/errors";
import { signingKey } from "../../src/core/keys";
import { composeObject, KIND } from "../../src/core/object";
import { NO_TEXTS } from "../../src/core/text/texts";
import type { Posting } from "../../src/person/person";
import { askPosting, stepPosting } from "../../src/ui/acts/bookings";
import { checkInPosting, okTargets } from "../../src/ui/acts/checkins";
import { levelPosting } from "../../src/ui/acts/levels";
import { confirmationPosting, proposalPosting } from "../../src/ui/acts/modes";
import { minuteOf } from "../../src/ui/acts/moments";
import { clockOf, dayOf, NEVER, withDays } from "../../src/ui/acts/opening";
import { NO_PLACE, placePosting, placeRemoval } from "../../src/ui/acts/places";
import { slotsPosting } from "../../src/ui/acts/slots";
import { triagePosting } from "../../src/ui/acts/triage";
import { ANNA, booking, checkIn, proposal, said, thing } from "./documents";

const OK = {
  state: "ok",
  needs: [],
  text: "",
  persons: null,
  where: null,
  onBehalfOf: null,
} as const;

function carried(posting: Posting) {
  return { codec: posting.codec, body: posting.body, parent: posting.parent ?? null };
}

function parentOf(posting: Posting): string {
  return hex(posting.parent ?? new Uint8Array());
}

describe("a place", () => {
  const DAY = dayOf([["09:00", "12:00"]]);
  const form = {
    ...NO_PLACE,
    name: " Begegnungszentrum ",
    category: "library",
    position: "51,5231 / 7.4669",
    week: withDays(NEVER, [0, 1], DAY),
    capacity: "60",
  } as const;

  it("says what was filled in, and lasts no longer than its author belongs", () => {
    const posting = placePosting(NO_TEXTS, form, null, 50_000, "x");
    const { head, words } = decodePlace(NO_TEXTS, carried(posting));
    expect(words.name).toBe("Begegnungszentrum");
    expect(head).toMatchObject({
      category: PLACE_CATEGORIES.indexOf("library"),
      capacity: 60,
      position: { latitudeMdeg: 51523, longitudeMdeg: 7467 },
    });
    expect(head.week?.map((day) => day.length)).toEqual([1, 1, 0, 0, 0, 0, 0]);
    expect(posting.minutes).toBe(43_200);
    expect(placePosting(NO_TEXTS, form, null, Number.POSITIVE_INFINITY, "x").minutes).toBe(263_520);
  });

  it("keeps what its host did not touch when it is said anew", () => {
    const first = placePosting(NO_TEXTS, { ...form, category: "water" }, null, 50_000, "x");
    const encoded = base64url(
      composeObject(signingKey(new Uint8Array(32)), new Uint8Array(16), {
        kind: KIND.place,
        codec: first.codec,
        body: first.body,
        sequence: 1,
        createdMin: 1,
        lifetimeCode: 9,
      }).encoded,
    );
    const before = { root: "33333333", encoded, expires: "2026-12-01T12:00:00Z" };
    const again = placePosting(NO_TEXTS, { ...form, position: "" }, before, 50_000, "x");
    const { head } = decodePlace(NO_TEXTS, carried(again));
    expect([head.category, head.position]).toEqual([PLACE_CATEGORIES.indexOf("water"), null]);
    expect([parentOf(again), again.untilMin]).toEqual(["33333333", minuteOf(before.expires)]);
    expect(placeRemoval(before, "x").untilMin).toBe(minuteOf(before.expires));
  });

  it.each(["51.5", "nirgends", "51.523, 7.467, 3", "91, 7"])("is not at %s", (position) => {
    expect(() => placePosting(NO_TEXTS, { ...form, position }, null, 50_000, "x")).toThrow(
      LimitError,
    );
  });
});

describe("opening hours", () => {
  it("have a break at noon, and go past midnight", () => {
    const day = dayOf([
      ["14:00", "18:07"],
      ["09:00", "12:30"],
    ]);
    expect(day.map(({ start, end }) => `${clockOf(start)}-${clockOf(end)}`)).toEqual([
      "09:00-12:30",
      "14:00-18:00",
    ]);
    const [night] = dayOf([["22:00", "02:00"]]);
    expect(night).toEqual({ start: 88, end: 104 });
    expect(clockOf(104)).toBe("02:00");
    expect(clockOf(96)).toBe("24:00");
  });

  it("do not overlap, and are whole", () => {
    for (const spans of [
      [["09:00", "12:00"] as const, ["11:00", "13:00"] as const],
      [["09:00", ""] as const],
    ]) {
      expect(() => dayOf(spans)).toThrow(LimitError);
    }
    expect(dayOf([["", ""]])).toEqual([]);
  });
});

describe("a level", () => {
  const place = { root: "33333333", levels: [said(), said({ said_by: "Bert" })] };

  it("is about its place, and outlives what the same name said before", () => {
    const posting = levelPosting(place, "full", "Anna", "x");
    expect([posting.kind, parentOf(posting)]).toEqual([KIND.level, "33333333"]);
    expect(decodeLevel(carried(posting))).toEqual({
      level: "full",
      people: null,
      source: "person",
    });
    expect(posting.untilMin).toBe(minuteOf("2026-11-26T18:00:00Z"));
  });

  it("of somebody who said nothing before lives its own time", () => {
    const posting = levelPosting(place, 37, "Cem", "x");
    expect(decodeLevel(carried(posting)).people).toBe(37);
    expect([posting.minutes, posting.untilMin]).toEqual([360, undefined]);
  });

  it("does not take a counter's number for a word", () => {
    const levels = [said({ source: "counter", level: null, people: 9 })];
    expect(levelPosting({ ...place, levels }, "some", "Anna", "x").untilMin).toBeUndefined();
  });
});

describe("an ask", () => {
  it("names its slot from zero and outlives the last one by a day", () => {
    const wish = { slot: 3, units: 2, onBehalf: " Frau  Schulz " };
    const posting = askPosting(NO_TEXTS, thing(), wish, "x");
    expect(parentOf(posting)).toBe("22222222");
    expect(decodeClaim(NO_TEXTS, carried(posting))).toMatchObject({
      step: "ask",
      quantity: 2,
      slots: { first: 2, count: 1 },
      onBehalf: "Frau Schulz",
    });
    expect(posting.untilMin).toBe(minuteOf("2026-11-28T13:00:00Z"));
  });

  it("has later steps, which name it by both parts of its id", () => {
    const posting = stepPosting(booking(), "no-show", "x");
    expect(parentOf(posting)).toBe("44556677");
    const fields = decodeClaim(NO_TEXTS, carried(posting));
    expect([fields.step, hex(fields.mark ?? new Uint8Array())]).toEqual(["no-show", "88990011"]);
    expect(posting.untilMin).toBe(minuteOf("2026-11-29T12:00:00Z"));
  });
});

describe("slots", () => {
  const opened = {
    title: "Impfung",
    text: "",
    place: "33333333",
    authority: "c".repeat(32),
    startMs: Date.parse("2026-11-27T08:00:00Z"),
    lengthMinutes: 15,
    count: 20,
    capacity: 2,
    claimMax: 4,
    isQueue: false,
    isAutomatic: true,
  };

  it("follow one another, and one claim asks for no more than there is", () => {
    const posting = slotsPosting(NO_TEXTS, opened, "x");
    const { timetable, place } = decodeSlots(NO_TEXTS, carried(posting));
    expect(timetable).toMatchObject({ sort: "slots", count: 20, intervalMinutes: 15 });
    expect(timetable.terms).toMatchObject({ capacity: 2, claimMax: 2, isAutomatic: true });
    expect(hex(place ?? new Uint8Array())).toBe("33333333");
    expect(posting.untilMin).toBe(minuteOf("2026-11-28T13:00:00Z"));
  });

  it("of a queue are one, however many times were typed", () => {
    const posting = slotsPosting(NO_TEXTS, { ...opened, isQueue: true }, "x");
    const { timetable } = decodeSlots(NO_TEXTS, carried(posting));
    expect(timetable).toMatchObject({ sort: "queue", count: 1, intervalMinutes: 0 });
  });
});

describe("a check-in", () => {
  it("that is the first one has no parent and lives as the mode says", () => {
    const posting = checkInPosting(NO_TEXTS, OK, null, { ok_s: 43_200, call_s: 9 }, "x");
    expect([posting.parent, posting.minutes, posting.body.length]).toEqual([undefined, 720, 1]);
  });

  it("that ends a call keeps nothing of its need, and comes after what was done about it", () => {
    const act = {
      id: "7".repeat(32),
      act: "taken" as const,
      act_words: "",
      by: ANNA,
      by_name: "Eva",
      person: null,
      person_name: null,
      duplicate_of: null,
      note: null,
      created: "2026-11-26T13:30:00Z",
    };
    const posting = checkInPosting(NO_TEXTS, OK, checkIn({ acts: [act] }), null, "x");
    const fields = decodeCheckIn(NO_TEXTS, carried(posting));
    expect(fields).toMatchObject({ text: "", where: "Schillerstr. 12" });
    expect(fields.head).toMatchObject({ state: "ok", needs: 0, sinceMin: null });
    expect(posting.afterMin).toBe(minuteOf("2026-11-26T13:30:00Z"));
    expect(posting.untilMin).toBe(minuteOf("2026-11-28T12:00:00Z"));
    expect(parentOf(posting)).toBe("11111111");
  });

  it("that changes a call says since when its author waits", () => {
    const more = { ...OK, state: "urgent", needs: ["water", "child"], text: "Eilt." } as const;
    const posting = checkInPosting(NO_TEXTS, { ...more, place: "33333333" }, checkIn(), null, "x");
    const { head } = decodeCheckIn(NO_TEXTS, carried(posting));
    expect(head.sinceMin).toBe(minuteOf("2026-11-26T12:00:00Z"));
    expect(needWords(head.needs).known).toEqual(["water", "child"]);
    expect(hex(head.place ?? new Uint8Array())).toBe("33333333");
    expect(posting.minutes).toBe(2880);
  });

  it("that is too long is refused while its author can still shorten it", () => {
    const long = { ...OK, state: "help", text: "x".repeat(201) } as const;
    expect(() => checkInPosting(NO_TEXTS, long, null, null, "x")).toThrow(LimitError);
  });

  it("of an OK changes every call about the same person, else the last word, else nothing", () => {
    const fine = checkIn({ root: "99999999", state: "ok" });
    const calls = [checkIn(), checkIn({ root: "88888888" })];
    expect(okTargets([fine, ...calls])).toEqual(calls);
    expect(okTargets([fine])).toEqual([fine]);
    expect(okTargets([])).toEqual([null]);
  });
});

describe("triage", () => {
  it("is about the call, later than all that is known, and outlives it", () => {
    const call = checkIn();
    const posting = triagePosting(NO_TEXTS, call, { act: "taken", note: " gleich " }, "x");
    const fields = decodeTriage(NO_TEXTS, carried(posting));
    expect(fields).toMatchObject({ note: "gleich", head: { act: "taken", person: null } });
    expect(posting.afterMin).toBe(minuteOf(call.created));
    expect(posting.untilMin).toBe(minuteOf(call.expires));
  });

  it("names whom it hands over to, and the call that stays", () => {
    const given = triagePosting(NO_TEXTS, checkIn(), { act: "handed_over", person: ANNA }, "x");
    const { head } = decodeTriage(NO_TEXTS, carried(given));
    expect(hex(head.person ?? new Uint8Array())).toBe(ANNA);
    const same = triagePosting(NO_TEXTS, checkIn(), { act: "duplicate", other: "88888888" }, "x");
    const other = decodeTriage(NO_TEXTS, carried(same)).head.duplicateOf;
    expect(hex(other ?? new Uint8Array())).toBe("88888888");
  });
});

describe("a mode", () => {
  it("ends no earlier than what of its sort was proposed before", () => {
    const before = [proposal(), proposal({ is_drill: true, until: "2026-12-01T00:00:00Z" })];
    const proposed = { mode: "normal", isDrill: false, reason: "Strom da.", minutes: 60 } as const;
    const posting = proposalPosting(NO_TEXTS, proposed, before, "x");
    expect(posting.untilMin).toBe(minuteOf("2026-11-27T00:00:00Z"));
    expect(decodeMode(NO_TEXTS, carried(posting)).reason).toBe("Strom da.");
    expect(proposalPosting(NO_TEXTS, proposed, [], "x").untilMin).toBeUndefined();
  });

  it("is confirmed whole, for as long as it is to last", () => {
    const posting = confirmationPosting(proposal(), "x");
    const { head } = decodeMode(NO_TEXTS, carried(posting));
    expect(head).toMatchObject({ mode: "outage", isDrill: false });
    expect(hex(head.proposal ?? new Uint8Array())).toBe(proposal().id);
    expect(posting.untilMin).toBe(minuteOf("2026-11-27T00:00:00Z"));
  });
});
