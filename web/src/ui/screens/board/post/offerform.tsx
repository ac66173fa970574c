/** Offering or asking for something: choose the thing, fill in what matters, look at it, post it. */

import { useState } from "preact/hooks";
import type { Category } from "../../../../core/bodies/bulletin";
import type { Direction, OfferSort } from "../../../../core/bodies/offer";
import type { ChoosableThing, Vocabulary } from "../../../../node/documents/drafting";
import type { Offer } from "../../../../node/documents/offers";
import { textsToWrite } from "../../../../node/texts";
import { catalogue, say } from "../../../../words/words";
import { theNode } from "../../../app";
import { forgetDrafts, useDraft } from "../../../drafts";
import { useKept } from "../../../kept";
import { Button, Choice, Field, Notice, Picker, Screen, Shown } from "../../../parts";
import { endOfDayMs, useNowMs } from "../time";
import { composeOffer } from "./compose";
import { type Draft, Drafted } from "./drafted";
import { limitSentence } from "./limits";
import { type Counted, QuantityField } from "./quantity";
import { Things } from "./things";
import { type Answer, type Until, UntilField, until } from "./until";
import { NOWHERE, type Where, WhereField } from "./where";

const DAY_MS = 86_400_000;
const TEXT_CHARACTERS_MAX = 600;
const LINE_CHARACTERS_MAX = 60;

/** What was filled in so far; `thing` undefined: not chosen yet, null: in one's own words. */
interface Filled {
  readonly thing: ChoosableThing | null | undefined;
  readonly sort: string;
  readonly category: string;
  readonly title: string;
  readonly quantity: Counted | null;
  readonly where: Where;
  readonly until: Until;
  readonly text: string;
  readonly onBehalf: string;
  readonly deposit: string;
}

export function OfferForm(props: { direction: Direction; before: Offer | null }) {
  const { direction, before } = props;
  const vocabulary = useKept<Vocabulary>("/vocabulary");
  const title = before
    ? say("Change")
    : direction === "offer"
      ? say("I offer something")
      : say("I need something");
  return (
    <Screen title={title} back={before ? ["board", direction, before.id] : ["board", "new"]}>
      <Shown loaded={vocabulary}>
        {(words) => <Form direction={direction} before={before} vocabulary={words} />}
      </Shown>
    </Screen>
  );
}

function Form(props: { direction: Direction; before: Offer | null; vocabulary: Vocabulary }) {
  const { direction, before, vocabulary } = props;
  const nowMs = useNowMs();
  const name = `${direction}/${before?.id ?? ""}`;
  const [filled, setFilled] = useDraft<Filled>(name, () => begun(before, vocabulary, nowMs));
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (some: Partial<Filled>) => setFilled({ ...filled, ...some });
  if (filled.thing === undefined) {
    return <Things vocabulary={vocabulary} choose={(thing) => set(withThing(thing, nowMs))} />;
  }
  if (draft !== null) {
    return <Drafted draft={draft} change={() => setDraft(null)} done={() => forgetDrafts(name)} />;
  }
  const look = () => {
    drafted(direction, before, filled, nowMs).then(
      (found) => {
        setProblem(null);
        setDraft(found);
      },
      (error: unknown) => setProblem(limitSentence(error)),
    );
  };
  return (
    <>
      <Chosen filled={filled} again={before ? null : () => set({ thing: undefined })} />
      <Details filled={filled} set={set} vocabulary={vocabulary} nowMs={nowMs} />
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Button isMain act={look}>
        {say("See how it reads")}
      </Button>
    </>
  );
}

function Chosen({ filled, again }: { filled: Filled; again: (() => void) | null }) {
  if (!filled.thing) {
    return null;
  }
  return (
    <p class="row">
      <strong>{filled.thing.word}</strong>
      {again && <Button act={again}>{say("Something else")}</Button>}
    </p>
  );
}

