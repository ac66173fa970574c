/** Which stewards this phone knows, and what to do where the node names other ones. */

import { useState } from "preact/hooks";
import { hex } from "../../../core/bytes";
import { fingerprint } from "../../../core/keys";
import type { Trust } from "../../../person/trust";
import { say } from "../../../words/words";
import { theNode } from "../../app";
import { Button, Notice, Screen } from "../../parts";
import { problemWords } from "../../problems";
import { trust } from "../../trust";
import { Fingerprint } from "./fingerprint";

export function Stewards(_: { path: readonly string[] }) {
  const here = trust.value;
  return (
    <Screen title={say("The stewards")} back={["me"]}>
      <p>
        {say(
          "Stewards say who belongs. This phone took down who they are when it was connected, and follows them when they change by what they sign.",
        )}
      </p>
      {here === null ? <p>{say("This phone knows none yet.")}</p> : <Known here={here} />}
    </Screen>
  );
}

function Known({ here }: { here: Trust }) {
  const charter = here.standing.value?.charters.at(-1)?.said.fields;
  const claimed = here.claimed.value;
  return (
    <>
      <h2>{say("Those whom this phone knows")}</h2>
      <Keys keys={charter?.stewards ?? []} />
      {claimed !== null && (
        <>
          <h2>{say("Those whom this node names")}</h2>
          <Keys keys={claimed.stewards} />
          <Advice here={here} />
        </>
      )}
    </>
  );
}

function Keys({ keys }: { keys: readonly Uint8Array[] }) {
  return (
    <>
      {keys.map((key) => (
        <Fingerprint key={hex(key)} digits={hex(fingerprint(key))} />
      ))}
    </>
  );
}

function Advice({ here }: { here: Trust }) {
  const [problem, setProblem] = useState<string | null>(null);
  const accept = () =>
    here.accept(theNode()).catch((error: unknown) => setProblem(problemWords(error)));
  return (
    <>
      <p>
        {say(
          "Maybe this phone was away for longer than it takes. Maybe somebody wants to deceive you. Ask a steward whom you know, face to face, for their fingerprint. If it stands among those of this node, take them over. If not, tell others.",
        )}
      </p>
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Button isDanger act={() => void accept()}>
        {say("I have compared them: take these over")}
      </Button>
    </>
  );
}
