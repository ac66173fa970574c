/** Calling the roll of a street, a house or a list of names. */

import { useState } from "preact/hooks";
import type { CheckIns } from "../../../node/documents/calls";
import { dayAndClock } from "../../../words/times";
import { count, say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Card, Field, Label, Shown } from "../../parts";
import { type Answer, type Row, rollOfNames, rollOfStreet } from "./calling";

/** A large house; more are pasted by mistake. */
const NAMES_MAX = 500;

export function Roll() {
  const loaded = useDocument<CheckIns>("/checkins");
  const [street, setStreet] = useState("");
  const [names, setNames] = useState("");
  const wanted = names
    .split("\n")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .slice(0, NAMES_MAX);
  return (
    <>
      <Field label={say("Street or house")} type="search" value={street} change={setStreet} />
      <details>
        <summary>{say("Who should be there?")}</summary>
        <Field
          label={say("One name a line")}
          value={names}
          change={setNames}
          lines={5}
          hint={say("Only with names can it be said who was not heard of.")}
        />
      </details>
      <Shown loaded={loaded}>
        {({ checkins }) => {
          const named = rollOfNames(wanted, checkins);
          const known = new Set(named.map((one) => one.report?.root));
          const rest = checkins.filter((one) => !known.has(one.root));
          const rows = [...named, ...(street.trim() === "" ? [] : rollOfStreet(street, rest))];
          return <Rows rows={rows} />;
        }}
      </Shown>
    </>
  );
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const many = (answer: Answer) => rows.filter((one) => one.answer === answer).length;
  if (rows.length === 0) {
    return <p>{say("Write a street, or names. Only those are found who said where they are.")}</p>;
  }
  return (
    <>
      <p role="status">
        {count("{count} needs help", "{count} need help", many("needs_help"))}
        {" · "}
        {say("{number} not heard of", { number: many("not_heard") })}
        {" · "}
        {count("{count} is OK", "{count} are OK", many("ok"))}
      </p>
      {rows.map((one) => (
        <Card key={`${one.name} ${one.report?.root}`} tone={toneOf(one.answer)}>
          <h3>
            <bdi>{one.name}</bdi> <Label tone={toneOf(one.answer)}>{answerWord(one.answer)}</Label>
          </h3>
          {one.report && (
            <p class="quiet">
              {dayAndClock(one.report.created)}
              {one.report.where && (
                <>
                  {" · "}
                  <bdi>{one.report.where}</bdi>
                </>
              )}
            </p>
          )}
        </Card>
      ))}
    </>
  );
}

function answerWord(answer: Answer): string {
  const words: Readonly<Record<Answer, string>> = {
    needs_help: say("needs help"),
    not_heard: say("not heard of"),
    ok: say("OK"),
  };
  return words[answer];
}

function toneOf(answer: Answer): "extreme" | "severe" | "good" {
  if (answer === "ok") {
    return "good";
  }
  return answer === "needs_help" ? "extreme" : "severe";
}
