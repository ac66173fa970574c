/** "We need help": what is needed, for how many, where; and what happens then, honestly. */

import { useState } from "preact/hooks";
import type { CheckIn } from "../../../node/documents/calls";
import type { ModeEffects } from "../../../node/documents/modes";
import type { Places } from "../../../node/documents/places";
import { say } from "../../../words/words";
import { checkInPosting } from "../../acts/checkins";
import { forgetDrafts, useDraft } from "../../drafts";
import { useDocument } from "../../loading";
import { Button, Choice, Field, LinkButton, Picker } from "../../parts";
import { Sent, useSending } from "../../sending";
import { NEEDS, type Need, needWord } from "./needs";

const TEXT_CHARACTERS_MAX = 200;
const LINE_CHARACTERS_MAX = 60;
const PERSONS_MAX = 255;

interface HelpProps {
  readonly own: readonly CheckIn[];
  readonly before: CheckIn | null;
  readonly effects: ModeEffects | null;
}

export function HelpForm({ own, before, effects }: HelpProps) {
  const sending = useSending();
  const [state, setState] = useState<"help" | "urgent">(
    before?.state === "urgent" ? "urgent" : "help",
  );
  const [needs, setNeeds] = useState<readonly Need[]>(
    NEEDS.filter((one) => before?.needs.includes(one)),
  );
  const draft = `help/${before?.id ?? ""}`;
  const [text, setText] = useDraft(`${draft}/text`, () => before?.text ?? "");
  const [persons, setPersons] = useState(String(before?.persons ?? 1));
  const [where, setWhere] = useDraft(`${draft}/where`, () => before?.where ?? "");
  const [place, setPlace] = useState(before?.place ?? "");
  const [name, setName] = useState(before?.on_behalf_of ?? "");
  const isSaid = needs.length > 0 || text.trim() !== "";
  const call = () => {
    const said = {
      state,
      needs,
      text,
      persons: Math.min(PERSONS_MAX, Math.max(1, Number.parseInt(persons, 10) || 1)),
      where,
      place: place === "" ? null : place,
      onBehalfOf: name,
    };
    const known = before ?? latestAbout(own, name);
    const posted = sending.postWords(text + where + name, (texts) =>
      checkInPosting(texts, said, known, effects, say("We need help")),
    );
    void posted.then((isPosted) => isPosted && forgetDrafts(draft));
  };
  if (sending.sent !== null) {
    return <Afterwards>{<Sent sending={sending} />}</Afterwards>;
  }
  return (
    <>
      <Choice
        label={say("Can it wait?")}
        value={state}
        options={[
          ["help", say("It can wait a little")],
          ["urgent", say("It cannot wait")],
        ]}
        change={setState}
      />
      <NeedsChoice chosen={needs} change={setNeeds} />
      <Field
        label={say("What else should a helper know?")}
        value={text}
        change={setText}
        lines={3}
        max={TEXT_CHARACTERS_MAX}
        hint={say("Everybody in the neighbourhood can read it.")}
      />
      <Field
        label={say("For how many people?")}
        type="number"
        value={persons}
        change={setPersons}
      />
      <Where where={where} setWhere={setWhere} place={place} setPlace={setPlace} />
      {before === null && (
        <details>
          <summary>{say("For somebody who cannot say it")}</summary>
          <Field
            label={say("Who?")}
            value={name}
            change={setName}
            max={LINE_CHARACTERS_MAX}
            hint={say("Everybody reads this name, and that you said it.")}
          />
        </details>
      )}
      <p>{whatHappens()}</p>
      <Button isMain isBusy={sending.isBusy} isOff={!isSaid} act={call}>
        {say("Call for help")}
      </Button>
      {!isSaid && <p class="quiet">{say("Choose what is needed, or write it.")}</p>}
      <Sent sending={sending} />
    </>
  );
}

function NeedsChoice(props: { chosen: readonly Need[]; change: (needs: readonly Need[]) => void }) {
  const { chosen, change } = props;
  const toggle = (need: Need) =>
    change(chosen.includes(need) ? chosen.filter((one) => one !== need) : [...chosen, need]);
  return (
    <fieldset class="choice">
      <legend>{say("What is needed?")}</legend>
      {NEEDS.map((need) => (
        <button
          key={need}
          type="button"
          aria-pressed={chosen.includes(need)}
          onClick={() => toggle(need)}
        >
          {needWord(need)}
        </button>
      ))}
    </fieldset>
  );
}

function Where(props: {
  where: string;
  setWhere: (where: string) => void;
  place: string;
  setPlace: (place: string) => void;
}) {
  const places = useDocument<Places>("/places").document?.places ?? [];
  return (
    <>
      <Field
        label={say("Where?")}
        value={props.where}
        change={props.setWhere}
        max={LINE_CHARACTERS_MAX}
        hint={say("The street is enough. Add the house if somebody has to come to the door.")}
      />
      {places.length > 0 && (
        <Picker
          label={say("Or at a place")}
          value={props.place}
          options={[["", say("not said")], ...places.map((one) => [one.root, one.name] as const)]}
          change={props.setPlace}
        />
      )}
    </>
  );
}

function Afterwards({ children }: { children: preact.ComponentChildren }) {
  return (
    <>
      {children}
      <p>{whatHappens()}</p>
      <LinkButton to={["checkin"]}>{say("See what becomes of it")}</LinkButton>
    </>
  );
}

function whatHappens(): string {
  return say(
    "Coordinators see it when it reaches them. Until somebody takes it, nobody is on the way.",
  );
}

function latestAbout(own: readonly CheckIn[], name: string): CheckIn | null {
  const wanted = name.trim().toLowerCase();
  return own.find((one) => (one.on_behalf_of ?? "").trim().toLowerCase() === wanted) ?? null;
}
