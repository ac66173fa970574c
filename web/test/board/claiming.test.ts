import { describe, expect, it } from "vitest";
import { decodeClaim } from "../../src/core/bodies/claim";
import { hex } from "../../src/core/bytes";
import { LimitError } from "../../src/core/errors";
import { KIND } from "../../src/core/object";
import { NO_TEXTS } from "../../src/core/text/texts";
import {
  composeAsk,
  composeSignUp,
  composeStep,
  privateText,
} from "../../src/ui/screens/board/claiming";
import { minuteOf } from "../../src/ui/screens/board/time";
import { claim, meetup, offer } from "./documents";

const NOW_MS = Date.parse("2026-11-26T12:00:00Z");
const HOUR_MS = 3_600_000;
const FORM = { quantity: 4, span: null, onBehalf: "Frau  Schmidt ", text: "Ich komme um sechs." };
const BIKE = offer({
  sort: "lending",
  calendar: {
    taken: [],
    free: [{ from: "2026-11-26T12:00:00Z", to: "2026-11-28T12:00:00Z", when: "" }],
  },
});

function hours(from: number, to: number) {
  return {
    startMin: minuteOf(NOW_MS + from * HOUR_MS),
    endMin: minuteOf(NOW_MS + to * HOUR_MS),
  };
}

function refusal(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return error instanceof LimitError ? error.reason : String(error);
  }
}

describe("an ask", () => {
  it("says how many, for whom and what, and outlives its offer", () => {
    const composed = composeAsk(NO_TEXTS, offer(), FORM, NOW_MS);
    expect([composed.kind, hex(composed.parent as Uint8Array)]).toEqual([KIND.claim, "22222222"]);
    expect(composed.untilMin).toBe(minuteOf("2026-12-17T12:00:00Z"));
    const parent = composed.parent ?? null;
    const fields = decodeClaim(NO_TEXTS, { ...composed, parent });
    expect(fields).toMatchObject({
      step: "ask",
      mark: null,
      quantity: 4,
      onBehalf: "Frau Schmidt",
      text: "Ich komme um sechs.",
    });
  });

  it("for what is lent says when, and only when it is free", () => {
    const ask = (span: { startMin: number; endMin: number } | null) => () =>
      composeAsk(NO_TEXTS, BIKE, { ...FORM, span }, NOW_MS);
    expect(refusal(ask(null))).toBe("no_span");
    expect(refusal(ask(hours(2, 1)))).toBe("bad_window");
    expect(refusal(ask(hours(-2, 1)))).toBe("over");
    expect(refusal(ask(hours(40, 60)))).toBe("taken");
    expect(refusal(ask(hours(1, 24 * 100)))).toBe("too_late");
    const composed = ask(hours(2, 5))();
    // Whoever brings it back late is seen for a week.
    expect(composed.untilMin).toBe(hours(2, 5).endMin + 7 * 1440);
    const fields = decodeClaim(NO_TEXTS, { ...composed, parent: composed.parent ?? null });
    expect(fields.span).toEqual(hours(2, 5));
  });

  it("for a meet-up counts its times from one on the screen and from nought in the bytes", () => {
    const form = { slot: 3, units: 2, onBehalf: "" };
    const composed = composeSignUp(NO_TEXTS, meetup(), form);
    const fields = decodeClaim(NO_TEXTS, { ...composed, parent: composed.parent ?? null });
    expect([fields.slots, fields.quantity]).toEqual([{ first: 2, count: 1 }, 2]);
    expect(composed.untilMin).toBe(minuteOf("2026-12-02T13:30:00Z"));
  });
});

describe("a step", () => {
  it("names its ask by 64 bits and lives as long", () => {
    const id = "00112233445566778899aabbccddeeff";
    const asked = claim({ id });
    const composed = composeStep(NO_TEXTS, asked, "hold", { untilMs: NOW_MS + HOUR_MS });
    expect(hex(composed.parent as Uint8Array)).toBe("00112233");
    expect(composed.untilMin).toBe(minuteOf(asked.expires));
    expect(composed.afterMin).toBe(minuteOf(asked.created));
    const fields = decodeClaim(NO_TEXTS, { ...composed, parent: composed.parent ?? null });
    expect(hex(fields.mark as Uint8Array)).toBe("44556677");
    expect(fields.untilMin).toBe(minuteOf(NOW_MS + HOUR_MS));
  });

  it("of every other sort has no numbers", () => {
    for (const step of ["confirm", "decline", "cancel", "done", "returned", "thank"] as const) {
      const composed = composeStep(NO_TEXTS, claim(), step);
      const fields = decodeClaim(NO_TEXTS, { ...composed, parent: composed.parent ?? null });
      expect([fields.step, fields.quantity, fields.untilMin]).toEqual([step, 0, null]);
    }
  });

  it("takes private words along that name its claim", () => {
    expect(privateText("0123456789abcdef", " 0171 234 ", null)).toBe("#01234567\n0171 234");
    expect(privateText("0123456789abcdef", "", "0042")).toBe("#01234567 Code: 0042");
  });
});
