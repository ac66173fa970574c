/** Taking back something of one's own, after one more question. */

import { useState } from "preact/hooks";
import type { Outgoing } from "../../../../person/person";
import { say } from "../../../../words/words";
import { person, revision } from "../../../app";
import { Button, LinkButton, Notice } from "../../../parts";
import { refusedWords } from "../../../refused";
import { composeWithdrawal } from "./compose";
import { limitSentence } from "./limits";

/** `until` null: as long as any version may live; `what` names it in the list of what goes out. */
export function TakeBack(props: {
  root: string;
  until: string | null;
  what: string;
  isMeetup?: boolean;
}) {
  const { root, until, what, isMeetup = false } = props;
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [sent, setSent] = useState<Outgoing | null>(null);
  if (sent !== null) {
    return <Said sent={sent} />;
  }
  const word = isMeetup ? say("Call it off") : say("Take it back");
  if (!isAsked) {
    return (
      <Button isDanger act={() => setAsked(true)}>
        {word}
      </Button>
    );
  }
  const act = () => {
    setBusy(true);
    const title = say("Take back: {what}", { what });
    person.value
      ?.post({ ...composeWithdrawal(root, until), title })
      .then((outgoing) => {
        setSent(outgoing);
        revision.value += 1;
      })
      .catch((error: unknown) => setProblem(limitSentence(error)))
      .finally(() => setBusy(false));
  };
  return (
    <Notice>
      <p>
        {say(
          "It goes from every node that hears of it. Whoever was promised something still counts on it: tell them.",
        )}
      </p>
      {problem && <p>{problem}</p>}
      <div class="row">
        <Button isDanger isBusy={isBusy} act={act}>
          {word}
        </Button>
        <Button act={() => setAsked(false)}>{say("Keep it")}</Button>
      </div>
    </Notice>
  );
}

function Said({ sent }: { sent: Outgoing }) {
  if (sent.progress === "refused") {
    return (
      <Notice tone="severe">
        {say("The node did not take it.")} {sent.refusal && refusedWords(sent.refusal)}
      </Notice>
    );
  }
  return (
    <>
      <Notice tone="good">
        {sent.progress === "on_node"
          ? say("Taken back here. Other nodes follow as soon as they hear of it.")
          : say("It is on this phone. It goes out as soon as the node answers.")}
      </Notice>
      <LinkButton to={["board"]}>{say("To the board")}</LinkButton>
    </>
  );
}
