/** The new phone of somebody who has another one at hand: it shows a code for the other's camera. */

import { useEffect, useState } from "preact/hooks";
import { fromHex } from "../../../core/bytes";
import type { Member, Members } from "../../../node/documents/people";
import { deviceLine } from "../../../person/devices";
import { entropy, provisionalFields } from "../../../person/identity";
import type { Person } from "../../../person/person";
import { say } from "../../../words/words";
import { person } from "../../app";
import { CodeField } from "../../codefield";
import { useDocument } from "../../loading";
import { Button, Field, LinkButton, Notice, Screen, Shown } from "../../parts";
import { problemWords } from "../../problems";
import { openingArrival, session } from "../../session";
import { comeIn } from "../join/coming";
import { Fingerprint } from "../me/fingerprint";
import { QrCode } from "./qr";

const LOOK_MS = 3_000;

export function SecondPhone() {
  const somebody = person.value;
  return (
    <Screen title={say("A second phone")} back={["now"]}>
      {somebody === null || session.value.pairing === null ? (
        <Connect />
      ) : (
        <Choose somebody={somebody} />
      )}
    </Screen>
  );
}

function Connect() {
  const arrival = openingArrival();
  const [code, setCode] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  async function submit() {
    setBusy(true);
    setProblem(null);
    const fields = provisionalFields("?", entropy);
    await comeIn({ name: "?", arrival, code, fields }).catch((error: unknown) =>
      setProblem(problemWords(error)),
    );
    setBusy(false);
  }
  return (
    <>
      <p>
        {say("First this phone gets to know the node, then your other phone lets it sign for you.")}
      </p>
      {arrival === null && <CodeField value={code} change={setCode} />}
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Button isMain isBusy={isBusy} act={() => void submit()}>
        {say("Connect")}
      </Button>
    </>
  );
}

function Choose({ somebody }: { somebody: Person }) {
  const [owner, setOwner] = useState<Member | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [sought, setSought] = useState("");
  const loaded = useDocument<Members>("/members", {}, false);
  const choose = (member: Member) =>
    somebody.identity
      .adopt({ name: member.name, key: fromHex(member.key), class: classOf(member) })
      .then(() => setOwner(member))
      .catch((error: unknown) => setProblem(problemWords(error)));
  if (owner !== null || somebody.name !== "?") {
    return <Ask somebody={somebody} />;
  }
  return (
    <>
      <p>{say("Who are you here?")}</p>
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Field label={say("Search a name")} value={sought} change={setSought} type="search" />
      <Shown loaded={loaded}>
        {({ members }) => (
          <div class="column">
            {members
              .filter((one) => one.class !== "node" && isSought(one, sought))
              .map((one) => (
                <Button key={one.fingerprint} act={() => void choose(one)}>
                  {one.shown_name}
                </Button>
              ))}
          </div>
        )}
      </Shown>
    </>
  );
}

function Ask({ somebody }: { somebody: Person }) {
  const address = `${location.origin}/#${deviceLine(somebody.identity)}`;
  const { isMember } = somebody.standing.value;
  useEffect(() => {
    const timer = setInterval(() => void somebody.settle(), LOOK_MS);
    return () => clearInterval(timer);
  }, [somebody]);
  if (isMember) {
    return (
      <>
        <Notice tone="good">
          {say("This phone signs for {name} now.", { name: somebody.name })}
        </Notice>
        <LinkButton isMain to={["now"]}>
          {say("Go on")}
        </LinkButton>
      </>
    );
  }
  return (
    <>
      <p>{say("Scan this with the camera of your other phone, and say yes there:")}</p>
      <QrCode isPublic text={address} label={say("Code for your other phone")} />
      <p class="quiet">{say("Both should show the same fingerprint:")}</p>
      <Fingerprint digits={somebody.fingerprint} />
      <p aria-live="polite">{say("Waiting …")}</p>
    </>
  );
}

function classOf(member: Member): "person" | "organisation" {
  return member.class === "organisation" ? "organisation" : "person";
}

function isSought(member: Member, sought: string): boolean {
  return member.name.toLocaleLowerCase().includes(sought.trim().toLocaleLowerCase());
}
