/** News for everybody: a few words, how urgent, until when. Warnings are for coordinators. */

import { useState } from "preact/hooks";
import type { Severity } from "../../../../core/bodies/bulletin";
import type { Bulletin } from "../../../../node/documents/bulletins";
import { textsToWrite } from "../../../../node/texts";
import { catalogue, say } from "../../../../words/words";
import { theNode } from "../../../app";
import { forgetDrafts, useDraft } from "../../../drafts";
import { Button, Choice, Field, Notice, Picker, Screen } from "../../../parts";
import { isCoordinator } from "../me";
import { useNowMs } from "../time";
import { categoryWord, severityWord } from "../wording";
import { composeBulletin, staysMinutes } from "./compose";
import { type Draft, Drafted } from "./drafted";
import { DrillTick, weightOf } from "./earnest";
import { limitSentence } from "./limits";
import { type Until, UntilField, until } from "./until";

const MINUTE_MS = 60_000;
const TITLE_CHARACTERS_MAX = 80;
const TEXT_CHARACTERS_MAX = 1600;
const CATEGORIES = [
  "general",
  "water",
  "power",
  "heat",
  "food",
  "health",
  "shelter",
  "transport",
  "safety",
  "communication",
  "event",
  "lost-found",
  "help",
  "weather",
  "other",
] as const;

interface Filled {
  readonly title: string;
  readonly text: string;
  readonly category: string;
  readonly severity: Severity;
  readonly until: Until;
  readonly isDrill: boolean;
}

export function BulletinForm({ before }: { before: Bulletin | null }) {
  const nowMs = useNowMs();
  const name = `bulletin/${before?.id ?? ""}`;
  const [filled, setFilled] = useDraft<Filled>(name, () => begun(before, nowMs));
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (some: Partial<Filled>) => setFilled({ ...filled, ...some });
  const look = () => {
    drafted(filled, nowMs, before).then(
      (found) => {
        setProblem(null);
        setDraft(found);
      },
      (error: unknown) => setProblem(limitSentence(error)),
    );
  };
  return (
    <Screen
      title={before ? say("Change") : say("News for everybody")}
      back={before ? ["board", "bulletin", before.id] : ["board", "new", "news"]}
    >
      {draft ? (
        <Drafted draft={draft} change={() => setDraft(null)} done={() => forgetDrafts(name)} />
      ) : (
        <>
          {before === null && isCoordinator() && (
            <DrillTick isDrill={filled.isDrill} change={(isDrill) => set({ isDrill })} />
          )}
          <Fields filled={filled} set={set} nowMs={nowMs} />
          {problem && <Notice tone="severe">{problem}</Notice>}
          <Button isMain act={look}>
            {say("See how it reads")}
          </Button>
        </>
      )}
    </Screen>
  );
}

function Fields(props: { filled: Filled; set: (some: Partial<Filled>) => void; nowMs: number }) {
  const { filled, set, nowMs } = props;
  const severities: readonly Severity[] = isCoordinator()
    ? ["info", "minor", "severe", "extreme"]
    : ["info", "minor"];
  return (
    <>
      <Field
        label={say("What is there to say?")}
        value={filled.text}
        change={(text) => set({ text })}
        lines={5}
        max={TEXT_CHARACTERS_MAX}
      />
      <Field
        label={say("Heading, if it needs one")}
        value={filled.title}
        change={(title) => set({ title })}
        max={TITLE_CHARACTERS_MAX}
      />
      <Choice
        label={say("How urgent is it?")}
        value={filled.severity}
        options={severities.map((one) => [one, severityWord(one)] as const)}
        change={(severity) => set({ severity })}
      />
      <Picker
        label={say("About")}
        value={filled.category}
        options={CATEGORIES.map((one) => [one, categoryWord(one)] as const)}
        change={(category) => set({ category })}
      />
      <UntilField
        label={say("Until when?")}
        answers={["today", "tomorrow", "week", "own"]}
        nowMs={nowMs}
        value={filled.until}
        change={(end) => set({ until: end })}
      />
    </>
  );
}

function begun(before: Bulletin | null, nowMs: number): Filled {
  return {
    title: before?.title ?? "",
    text: before?.text ?? "",
    category: before?.category ?? "general",
    severity: before?.severity ?? "info",
    until: before ? { answer: "own", ms: Date.parse(before.expires) } : until("tomorrow", nowMs),
    isDrill: false,
  };
}

async function drafted(filled: Filled, nowMs: number, before: Bulletin | null): Promise<Draft> {
  const texts = await textsToWrite(theNode().address, catalogue.value.language);
  const form = { ...filled, staysMs: filled.until.ms };
  const composed = composeBulletin(texts, form, nowMs, before);
  return {
    kind: filled.isDrill ? "drill" : "bulletin",
    screen: "bulletin",
    weight: weightOf(filled.severity, filled.isDrill),
    posting: {
      ...composed,
      title: filled.title || filled.text.slice(0, TITLE_CHARACTERS_MAX),
    },
    untilMs: nowMs + staysMinutes(composed) * MINUTE_MS,
  };
}
