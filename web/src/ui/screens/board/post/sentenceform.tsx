/** One sentence and its blanks: fill them in, look at it in one's language, post it. */

import { useState } from "preact/hooks";
import type { Severity } from "../../../../core/bodies/bulletin";
import { type Template as Coded, templateOf } from "../../../../core/bodies/template";
import { LimitError } from "../../../../core/errors";
import type { Bulletin } from "../../../../node/documents/bulletins";
import type { Template, TemplateParameter, Templates } from "../../../../node/documents/drafting";
import { textsToWrite } from "../../../../node/texts";
import { catalogue, say } from "../../../../words/words";
import { theNode } from "../../../app";
import { forgetDrafts, useDraft } from "../../../drafts";
import { useDocument } from "../../../loading";
import { Button, Choice, Field, Notice, Picker, Screen, Shown } from "../../../parts";
import { isCoordinator } from "../me";
import { localInput, useNowMs } from "../time";
import { severityWord } from "../wording";
import { staysMinutes } from "./compose";
import { type Draft, Drafted } from "./drafted";
import { DrillTick, type Weight, weightOf } from "./earnest";
import { limitSentence } from "./limits";
import { composeSentence, saysItsEnd, type Typed, typedOf } from "./sentence";
import { type Until, UntilField, until } from "./until";

const MINUTE_MS = 60_000;
const HALF_HOUR_MS = 30 * MINUTE_MS;
const SPAN_MS = 4 * 60 * MINUTE_MS;
const VALUE_CHARACTERS_MAX = 40;
const SEVERITIES: readonly Severity[] = ["info", "minor", "severe", "extreme"];

interface SentenceProps {
  /** Which sentence. */
  readonly id: string;
  /** What is said anew by it; null: nothing was said before. */
  readonly before: Bulletin | null;
  readonly title?: string;
}

export function SentenceForm({ id, before, title }: SentenceProps) {
  const loaded = useDocument<Templates>("/templates");
  const found = loaded.document?.templates.find((one) => one.id === id);
  const coded = found && templateOf(found.number);
  return (
    <Screen
      title={title ?? found?.title ?? say("News for everybody")}
      back={before ? ["board", "bulletin", before.id] : ["board", "new", "news"]}
    >
      <Shown loaded={loaded}>
        {() =>
          found && coded ? (
            <Form listed={found} coded={coded} before={before} />
          ) : (
            <Notice>{say("This phone does not know that sentence. Say it in your words.")}</Notice>
          )
        }
      </Shown>
    </Screen>
  );
}

interface Filled {
  readonly typed: Typed;
  readonly severity: Severity;
  readonly isDrill: boolean;
  readonly until: Until;
}

function Form(props: { listed: Template; coded: Coded; before: Bulletin | null }) {
  const { listed, coded, before } = props;
  const nowMs = useNowMs();
  const name = `sentence/${before?.id ?? ""}/${listed.id}`;
  const [filled, setFilled] = useDraft<Filled>(name, () => begun(coded, before, nowMs));
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (some: Partial<Filled>) => {
    setProblem(null);
    setFilled({ ...filled, ...some });
  };
  if (draft !== null) {
    return <Drafted draft={draft} change={() => setDraft(null)} done={() => forgetDrafts(name)} />;
  }
  const look = () => {
    drafted(listed, coded, filled, nowMs, before).then(
      (made) => {
        setProblem(null);
        setDraft(made);
      },
      (error: unknown) => setProblem(problemOf(listed, error)),
    );
  };
  return (
    <>
      {before === null && isCoordinator() && (
        <DrillTick isDrill={filled.isDrill} change={(isDrill) => set({ isDrill })} />
      )}
      {listed.parameters.map((one) => (
        <Blank
          key={one.name}
          blank={one}
          value={filled.typed[one.name] ?? ""}
          change={(text) => set({ typed: { ...filled.typed, [one.name]: text } })}
        />
      ))}
      {!saysItsEnd(coded, filled.typed) && (
        <UntilField
          label={say("Until when does it stay on the board?")}
          answers={["today", "tomorrow", "week", "own"]}
          nowMs={nowMs}
          value={filled.until}
          change={(end) => set({ until: end })}
        />
      )}
      {isCoordinator() && (
        <Choice
          label={say("How urgent is it?")}
          value={filled.severity}
          options={SEVERITIES.map((one) => [one, severityWord(one)] as const)}
          change={(severity) => set({ severity })}
        />
      )}
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Button isMain act={look}>
        {say("See how it reads")}
      </Button>
    </>
  );
}

/** The field for one blank, by what it holds. */
function Blank(props: {
  blank: TemplateParameter;
  value: string;
  change: (value: string) => void;
}) {
  const { blank, value, change } = props;
  const label = blank.is_optional
    ? say("{question} (if you like)", { question: blank.label })
    : blank.label;
  switch (blank.kind) {
    case "choice":
      return (
        <Picker
          label={label}
          value={value}
          options={[
            ["", blank.is_optional ? say("Not said") : say("Please choose")],
            ...blank.choices.map((one, at) => [one, blank.words[at] ?? one] as const),
          ]}
          change={change}
        />
      );
    case "text":
      return <Field label={label} value={value} change={change} max={VALUE_CHARACTERS_MAX} />;
    case "phone":
    case "count":
    case "duration":
      return <Field label={label} value={value} change={change} keyboard="digits" max={20} />;
    default:
      return <Field label={label} type="datetime-local" value={value} change={change} />;
  }
}

function begun(coded: Coded, before: Bulletin | null, nowMs: number): Filled {
  const isSame = before?.template?.number === coded.number;
  return {
    typed: before && isSame ? typedOf(coded, before) : usual(coded, nowMs),
    severity: before && isSame ? before.severity : coded.severity,
    isDrill: false,
    until: until("tomorrow", nowMs),
  };
}

/** Times that have to be said begin with the next half hour. */
function usual(coded: Coded, nowMs: number): Typed {
  const soon = Math.ceil(nowMs / HALF_HOUR_MS) * HALF_HOUR_MS;
  return Object.fromEntries(
    coded.parameters.flatMap(({ name, kind, optional }) => {
      const isTime = kind === "start" || kind === "moment" || kind === "end";
      const ms = kind === "end" ? soon + SPAN_MS : soon;
      return optional || !isTime ? [] : [[name, localInput(ms)]];
    }),
  );
}

async function drafted(
  listed: Template,
  coded: Coded,
  filled: Filled,
  nowMs: number,
  before: Bulletin | null,
): Promise<Draft> {
  const texts = await textsToWrite(theNode().address, catalogue.value.language);
  const staysMs = saysItsEnd(coded, filled.typed) ? null : filled.until.ms;
  const { typed, severity, isDrill } = filled;
  const form = { template: coded, typed, severity, isDrill, staysMs };
  const composed = composeSentence(texts, form, nowMs, before);
  const weight: Weight =
    coded.identifier === "all-clear" && !isDrill ? "all-clear" : weightOf(severity, isDrill);
  return {
    kind: isDrill ? "drill" : "bulletin",
    screen: "bulletin",
    weight,
    posting: { ...composed, title: listed.title },
    untilMs: nowMs + staysMinutes(composed) * MINUTE_MS,
  };
}

function problemOf(listed: Template, error: unknown): string {
  const name = error instanceof LimitError ? error.values.name : undefined;
  const blank = listed.parameters.find((one) => one.name === name);
  if (blank === undefined) {
    return limitSentence(error);
  }
  return say("“{question}” is missing, or does not fit.", { question: blank.label });
}
