/** The phones that sign for me, and this one's connection with the node. */

import { useState } from "preact/hooks";
import { hex } from "../../../core/bytes";
import type { MemberKey, Members } from "../../../node/documents/people";
import { revokeDevice, signingDevices } from "../../../person/devices";
import { forgetPairing } from "../../../person/people";
import type { Person } from "../../../person/person";
import { say } from "../../../words/words";
import { person, theNode } from "../../app";
import { useDocument } from "../../loading";
import { Button, Card, Label, Notice, Screen, Shown } from "../../parts";
import { problemWords } from "../../problems";
import { enter, session, store } from "../../session";
import { PaperField } from "../recover/paperfield";

export function Phones(_: { path: readonly string[] }) {
  const somebody = person.value;
  return (
    <Screen title={say("My phones")} back={["me"]}>
      {somebody && <Devices somebody={somebody} />}
      <h2>{say("A second phone")}</h2>
      <ol>
        <li>{say("On the new phone, open the node’s page in its Wi-Fi.")}</li>
        <li>
          {say("There: “Join in”, then “My other phone is with me”. It needs a code of the node.")}
        </li>
        <li>{say("It shows a code. Scan that with the camera of this phone, and say yes.")}</li>
      </ol>
      {session.value.pairing !== null && <Unpair />}
    </Screen>
  );
}

function Devices({ somebody }: { somebody: Person }) {
  const query = { revoked: true, name: somebody.fingerprint };
  const loaded = useDocument<Members>("/members", query, false);
  const here = hex(somebody.identity.device.publicKey);
  return (
    <Shown loaded={loaded}>
      {({ members }) => (
        <>
          {members.flatMap(signingDevices).map((one) => (
            <Device key={one.key} device={one} isHere={one.key === here} somebody={somebody} />
          ))}
        </>
      )}
    </Shown>
  );
}

function Device(props: { device: MemberKey; isHere: boolean; somebody: Person }) {
  const { device, isHere, somebody } = props;
  const [isAsking, setAsking] = useState(false);
  const [isGone, setGone] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const cutOff = async (paper: Uint8Array | null) => {
    setBusy(true);
    setProblem(null);
    await revokeDevice(somebody, device, paper)
      .then(() => setGone(true))
      .catch((error: unknown) => setProblem(problemWords(error)));
    setBusy(false);
  };
  return (
    <Card>
      <p>
        <strong>{isHere ? say("This phone") : say("Another phone")}</strong>{" "}
        <span dir="ltr">{device.key_id}</span>{" "}
        {isGone && <Label tone="severe">{say("cut off")}</Label>}
      </p>
      {problem && <Notice tone="severe">{problem}</Notice>}
      {!isHere && !isGone && !isAsking && (
        <Button isDanger act={() => setAsking(true)}>
          {say("It is lost: cut it off")}
        </Button>
      )}
      {isAsking && !isGone && (
        <>
          <p>{say("What it signed so far stays. Nobody takes what it signs from now on.")}</p>
          {somebody.identity.paper !== null ? (
            <Button isDanger isBusy={isBusy} act={() => void cutOff(null)}>
              {say("Yes, cut off")}
            </Button>
          ) : (
            <PaperField
              label={say("For this the words on your sheet are needed")}
              go={say("Yes, cut off")}
              isBusy={isBusy}
              take={(paper) => void cutOff(paper)}
            />
          )}
        </>
      )}
    </Card>
  );
}

function Unpair() {
  const [isSure, setSure] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { pairing } = session.value;
  if (pairing === null) {
    return null;
  }
  const end = async () => {
    try {
      await theNode().post("/pairings/end", {});
      await forgetPairing(store, pairing);
      await enter();
    } catch (error) {
      setProblem(problemWords(error));
    }
  };
  return (
    <>
      <h2>{say("The node “{node}”", { node: pairing.name })}</h2>
      <p>
        {say(
          "If you end the connection, this phone keeps your name and key, but needs a new code to come back.",
        )}
      </p>
      {problem && <Notice tone="severe">{problem}</Notice>}
      {isSure ? (
        <div class="row">
          <Button isDanger act={() => void end()}>
            {say("Yes, end it")}
          </Button>
          <Button act={() => setSure(false)}>{say("No")}</Button>
        </div>
      ) : (
        <Button isDanger act={() => setSure(true)}>
          {say("End the connection with this node")}
        </Button>
      )}
    </>
  );
}