function Details(props: {
  filled: Filled;
  set: (some: Partial<Filled>) => void;
  vocabulary: Vocabulary;
  nowMs: number;
}) {
  const { filled, set, vocabulary, nowMs } = props;
  const isLending = filled.sort === "lending";
  const answers: readonly Answer[] = isLending
    ? ["week", "month", "own"]
    : ["today", "tomorrow", "week", "own"];
  return (
    <>
      {!filled.thing && (
        <>
          <Field
            label={say("What is it? A few words")}
            value={filled.title}
            change={(title) => set({ title })}
            max={LINE_CHARACTERS_MAX}
          />
          <Choice
            label={say("Of which sort?")}
            value={filled.sort}
            options={vocabulary.sorts.map((one) => [one.id, one.word] as const)}
            change={(sort) => set({ sort })}
          />
        </>
      )}
      <QuantityField
        units={vocabulary.units}
        usual={filled.thing?.unit ?? "piece"}
        value={filled.quantity}
        change={(quantity) => set({ quantity })}
      />
      <UntilField
        label={say("Until when?")}
        answers={answers}
        nowMs={nowMs}
        value={filled.until}
        change={(end) => set({ until: end })}
      />
      <WhereField value={filled.where} change={(where) => set({ where })} />
      <Field
        label={say("What else is there to say?")}
        hint={say("No phone number here: everybody can read this.")}
        value={filled.text}
        change={(text) => set({ text })}
        lines={3}
        max={TEXT_CHARACTERS_MAX}
      />
      <details>
        <summary>{say("More to fill in")}</summary>
        {isLending && (
          <Field
            label={say("Pledge")}
            hint={say("What somebody leaves with you while they have it.")}
            value={filled.deposit}
            change={(deposit) => set({ deposit })}
            max={LINE_CHARACTERS_MAX}
          />
        )}
        <Field
          label={say("For somebody without a phone: whose name?")}
          value={filled.onBehalf}
          change={(onBehalf) => set({ onBehalf })}
          max={LINE_CHARACTERS_MAX}
        />
        <Picker
          label={say("About")}
          value={filled.category}
          options={vocabulary.categories.map((one) => [one.id, one.word] as const)}
          change={(category) => set({ category })}
        />
      </details>
    </>
  );
}

function begun(before: Offer | null, vocabulary: Vocabulary, nowMs: number): Filled {
  if (before === null) {
    return {
      ...withThing(undefined, nowMs),
      title: "",
      quantity: null,
      where: NOWHERE,
      text: "",
      onBehalf: "",
      deposit: "",
    };
  }
  const { quantity } = before;
  const item = before.item;
  return {
    thing: vocabulary.things.find((one) => one.number === item?.number) ?? null,
    sort: before.sort,
    category: before.category,
    title: before.title ?? "",
    quantity: quantity?.unit ? { count: quantity.count, unit: quantity.unit } : null,
    where: { place: before.place, words: before.place_words ?? "" },
    until: { answer: "own", ms: Date.parse(before.to ?? before.expires) },
    text: before.text ?? "",
    onBehalf: before.on_behalf ?? "",
    deposit: before.deposit ?? "",
  };
}

/** What a thing has unless its author says else; a week, or a month for what is lent. */
function withThing<T extends ChoosableThing | null | undefined>(thing: T, nowMs: number) {
  const sort = thing?.sort ?? "other";
  return {
    thing,
    sort,
    category: thing?.category ?? "general",
    until: until(sort === "lending" ? "month" : "week", nowMs),
  };
}

async function drafted(
  direction: Direction,
  before: Offer | null,
  filled: Filled,
  nowMs: number,
): Promise<Draft> {
  const texts = await textsToWrite(theNode().address, catalogue.value.language);
  const times = timesOf(filled, before, nowMs);
  const composed = composeOffer(
    texts,
    {
      direction,
      sort: filled.sort as OfferSort,
      category: filled.category as Category,
      item: filled.thing?.number ?? 0,
      title: filled.title,
      quantity: filled.quantity,
      startMs: before?.from ? Date.parse(before.from) : null,
      place: filled.where.place,
      where: filled.where.words,
      onBehalf: filled.onBehalf,
      deposit: filled.deposit,
      text: filled.text,
      ...times,
    },
    nowMs,
    before,
  );
  const title = filled.title || filled.thing?.word || say("Offer");
  return {
    kind: "offer",
    screen: direction,
    posting: { ...composed, title },
    untilMs: times.endMs ?? times.staysMs,
  };
}

/** A week and a month are how long it stays; a day or a moment is when its time is over. */
function timesOf(filled: Filled, before: Offer | null, nowMs: number) {
  const { answer, ms } = filled.until;
  const isOpenEnd =
    filled.sort === "lending" || answer === "week" || answer === "month" || before?.to === null;
  if (isOpenEnd) {
    return { endMs: null, staysMs: Math.max(ms, nowMs) };
  }
  return { endMs: ms, staysMs: Math.max(ms + DAY_MS, endOfDayMs(nowMs, 0)) };
}
