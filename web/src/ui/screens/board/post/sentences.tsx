/** News in sentences that are there already: everybody reads them in their own language. */

import { useState } from "preact/hooks";
import type { Template, Templates } from "../../../../node/documents/drafting";
import type { Mode, ModeState } from "../../../../node/documents/modes";
import { say } from "../../../../words/words";
import { useDocument } from "../../../loading";
import { Button, Field, LinkButton, Screen, Shown } from "../../../parts";
import { isCoordinator } from "../me";

/** What people tell each other on an ordinary day; the rest is found by typing. */
const DAILY = [
  "give-away",
  "market",
  "meeting",
  "volunteers",
  "found",
  "shop-open",
  "school",
  "line",
  "waste",
  "lift",
];
const CRISIS = [
  "water",
  "charging",
  "warm-room",
  "food",
  "info-point",
  "shelter",
  "helpers",
  "check-neighbours",
  "power-out",
  "water-off",
  "pharmacy",
  "first-aid",
  "road-closed",
];
const OVER = ["all-clear", "network-back"];
const FITTING: Readonly<Record<Mode, readonly string[]>> = {
  normal: [...DAILY, "power-out", "water-off"],
  disrupted: [...CRISIS, ...OVER],
  outage: [...CRISIS, ...OVER],
  recovery: [...OVER, ...CRISIS],
};
const WARNINGS = ["severe", "extreme"];

export function SentencesScreen() {
  const loaded = useDocument<Templates>("/templates");
  const mode = useDocument<ModeState>("/mode").document?.mode ?? "normal";
  return (
    <Screen title={say("News for everybody")} back={["board", "new"]}>
      <p>{say("Everybody reads these sentences in their own language.")}</p>
      <Shown loaded={loaded}>
        {({ templates }) => <Sentences templates={sayable(templates)} mode={mode} />}
      </Shown>
      <LinkButton to={["board", "new", "bulletin"]}>
        {say("Something else, in my words")}
      </LinkButton>
    </Screen>
  );
}

function Sentences({ templates, mode }: { templates: readonly Template[]; mode: Mode }) {
  const [text, setText] = useState("");
  const [isAll, setAll] = useState(false);
  const found = isAll && text.trim() === "" ? templates : fitting(templates, text, mode);
  const warnings = found.filter(isWarning);
  const news = found.filter((one) => !isWarning(one));
  return (
    <>
      <Field label={say("Search all sentences")} type="search" value={text} change={setText} />
      <List label={say("What is there to say?")} templates={news} />
      {warnings.length > 0 && <List label={say("Warnings to everybody")} templates={warnings} />}
      {found.length === 0 && <p>{say("It is not in the list. Say it in your own words.")}</p>}
      {!isAll && text.trim() === "" && (
        <Button act={() => setAll(true)}>{say("Show all sentences")}</Button>
      )}
    </>
  );
}

function List({ label, templates }: { label: string; templates: readonly Template[] }) {
  return (
    <nav class="sentences" aria-label={label}>
      <h2>{label}</h2>
      {templates.map((one) => (
        <LinkButton key={one.id} to={["board", "new", "news", one.id]}>
          {one.title}
        </LinkButton>
      ))}
    </nav>
  );
}

/** Returns what the reader may say: warnings are for coordinators. */
function sayable(templates: readonly Template[]): readonly Template[] {
  return isCoordinator() ? templates : templates.filter((one) => !isWarning(one));
}

function isWarning(template: Template): boolean {
  return WARNINGS.includes(template.severity);
}

/** Returns the sentences that have the text in them; without one those of such a day. */
export function fitting(
  templates: readonly Template[],
  text: string,
  mode: Mode,
): readonly Template[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted !== "") {
    return templates.filter((one) =>
      `${one.title} ${one.example}`.toLocaleLowerCase().includes(wanted),
    );
  }
  const usual = FITTING[mode].flatMap((id) => templates.filter((one) => one.id === id));
  // Whoever may warn finds the warnings without a search: they come when there is no time.
  return [...usual, ...templates.filter(isWarning)];
}
