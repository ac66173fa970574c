/** Entering a place, and saying it anew: hours, another address, what to know; or it is closed. */

import { useState } from "preact/hooks";
import { PLACE_CATEGORIES } from "../../../core/bodies/place";
import { LimitError } from "../../../core/errors";
import type { Members } from "../../../node/documents/people";
import type { Places, WholePlace } from "../../../node/documents/places";
import { textsToWrite } from "../../../node/texts";
import { nowMs } from "../../../words/now";
import { catalogue, say } from "../../../words/words";
import { NO_PLACE, type PlaceForm, placeForm, placePosting, placeRemoval } from "../../acts/places";
import { person, theNode } from "../../app";
import { forgetDrafts, useDraft } from "../../drafts";
import { useDocument } from "../../loading";
import { Button, Choice, Field, LinkButton, Notice, Picker, Screen, Shown } from "../../parts";
import { type Sending, Sent, useSending } from "../../sending";
import { limitSentence } from "../board/post/limits";
import { isolated } from "../places/level";
import { JoinFirst } from "../places/members";
import { HoursField } from "./hours";
import { placeCategoryWord } from "./wording";

const LINE_CHARACTERS_MAX = 60;
const TEXT_CHARACTERS_MAX = 400;
const MINUTE_MS = 60_000;

/** A place that nobody has entered yet. */
export function NewPlace() {
  const isMember = person.value?.standing.value.isMember ?? false;
  return (
    <Screen title={say("Enter a place")} back={["places"]}>
      {isMember ? <Form before={null} /> : <JoinFirst />}
    </Screen>
  );
}

export function ChangePlace({ root }: { root: string }) {
  const loaded = useDocument<WholePlace>(`/places/${encodeURIComponent(root)}`);
  return (
    <Screen title={loaded.document?.name ?? say("Place")} back={["host", root]}>
      <Shown loaded={loaded}>
        {(place) =>
          place.author_fingerprint === person.value?.fingerprint ? (
            <>
              <Form before={place} />
              <Remove place={place} />
            </>
          ) : (
            <Notice>
              {say(
                "Only {name}, who entered this place, can change it. You can close it for now.",
                {
                  name: isolated(place.author_name ?? ""),
                },
              )}
            </Notice>
          )
        }
      </Shown>
    </Screen>
  );
}

