/** The first phone, which was led here by the code on a new one: may that sign for me? */

import { useState } from "preact/hooks";
import { PeerError } from "../../../core/errors";
import { nameDevice, readDeviceLine } from "../../../person/devices";
import type { Person } from "../../../person/person";
import { say } from "../../../words/words";
import { person } from "../../app";
import { Button, Card, LinkButton, Notice, Screen } from "../../parts";
import { problemWords } from "../../problems";
import { session, useUpArrival } from "../../session";
import { Fingerprint } from "../me/fingerprint";
import { PaperField } from "./paperfield";

export function NameDevice(_: { path: readonly string[] }) {
  const [isDone, setDone] = useState(false);
  const somebody = person.value;
  const line = session.value.arrival?.fragment ?? "";
  return (
    <Screen title={say("A second phone")} back={["me"]}>
      {isDone ? (
        <>
          <Notice tone="good">{say("Your other phone signs for you now.")}</Notice>
          <LinkButton isMain to={["now"]}>
            {say("Go on")}
          </LinkButton>
        </>
      ) : somebody === null ? (
        <p>{say("Nobody uses this phone here yet, so it cannot let another one sign.")}</p>
      ) : (
        <Question somebody={somebody} line={line} done={() => setDone(true)} />
      )}
    </Screen>
  );
}

function Question(props: { somebody: Person; line: string; done: () => void }) {
  const { somebody, line } = props;
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const body = bodyIn(line, somebody);
  if (body === null) {
    return (
      <>
        <Notice tone="severe">
          {say("This code was not made for you. On the new phone, choose your own name.")}
        </Notice>
        <Button act={() => void useUpArrival()}>{say("Forget it")}</Button>
      </>
    );
  }
  const answer = async (paper: Uint8Array | null) => {
    setBusy(true);
    setProblem(null);
    try {
      await nameDevice(somebody, body, paper);
      await useUpArrival();
      props.done();
    } catch (error) {
      setProblem(problemWords(error));
    }
    setBusy(false);
  };
  return (
    <Card>
      <p>
        {say(
          "A phone asks to sign for you. Say yes only if you hold it in your other hand, and it shows the same fingerprint:",
        )}
      </p>
      <Fingerprint digits={somebody.fingerprint} />
      {problem && <Notice tone="severe">{problem}</Notice>}
      {somebody.identity.paper !== null ? (
        <Button isMain isBusy={isBusy} act={() => void answer(null)}>
          {say("Yes, it is mine")}
        </Button>
      ) : (
        <PaperField
          label={say("For this the words on your sheet are needed")}
          go={say("Yes, it is mine")}
          isBusy={isBusy}
          take={(paper) => void answer(paper)}
        />
      )}
      <Button act={() => void useUpArrival()}>{say("No")}</Button>
    </Card>
  );
}

function bodyIn(line: string, somebody: Person): Uint8Array | null {
  try {
    return readDeviceLine(line, somebody.identity);
  } catch (error) {
    if (error instanceof PeerError) {
      return null;
    }
    throw error;
  }
}
