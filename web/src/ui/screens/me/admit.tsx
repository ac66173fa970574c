/** Taking somebody in who says six digits to me. */

import { useState } from "preact/hooks";
import type { Newcomer } from "../../../node/documents/people";
import { type Admission, admit, claimJoin } from "../../../person/admitting";
import { count, say } from "../../../words/words";
import { person, theNode } from "../../app";
import { Button, Card, Field, LinkButton, Notice, Screen } from "../../parts";
import { problemWords } from "../../problems";
import { Fingerprint } from "./fingerprint";

const DIGITS = 6;

export function Admit(_: { path: readonly string[] }) {
  const [digits, setDigits] = useState("");
  const [newcomer, setNewcomer] = useState<Newcomer | null>(null);
  const [outcome, setOutcome] = useState<Admission | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function attempt(f: () => Promise<void>) {
    setBusy(true);
    setProblem(null);
    await f().catch((error: unknown) => setProblem(admitProblem(error)));
    setBusy(false);
  }

  const claim = () =>
    attempt(async () => {
      // A wrong guess counts at the node, so nobody's half-typed digits go there.
      if (digits.replace(/\D/g, "").length === DIGITS) {
        setNewcomer(await claimJoin(theNode(), digits));
      } else {
        setProblem(admitProblem({ code: "not_found" }));
      }
    });
  const speakFor = (somebody: Newcomer) =>
    attempt(async () => {
      if (person.value !== null) {
        setOutcome(await admit(theNode(), person.value, somebody));
      }
    });

  return (
    <Screen title={say("Take somebody in")} back={["me"]}>
      {problem && <Notice tone="severe">{problem}</Notice>}
      {outcome !== null ? (
        <Outcome outcome={outcome} />
      ) : newcomer === null ? (
        <>
          <p>{say("Only somebody whom you know, and who says the digits to you themselves.")}</p>
          <Field
            label={say("The six digits")}
            value={digits}
            change={setDigits}
            max={9}
            keyboard="digits"
          />
          <Button isMain isBusy={isBusy} act={() => void claim()}>
            {say("Go on")}
          </Button>
        </>
      ) : (
        <Card>
          <h2>
            <bdi>{newcomer.name}</bdi>
          </h2>
          <Fingerprint digits={newcomer.fingerprint} />
          <p>{say("Do you know this person, and did they tell you the digits themselves?")}</p>
          <div class="row">
            <Button isMain isBusy={isBusy} act={() => void speakFor(newcomer)}>
              {say("Yes, take in")}
            </Button>
            <Button act={() => setNewcomer(null)}>{say("No")}</Button>
          </div>
        </Card>
      )}
    </Screen>
  );
}

function Outcome({ outcome }: { outcome: Admission }) {
  const { name, isMember, wordsNeeded } = outcome;
  return (
    <>
      <Notice tone="good">
        {isMember
          ? say("{name} is a member now. Every node knows it as soon as it hears of it.", { name })
          : count(
              "You spoke for {name}. {count} more full member must speak for them, or a steward.",
              "You spoke for {name}. {count} more full members must speak for them, or a steward.",
              wordsNeeded,
              { name },
            )}
      </Notice>
      <LinkButton isMain to={["me"]}>
        {say("Done")}
      </LinkButton>
    </>
  );
}

function admitProblem(error: unknown): string {
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  if (code === "not_found") {
    return say("Nobody who is joining here has these digits. Ask for them again.");
  }
  if (code === "busy") {
    return say("That was wrong three times: wait ten minutes, or let another member do it.");
  }
  if (reason === "no_word") {
    return say("Your word did not count: a member speaks for 8 people at most. Ask a steward.");
  }
  return problemWords(error);
}
