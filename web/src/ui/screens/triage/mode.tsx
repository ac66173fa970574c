/** How the neighbourhood fares: proposed by one coordinator, in force when another confirms it. */

import { useState } from "preact/hooks";
import type { Mode, ModeProposal, ModeState } from "../../../node/documents/modes";
import { dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";
import { confirmationPosting, proposalPosting } from "../../acts/modes";
import { person } from "../../app";
import { useDocument } from "../../loading";
import { Button, Card, Choice, Field, Label, Picker, Shown } from "../../parts";
import { Sent, useSending } from "../../sending";

const REASON_CHARACTERS_MAX = 200;

export function ModeDesk() {
  const loaded = useDocument<ModeState>("/mode");
  return (
    <Shown loaded={loaded}>
      {(state) => (
        <>
          <Card>
            <h2 class="sentence">{state.mode_words}</h2>
            {state.by && <Supporters proposal={state.by} />}
            {state.drill && <Label tone="drill">{say("A drill is on.")}</Label>}
          </Card>
          {state.proposals
            .filter((one) => !one.is_in_force)
            .map((one) => (
              <Proposed key={one.id} proposal={one} />
            ))}
          <Propose before={state.proposals} />
        </>
      )}
    </Shown>
  );
}

function Supporters({ proposal }: { proposal: ModeProposal }) {
  return (
    <>
      {proposal.reason && (
        <p class="words" dir="auto">
          {proposal.reason}
        </p>
      )}
      <p>
        <bdi>{proposal.supporters.map((one) => one.name).join(", ")}</bdi>{" "}
        {say("until {time}", { time: dayAndClock(proposal.until) })}
      </p>
    </>
  );
}

function Proposed({ proposal }: { proposal: ModeProposal }) {
  const sending = useSending();
  const isMine = proposal.supporters.some((one) => one.fingerprint === person.value?.fingerprint);
  const confirm = () => sending.post(() => confirmationPosting(proposal, say("Confirm the mode")));
  return (
    <Card tone={proposal.is_drill ? "drill" : "minor"}>
      <h3>
        {proposal.is_drill && <Label tone="drill">{say("DRILL")}</Label>} {proposal.mode_words}
      </h3>
      <Supporters proposal={proposal} />
      {proposal.is_confirmed ? (
        <p>{say("Confirmed, but something that ends later is in force.")}</p>
      ) : (
        <p>
          {say("Proposed. {there} of {needed} stand behind it; until then nothing changes.", {
            there: proposal.supporters.length,
            needed: proposal.needed,
          })}
        </p>
      )}
      {!isMine && !proposal.is_confirmed && (
        <Button isMain isBusy={sending.isBusy} act={() => void confirm()}>
          {say("Confirm")}
        </Button>
      )}
      <Sent sending={sending} />
    </Card>
  );
}

function Propose({ before }: { before: readonly ModeProposal[] }) {
  const sending = useSending();
  const [mode, setMode] = useState<Mode>("outage");
  const [hours, setHours] = useState("12");
  const [reason, setReason] = useState("");
  const [isDrill, setDrill] = useState<"real" | "drill">("real");
  const propose = () => {
    const proposed = {
      mode,
      isDrill: isDrill === "drill",
      reason,
      minutes: Number.parseInt(hours, 10) * 60,
    };
    return sending.postWords(reason, (texts) =>
      proposalPosting(texts, proposed, before, say("Propose a mode")),
    );
  };
  return (
    <>
      <h2>{say("Propose another mode")}</h2>
      <Choice label={say("Mode")} value={mode} options={modeOptions()} change={setMode} />
      <Picker
        label={say("It ends by itself after")}
        value={hours}
        options={[
          ["3", say("3 hours")],
          ["12", say("12 hours")],
          ["24", say("1 day")],
          ["72", say("3 days")],
          ["168", say("7 days")],
        ]}
        change={setHours}
      />
      <Field
        label={say("Why? Everybody reads it.")}
        value={reason}
        change={setReason}
        lines={2}
        max={REASON_CHARACTERS_MAX}
      />
      <Choice
        label={say("Real, or a drill?")}
        value={isDrill}
        options={[
          ["real", say("Real")],
          ["drill", say("A drill: changes nothing but words")],
        ]}
        change={setDrill}
      />
      <Button isMain isBusy={sending.isBusy} act={() => void propose()}>
        {say("Propose")}
      </Button>
      <p class="quiet">{say("It changes nothing until another coordinator confirms it.")}</p>
      <Sent sending={sending} />
    </>
  );
}

function modeOptions(): readonly (readonly [Mode, string])[] {
  return [
    ["normal", say("As usual")],
    ["disrupted", say("Some things do not work")],
    ["outage", say("Outage")],
    ["recovery", say("Things begin to work again")],
  ];
}
