/** A name and, where no QR code was scanned, the code that the node shows: then the node lets in. */

import { useState } from "preact/hooks";
import { cleanName } from "../../../core/bodies/names";
import type { Arrival } from "../../../person/arrival";
import type { Person } from "../../../person/person";
import { say } from "../../../words/words";
import { Button, Field, LinkButton, Notice } from "../../parts";
import { problemWords } from "../../problems";
import { session, useUpArrival } from "../../session";
import { comeIn } from "./coming";

export function Entry({ somebody, arrival }: { somebody: Person | null; arrival: Arrival | null }) {
  const [name, setName] = useState(somebody?.name ?? "");
  const [code, setCode] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const node = session.value.where?.name ?? "";
  const hasName = somebody !== null && !mayBeRenamed(somebody);

  async function submit() {
    setBusy(true);
    setProblem(null);
    try {
      await comeIn({ name: cleanName(name), arrival, code });
    } catch (error) {
      setProblem(pairingProblem(error));
    }
    setBusy(false);
  }

  return (
    <>
      {!hasName ? (
        <p>
          {say(
            "Your name stands on what you write. Your key is made on this phone and stays here.",
          )}
        </p>
      ) : (
        <p>
          {say("You are {name}. This node does not know this phone yet.", {
            name: somebody?.name ?? "",
          })}
        </p>
      )}
      {session.value.hasOthers && somebody === null && (
        <Notice tone="info">
          {say(
            "This phone is used in another neighbourhood too. Here you will be somebody of your own; nothing connects the two.",
          )}
        </Notice>
      )}
      {!hasName && (
        <Field
          label={say("Your name")}
          value={name}
          change={setName}
          hint={say("As your neighbours know you, for example Anna K.")}
          max={40}
        />
      )}
      {arrival === null && (
        <Field
          label={say("Code of the node")}
          value={code}
          change={setCode}
          hint={say(
            "8 letters and digits, like K7Q2-M9XD. The node “{node}” shows them, or whoever looks after it.",
            { node },
          )}
          max={16}
          keyboard="code"
        />
      )}
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Button isMain isBusy={isBusy} act={() => void submit()}>
        {hasName ? say("Connect") : say("Join in")}
      </Button>
      {arrival !== null && problem !== null && (
        <Button act={() => void useUpArrival()}>{say("Type a code instead")}</Button>
      )}
      {somebody === null && (
        <>
          <h2>{say("Have you been here before?")}</h2>
          <div class="row">
            <LinkButton to={["join", "restore"]}>{say("I have recovery words")}</LinkButton>
            <LinkButton to={["join", "second"]}>{say("My other phone is with me")}</LinkButton>
          </div>
        </>
      )}
    </>
  );
}

/** Returns whether nobody can have seen the name yet: a typing mistake is no reason to stay so. */
function mayBeRenamed({ identity }: Person): boolean {
  return identity.announcement === null && identity.paper !== null;
}

function pairingProblem(error: unknown): string {
  switch ((error as { code?: unknown }).code) {
    case "not_allowed":
      return say("This code is wrong, or older than ten minutes. Ask for a new one.");
    case "busy":
      return say("Too many wrong codes were typed. Scan the QR code, or wait ten minutes.");
    default:
      return problemWords(error);
  }
}
