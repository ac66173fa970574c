/** Getting an identity back from its sheet: words, then the node, then what became of other phones. */

import { useState } from "preact/hooks";
import { hex } from "../../../core/bytes";
import { LimitError } from "../../../core/errors";
import { fingerprint } from "../../../core/keys";
import { identityKey } from "../../../core/paper";
import type { Member, MemberKey } from "../../../node/documents/people";
import { isPaperOf, restoreHere, revokeDevice, signingDevices } from "../../../person/devices";
import { deviceFields, entropy } from "../../../person/identity";
import { count, say } from "../../../words/words";
import { person, theNode } from "../../app";
import { CodeField } from "../../codefield";
import { Button, Card, Field, LinkButton, Notice, Screen } from "../../parts";
import { problemWords } from "../../problems";
import { openingArrival, session } from "../../session";
import { comeIn } from "../join/coming";
import { Fingerprint } from "../me/fingerprint";
import { PaperField } from "./paperfield";

export function Restore() {
  const [paper, setPaper] = useState<Uint8Array | null>(null);
  const [restored, setRestored] = useState<Member | null | "waiting">("waiting");
  return (
    <Screen title={say("Get your name back")} back={["now"]}>
      {paper === null ? (
        <PaperField
          label={say("The words on your sheet")}
          go={say("Go on")}
          isBusy={false}
          take={setPaper}
        />
      ) : restored === "waiting" ? (
        <AtNode paper={paper} done={setRestored} back={() => setPaper(null)} />
      ) : restored === null ? (
        <>
          <Notice>{say("Nobody here knows this key yet. A member has to take you in.")}</Notice>
          <LinkButton isMain to={["join"]}>
            {say("Show my digits")}
          </LinkButton>
        </>
      ) : (
        <Back member={restored} paper={paper} />
      )}
    </Screen>
  );
}

function AtNode(props: {
  paper: Uint8Array;
  done: (member: Member | null) => void;
  back: () => void;
}) {
  const { paper } = props;
  const { pairing } = session.value;
  const arrival = openingArrival();
  const [code, setCode] = useState("");
  const [name, setName] = useState(person.value?.name ?? "");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const key = identityKey(paper).publicKey;

  async function submit() {
    setBusy(true);
    setProblem(null);
    try {
      if (person.value !== null && !isPaperOf(person.value.identity, paper)) {
        throw new LimitError("Somebody else uses this phone.", "other_paper");
      }
      if (pairing === null) {
        const owner = { name: name.trim() === "" ? "?" : name, key };
        await comeIn({ name, arrival, code, fields: deviceFields(owner, null, entropy) });
      }
      const identity = person.value?.identity;
      if (identity) {
        const member = await restoreHere(theNode(), identity, paper);
        await person.value?.settle();
        props.done(member);
      }
    } catch (error) {
      setProblem(problemWords(error));
    }
    setBusy(false);
  }

  return (
    <>
      <Card>
        <p>{say("Is this the fingerprint on your sheet?")}</p>
        <Fingerprint digits={hex(fingerprint(key))} />
        <Button act={props.back}>{say("No, type the words again")}</Button>
      </Card>
      {person.value === null && (
        <Field label={say("Your name")} value={name} change={setName} max={40} />
      )}
      {arrival === null && pairing === null && <CodeField value={code} change={setCode} />}
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Button isMain isBusy={isBusy} act={() => void submit()}>
        {say("Yes, get my name back")}
      </Button>
    </>
  );
}

function Back({ member, paper }: { member: Member; paper: Uint8Array }) {
  const here = person.value === null ? "" : hex(person.value.identity.device.publicKey);
  const [others, setOthers] = useState<readonly MemberKey[]>(
    signingDevices(member).filter((one) => one.key !== here),
  );
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  async function cutOff() {
    setBusy(true);
    setProblem(null);
    try {
      for (const one of others) {
        if (person.value !== null) {
          await revokeDevice(person.value, one, paper);
        }
      }
      setOthers([]);
    } catch (error) {
      setProblem(problemWords(error));
    }
    setBusy(false);
  }
  return (
    <>
      <Notice tone="good">{say("{name}, you are back.", { name: member.name })}</Notice>
      <p>{say("Put the sheet back where it is safe. The words are not kept on this phone.")}</p>
      {others.length > 0 && (
        <Card tone="minor">
          <p>
            {count(
              "{count} other phone still signs for you. Is it lost?",
              "{count} other phones still sign for you. Are they lost?",
              others.length,
            )}
          </p>
          {problem && <Notice tone="severe">{problem}</Notice>}
          <Button isDanger isBusy={isBusy} act={() => void cutOff()}>
            {say("Yes, cut off")}
          </Button>
        </Card>
      )}
      <LinkButton isMain to={["now"]}>
        {say("Go on")}
      </LinkButton>
    </>
  );
}
