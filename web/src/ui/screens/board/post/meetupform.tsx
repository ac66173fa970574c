/** A meet-up: what, when, where, for how many, once or every week. */

import { useState } from "preact/hooks";
import { fromHex } from "../../../../core/bytes";
import { fingerprint } from "../../../../core/keys";
import type { Community } from "../../../../node/documents/papers";
import { textsToWrite } from "../../../../node/texts";
import { catalogue, count, say } from "../../../../words/words";
import { theNode } from "../../../app";
import { forgetDrafts, useDraft } from "../../../drafts";
import { Button, Choice, Field, Notice, Screen } from "../../../parts";
import { inputMs, localInput, useNowMs } from "../time";
import { composeMeetup } from "./compose";
import { type Draft, Drafted } from "./drafted";
import { limitSentence } from "./limits";
import { Stepper } from "./quantity";
import { NOWHERE, type Where, WhereField } from "./where";

/** Under which its draft is kept. */
const NAME = "meetup/";
const LINE_CHARACTERS_MAX = 60;
const TEXT_CHARACTERS_MAX = 300;
/** As many weeks as nodes sign ahead. */
const WEEKS_MAX = 12;
const SEATS_MAX = 10_000;
const LENGTHS = ["60", "90", "120", "180", "240"] as const;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

interface Filled {
  readonly title: string;
  readonly starts: string;
  readonly length: (typeof LENGTHS)[number];
  readonly weeks: number;
  readonly seats: number;
  readonly where: Where;
  readonly text: string;
}

export function MeetupForm() {
  const nowMs = useNowMs();
  const [filled, setFilled] = useDraft<Filled>(NAME, () => begun(nowMs));
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (some: Partial<Filled>) => setFilled({ ...filled, ...some });
  const look = () => {
    if (filled.title.trim() === "") {
      setProblem(say("Write a few words first."));
      return;
    }
    drafted(filled, nowMs).then(
      (found) => {
        setProblem(null);
        setDraft(found);
      },
      (error: unknown) => setProblem(limitSentence(error)),
    );
  };
  return (
    <Screen title={say("A meet-up")} back={["board", "new"]}>
      {draft ? (
        <Drafted draft={draft} change={() => setDraft(null)} done={() => forgetDrafts(NAME)} />
      ) : (
        <>
          <Fields filled={filled} set={set} />
          {problem && <Notice tone="severe">{problem}</Notice>}
          <Button isMain act={look}>
            {say("See how it reads")}
          </Button>
        </>
      )}
    </Screen>
  );
}

function Fields({ filled, set }: { filled: Filled; set: (some: Partial<Filled>) => void }) {
  return (
    <>
      <Field
        label={say("What is it? A few words")}
        value={filled.title}
        change={(title) => set({ title })}
        max={LINE_CHARACTERS_MAX}
      />
      <Field
        label={say("When does it begin?")}
        type="datetime-local"
        value={filled.starts}
        change={(starts) => set({ starts })}
      />
      <Choice
        label={say("How long?")}
        value={filled.length}
        options={LENGTHS.map((one) => [one, lengthWord(Number(one))] as const)}
        change={(length) => set({ length })}
      />
      <Stepper
        label={say("How many weeks, at the same time?")}
        count={filled.weeks}
        shown={
          filled.weeks > 1 ? count("{count} week", "{count} weeks", filled.weeks) : say("Once")
        }
        change={(weeks) => set({ weeks: Math.min(WEEKS_MAX, Math.max(1, weeks)) })}
      />
      <Stepper
        label={say("For how many, with sign-up?")}
        count={filled.seats}
        shown={
          filled.seats > 0
            ? count("{count} seat", "{count} seats", filled.seats)
            : say("Everybody may come.")
        }
        change={(seats) => set({ seats: Math.min(SEATS_MAX, Math.max(0, seats)) })}
      />
      <WhereField value={filled.where} change={(where) => set({ where })} />
      <Field
        label={say("What else is there to say?")}
        value={filled.text}
        change={(text) => set({ text })}
        lines={3}
        max={TEXT_CHARACTERS_MAX}
      />
    </>
  );
}

function lengthWord(minutes: number): string {
  return minutes % 60 === 0
    ? count("{count} hour", "{count} hours", minutes / 60)
    : count("{count} minute", "{count} minutes", minutes);
}

/** Tomorrow at noon: what is nearest to right for a lunch table. */
function begun(nowMs: number): Filled {
  const noon = new Date(nowMs);
  noon.setDate(noon.getDate() + 1);
  noon.setHours(12, 0, 0, 0);
  return {
    title: "",
    starts: localInput(noon.getTime()),
    length: "120",
    weeks: 1,
    seats: 0,
    where: NOWHERE,
    text: "",
  };
}

async function drafted(filled: Filled, nowMs: number): Promise<Draft> {
  const node = theNode();
  const [texts, community] = await Promise.all([
    textsToWrite(node.address, catalogue.value.language),
    node.get<Community>("/community"),
  ]);
  const startMs = inputMs(filled.starts) ?? nowMs;
  const lengthMinutes = Number(filled.length);
  const form = {
    title: filled.title,
    where: filled.where.words,
    place: filled.where.place,
    text: filled.text,
    startMs,
    lengthMinutes,
    weeks: filled.weeks,
    seats: filled.seats,
    // The node that was asked gives out the seats.
    node: fingerprint(fromHex(community.node.key)),
  };
  return {
    kind: "meetup",
    screen: "meetup",
    posting: { ...composeMeetup(texts, form, nowMs), title: filled.title },
    untilMs: startMs + (filled.weeks - 1) * WEEK_MS + lengthMinutes * MINUTE_MS,
  };
}