function Form({ before }: { before: WholePlace | null }) {
  const sending = useSending();
  const name = `place/${before?.id ?? ""}`;
  const [form, setForm] = useDraft<PlaceForm>(name, () => (before ? placeForm(before) : NO_PLACE));
  const [problem, setProblem] = useState<string | null>(null);
  const set = (some: Partial<PlaceForm>) => setForm({ ...form, ...some });
  const leftMinutes = useBelonging();
  const post = async () => {
    setProblem(null);
    try {
      const texts = await textsToWrite(theNode().address, catalogue.value.language);
      const posting = placePosting(texts, form, before, leftMinutes, form.name);
      if (await sending.post(() => posting)) {
        forgetDrafts(name);
      }
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  if (sending.sent !== null) {
    return <After sending={sending} root={before?.root ?? null} />;
  }
  return (
    <>
      <p class="quiet">{say("All of this is public, on every node.")}</p>
      <Field
        label={say("What is it called?")}
        value={form.name}
        change={(name) => set({ name })}
        max={LINE_CHARACTERS_MAX}
      />
      {before === null && (
        <Picker
          label={say("What is it?")}
          value={form.category}
          options={PLACE_CATEGORIES.map((one) => [one, placeCategoryWord(one)] as const)}
          change={(category) => set({ category })}
        />
      )}
      <HoursField week={form.week} change={(week) => set({ week })} />
      <Field
        label={say("About the hours")}
        value={form.remark}
        change={(remark) => set({ remark })}
        hint={say("As in: closed on Christmas Eve")}
        max={LINE_CHARACTERS_MAX}
      />
      <Somewhere form={form} set={set} own={before?.root ?? null} />
      <Details form={form} set={set} isNew={before === null} />
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Sent sending={sending} />
      <Button isMain isBusy={sending.isBusy} act={() => void post()}>
        {before === null ? say("Enter it") : say("Say it to everybody")}
      </Button>
    </>
  );
}

interface FieldsProps {
  readonly form: PlaceForm;
  readonly set: (some: Partial<PlaceForm>) => void;
}

function Somewhere({ form, set, own }: FieldsProps & { own: string | null }) {
  const places = useDocument<Places>("/places").document?.places ?? [];
  const others = places.filter((one) => one.position !== null && one.root !== own);
  return (
    <>
      <Field
        label={say("Address")}
        value={form.address}
        change={(address) => set({ address })}
        max={LINE_CHARACTERS_MAX}
      />
      <details>
        <summary>{say("Where on the map")}</summary>
        {others.length > 0 && (
          <Picker
            label={say("At the same spot as")}
            value=""
            options={[["", say("not said")], ...others.map((one) => [one.root, one.name] as const)]}
            change={(root) => {
              const at = others.find((one) => one.root === root)?.position;
              set({ position: at ? `${at.latitude}, ${at.longitude}` : form.position });
            }}
          />
        )}
        <Field
          label={say("Degrees north and east")}
          value={form.position}
          change={(position) => set({ position })}
          hint={say("As in 51.523, 7.467. Before it is signed it is rounded to about 100 m.")}
          keyboard="code"
          max={30}
        />
      </details>
    </>
  );
}

function Details({ form, set, isNew }: FieldsProps & { isNew: boolean }) {
  return (
    <details open={isNew}>
      <summary>{say("More to fill in")}</summary>
      <Field
        label={say("Room for how many people?")}
        value={form.capacity}
        change={(capacity) => set({ capacity })}
        keyboard="digits"
        max={5}
      />
      <Choice
        label={say("Steps")}
        value={form.steps}
        options={[
          ["unsaid", say("Not said")],
          ["step-free", say("No steps")],
          ["steps", say("There are steps")],
        ]}
        change={(steps) => set({ steps })}
      />
      <Field
        label={say("Contact")}
        value={form.contact}
        change={(contact) => set({ contact })}
        max={LINE_CHARACTERS_MAX}
      />
      <Field
        label={say("What else is there to say?")}
        value={form.text}
        change={(text) => set({ text })}
        lines={3}
        max={TEXT_CHARACTERS_MAX}
      />
      <Field
        label={say("For somebody without a phone: whose name?")}
        value={form.onBehalfOf}
        change={(onBehalfOf) => set({ onBehalfOf })}
        max={LINE_CHARACTERS_MAX}
      />
    </details>
  );
}

function After({ sending, root }: { sending: Sending; root: string | null }) {
  return (
    <>
      <Sent sending={sending} />
      <LinkButton isMain to={root === null ? ["places"] : ["places", root]}>
        {root === null ? say("To the places") : say("Show the place")}
      </LinkButton>
    </>
  );
}

/** It is closed for good: after one more question it goes from the board. */
function Remove({ place }: { place: WholePlace }) {
  const sending = useSending();
  const [isAsked, setAsked] = useState(false);
  if (sending.sent !== null) {
    return <After sending={sending} root={null} />;
  }
  if (!isAsked) {
    return (
      <Button isDanger act={() => setAsked(true)}>
        {say("Close it for good")}
      </Button>
    );
  }
  const title = say("Take back: {what}", { what: place.name });
  return (
    <Notice>
      <p>
        {say(
          "It goes from every node that hears of it. Times to book stay: call them off first, and tell who booked.",
        )}
      </p>
      <div class="row">
        <Button
          isDanger
          isBusy={sending.isBusy}
          act={() => void sending.post(() => placeRemoval(place, title))}
        >
          {say("Yes, close it for good")}
        </Button>
        <Button act={() => setAsked(false)}>{say("Keep it")}</Button>
      </div>
    </Notice>
  );
}

/** Returns for how many more minutes this phone's person belongs. */
function useBelonging(): number {
  const me = person.value?.fingerprint ?? "";
  const { document } = useDocument<Members>("/members", { name: me }, false);
  const expires = document?.members.find((one) => one.fingerprint === me)?.expires ?? null;
  return expires === null
    ? Number.POSITIVE_INFINITY
    : Math.floor((Date.parse(expires) - nowMs()) / MINUTE_MS);
}

function problemOf(error: unknown): string {
  switch (error instanceof LimitError ? error.reason : "") {
    case "empty_name":
      return say("Type a name first.");
    case "never_open":
      return say("Say on which days it is open, or choose “Not said”.");
    case "bad_position":
      return say("That is no position. Write two numbers, as in 51.523, 7.467, or nothing.");
    case "bad_people":
      return say("So many people fit nowhere here. Write a smaller number.");
    default:
      return limitSentence(error);
  }
}
