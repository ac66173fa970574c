/** One call for help on the triage board, and what a coordinator can do about it. */

import { useState } from "preact/hooks";
import type { CheckIn } from "../../../node/documents/calls";
import type { Place } from "../../../node/documents/places";
import { ago, dayAndClock } from "../../../words/times";
import { count, say } from "../../../words/words";
import { type Act, triagePosting } from "../../acts/triage";
import { Button, Card, Field, Label, Name, Picker, Words } from "../../parts";
import { type Sending, Sent, useSending } from "../../sending";
import { holderWords } from "../checkin/own";
import { isolated } from "../places/level";

const NOTE_CHARACTERS_MAX = 120;

/** Somebody who may take calls. */
export interface Coordinator {
  readonly fingerprint: string;
  readonly shown_name: string;
}

/** What stands around a call on the board; the same for all of them. */
export interface Around {
  readonly calls: readonly CheckIn[];
  readonly coordinators: readonly Coordinator[];
  readonly places: readonly Pick<Place, "root" | "name">[];
}

export function CallCard({ call, around }: { call: CheckIn; around: Around }) {
  const sending = useSending();
  const isOpen = call.stage === "new" || call.stage === "taken";
  return (
    <Card tone={toneOf(call)} label={call.who}>
      <h3>
        {call.state === "urgent" && isOpen && <Label tone="extreme">{say("URGENT")}</Label>}{" "}
        <bdi>{call.who}</bdi>
      </h3>
      <p class="quiet">{waits(call)}</p>
      <Where call={call} places={around.places} />
      {call.persons > 1 && <p>{count("{count} person", "{count} people", call.persons)}</p>}
      {call.needs_words.length > 0 && (
        <p>
          <strong>{call.needs_words.join(", ")}</strong>
        </p>
      )}
      {call.text && <Words text={call.text} />}
      {call.asked_again && <Label tone="severe">{say("asked again")}</Label>}
      {isOpen ? (
        call.holders.map((one) => <p key={one.fingerprint}>{holderWords(one)}</p>)
      ) : (
        <p class="sentence">{call.stage_words}</p>
      )}
      <Acts call={call} around={around} sending={sending} />
      <Sent sending={sending} />
      {call.acts.length > 0 && <History call={call} />}
    </Card>
  );
}

function waits(call: CheckIn): string {
  const since = call.age_s === null ? dayAndClock(call.since) : ago(call.age_s);
  if (call.on_behalf_of === null) {
    return say("called {ago}", { ago: since });
  }
  return say("called {ago} by {name}", {
    ago: since,
    name: isolated(call.author_name ?? call.author_fingerprint?.slice(0, 8) ?? "?"),
  });
}

function Where({ call, places }: { call: CheckIn; places: Around["places"] }) {
  const place = places.find((one) => one.root === call.place);
  const words = [call.where, place?.name].filter((one) => one).join(" · ");
  return words === "" ? null : (
    <p>
      <Name text={words} />
    </p>
  );
}

interface ActsProps {
  readonly call: CheckIn;
  readonly around: Around;
  readonly sending: Sending;
}

function Acts({ call, around, sending }: ActsProps) {
  const [note, setNote] = useState("");
  const tell = (act: Act, title: string) =>
    void sending.postWords(note, (texts) => triagePosting(texts, call, { ...act, note }, title));
  if (call.stage === "ended" || call.stage === "fine") {
    return null;
  }
  if (call.stage !== "new" && call.stage !== "taken") {
    return (
      <Button isBusy={sending.isBusy} act={() => tell({ act: "reopened" }, say("Open it again"))}>
        {say("Open it again")}
      </Button>
    );
  }
  return (
    <>
      <div class="row">
        {call.stage === "new" && (
          <Button
            isMain
            isBusy={sending.isBusy}
            act={() => tell({ act: "taken" }, say("I take it"))}
          >
            {say("I take it")}
          </Button>
        )}
        <Button isBusy={sending.isBusy} act={() => tell({ act: "on_the_way" }, say("On my way"))}>
          {say("On my way")}
        </Button>
        <Button isBusy={sending.isBusy} act={() => tell({ act: "done" }, say("Done"))}>
          {say("Done")}
        </Button>
      </div>
      <details>
        <summary>{say("Note, hand over, duplicate")}</summary>
        <Field
          label={say("Note")}
          value={note}
          change={setNote}
          max={NOTE_CHARACTERS_MAX}
          hint={say("Goes with what you tap next; everybody reads it.")}
        />
        <HandOver
          able={around.coordinators}
          act={(other) => tell({ act: "handed_over", person: other }, say("Hand over"))}
        />
        <Duplicate
          call={call}
          all={around.calls}
          act={(other) => tell({ act: "duplicate", other }, say("The same call"))}
        />
      </details>
    </>
  );
}

interface HandOverProps {
  readonly able: readonly Coordinator[];
  readonly act: (fingerprint: string) => void;
}

function HandOver({ able, act }: HandOverProps) {
  const [chosen, setChosen] = useState("");
  return (
    <>
      <Picker
        label={say("Hand over to")}
        value={chosen}
        options={[["", ""], ...able.map((one) => [one.fingerprint, one.shown_name] as const)]}
        change={setChosen}
      />
      <p class="quiet">{say("Speak to them first: they are not told by this.")}</p>
      <Button isOff={chosen === ""} act={() => act(chosen)}>
        {say("Hand over")}
      </Button>
    </>
  );
}

function Duplicate(props: { call: CheckIn; all: readonly CheckIn[]; act: (root: string) => void }) {
  const { call, all, act } = props;
  const [chosen, setChosen] = useState("");
  const others = all.filter(
    (one) => one.root !== call.root && (one.stage === "new" || one.stage === "taken"),
  );
  if (others.length === 0) {
    return null;
  }
  return (
    <>
      <Picker
        label={say("The same as another call, which stays")}
        value={chosen}
        options={[["", ""], ...others.map((one) => [one.root, summary(one)] as const)]}
        change={setChosen}
      />
      <Button isOff={chosen === ""} act={() => act(chosen)}>
        {say("The same call")}
      </Button>
    </>
  );
}

function summary(call: CheckIn): string {
  return [call.who, call.where, ...call.needs_words].filter((one) => one).join(", ");
}

function History({ call }: { call: CheckIn }) {
  return (
    <details>
      <summary>{say("What was done")}</summary>
      <ul>
        {call.acts.map((one) => (
          <li key={one.id}>
            <bdi>{one.by_name}</bdi> {one.act_words}
            {one.person_name && one.person !== one.by && (
              <>
                {" "}
                (<bdi>{one.person_name}</bdi>)
              </>
            )}
            , {dayAndClock(one.created)}
            {one.note && (
              <>
                : <bdi>{one.note}</bdi>
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function toneOf(call: CheckIn): "extreme" | "severe" | "info" | "good" {
  if (call.stage === "new") {
    return call.state === "urgent" ? "extreme" : "severe";
  }
  return call.stage === "taken" ? "info" : "good";
}
