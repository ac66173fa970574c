/** When a place is open: what is said for each day, and a small form that says it for some days. */

import { useState } from "preact/hooks";
import { ALWAYS, type Day, type Week } from "../../../core/bodies/opening";
import { LimitError } from "../../../core/errors";
import { catalogue, localeOf, say } from "../../../words/words";
import { clockOf, dayOf, NEVER, withDays } from "../../acts/opening";
import { Button, Choice, Field, Notice } from "../../parts";

type Sort = "unsaid" | "always" | "week";
/** A Monday, to ask the browser for the names of days. */
const MONDAY_MS = Date.UTC(2024, 0, 1, 12);
const DAY_MS = 86_400_000;
const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];

export function HoursField(props: { week: Week | null; change: (week: Week | null) => void }) {
  const { week, change } = props;
  const sort: Sort = week === null ? "unsaid" : isAlways(week) ? "always" : "week";
  const choose = (wanted: Sort) =>
    change(wanted === "unsaid" ? null : wanted === "always" ? ALWAYS : NEVER);
  return (
    <>
      <Choice
        label={say("When is it open?")}
        value={sort}
        options={[
          ["unsaid", say("Not said")],
          ["always", say("Day and night")],
          ["week", say("At these times")],
        ]}
        change={(wanted) => wanted !== sort && choose(wanted)}
      />
      {sort === "week" && week && <WeekField week={week} change={change} />}
    </>
  );
}

function WeekField({ week, change }: { week: Week; change: (week: Week) => void }) {
  const [days, setDays] = useState<readonly number[]>([]);
  const [spans, setSpans] = useState<readonly (readonly [string, string])[]>([
    ["09:00", "18:00"],
    ["", ""],
  ]);
  const [problem, setProblem] = useState<string | null>(null);
  const toggle = (day: number) =>
    setDays(days.includes(day) ? days.filter((one) => one !== day) : [...days, day]);
  const use = (day: () => Day) => {
    try {
      change(withDays(week, days, day()));
      setDays([]);
      setProblem(null);
    } catch (error) {
      if (!(error instanceof LimitError)) {
        throw error;
      }
      setProblem(say("These times do not fit: say from when to when, one after the other."));
    }
  };
  return (
    <>
      <ul class="hours">
        {week.map((day, weekday) => (
          <li key={weekday}>
            <strong>{dayName(weekday)}</strong> <bdi>{dayWords(day)}</bdi>
          </li>
        ))}
      </ul>
      <fieldset class="choice days">
        <legend>{say("On which days?")}</legend>
        {WEEKDAYS.map((day) => (
          <button
            key={day}
            type="button"
            aria-pressed={days.includes(day)}
            onClick={() => toggle(day)}
          >
            {dayName(day)}
          </button>
        ))}
      </fieldset>
      <SpanFields
        spans={spans}
        change={(at, span) => setSpans(spans.map((one, place) => (place === at ? span : one)))}
      />
      {problem && <Notice>{problem}</Notice>}
      <div class="row">
        <Button isOff={days.length === 0} act={() => use(() => dayOf(spans))}>
          {say("Open at these times")}
        </Button>
        <Button isOff={days.length === 0} act={() => use(() => [])}>
          {say("Closed on these days")}
        </Button>
      </div>
    </>
  );
}

function SpanFields(props: {
  spans: readonly (readonly [string, string])[];
  change: (at: number, span: readonly [string, string]) => void;
}) {
  const { spans, change } = props;
  const [first = ["", ""], second = ["", ""]] = spans;
  return (
    <>
      <div class="row">
        <Field
          label={say("From")}
          type="time"
          value={first[0]}
          change={(from) => change(0, [from, first[1]])}
        />
        <Field
          label={say("To")}
          type="time"
          value={first[1]}
          change={(to) => change(0, [first[0], to])}
        />
      </div>
      <details>
        <summary>{say("Open again after a break")}</summary>
        <div class="row">
          <Field
            label={say("Again from")}
            type="time"
            value={second[0]}
            change={(from) => change(1, [from, second[1]])}
          />
          <Field
            label={say("Until")}
            type="time"
            value={second[1]}
            change={(to) => change(1, [second[0], to])}
          />
        </div>
      </details>
    </>
  );
}

function dayName(weekday: number): string {
  const format = new Intl.DateTimeFormat(localeOf(catalogue.value.language), {
    weekday: "short",
    timeZone: "UTC",
  });
  return format.format(new Date(MONDAY_MS + weekday * DAY_MS));
}

function dayWords(day: Day): string {
  return day.length === 0
    ? say("closed")
    : day.map(({ start, end }) => `${clockOf(start)}–${clockOf(end)}`).join(", ");
}

function isAlways(week: Week): boolean {
  return JSON.stringify(week) === JSON.stringify(ALWAYS);
}
