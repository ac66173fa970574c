/** Until when: a few answers that fit most, and one's own. */

import { useState } from "preact/hooks";
import { say } from "../../../../words/words";
import { Choice, Field } from "../../../parts";
import { endOfDayMs, inputMs, localInput } from "../time";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type Answer = "hour" | "hours" | "today" | "tomorrow" | "week" | "month" | "own";

interface UntilProps {
  readonly label: string;
  readonly answers: readonly Answer[];
  readonly nowMs: number;
  readonly value: Until;
  readonly change: (value: Until) => void;
}

/** What was answered, and which moment that is. */
export interface Until {
  readonly answer: Answer;
  readonly ms: number;
}

/** Returns what an answer means now. */
export function until(answer: Answer, nowMs: number): Until {
  return { answer, ms: momentOf(answer, nowMs) };
}

export function UntilField({ label, answers, nowMs, value, change }: UntilProps) {
  const [typed, setTyped] = useState(() => localInput(value.ms));
  return (
    <>
      <Choice
        label={label}
        value={value.answer}
        options={answers.map((answer) => [answer, word(answer)] as const)}
        change={(answer) =>
          change(answer === "own" ? { answer, ms: value.ms } : until(answer, nowMs))
        }
      />
      {value.answer === "own" && (
        <Field
          label={say("Day and time")}
          type="datetime-local"
          value={typed}
          change={(text) => {
            setTyped(text);
            const ms = inputMs(text);
            if (ms !== null) {
              change({ answer: "own", ms });
            }
          }}
        />
      )}
    </>
  );
}

function momentOf(answer: Answer, nowMs: number): number {
  switch (answer) {
    case "hour":
      return nowMs + HOUR_MS;
    case "hours":
      return nowMs + 3 * HOUR_MS;
    case "today":
      return endOfDayMs(nowMs, 0);
    case "tomorrow":
      return endOfDayMs(nowMs, 1);
    case "week":
      return nowMs + 7 * DAY_MS;
    case "month":
      return nowMs + 30 * DAY_MS;
    case "own":
      return nowMs + DAY_MS;
  }
}

function word(answer: Answer): string {
  switch (answer) {
    case "hour":
      return say("An hour");
    case "hours":
      return say("Three hours");
    case "today":
      return say("Today");
    case "tomorrow":
      return say("Tomorrow");
    case "week":
      return say("A week");
    case "month":
      return say("A month");
    case "own":
      return say("Another time");
  }
}
