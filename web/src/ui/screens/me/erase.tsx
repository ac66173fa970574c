/** Taking everything back: first what cannot be taken back, then what goes, in this order. */

import { useState } from "preact/hooks";
import { endIdentity, type Own, withdrawAll, withdrawable } from "../../../person/erasing";
import { erase } from "../../../person/people";
import type { Person } from "../../../person/person";
import { count, say } from "../../../words/words";
import { person, theNode } from "../../app";
import { forgetDrafts } from "../../drafts";
import { Button, Card, LinkButton, Notice, Screen } from "../../parts";
import { problemWords } from "../../problems";
import { enter, session, store } from "../../session";
import { PaperField } from "../recover/paperfield";

export function Erase(_: { path: readonly string[] }) {
  const [isGone, setGone] = useState(false);
  const somebody = person.value;
  return (
    <Screen title={say("Take back and delete everything")} back={["me"]}>
      {isGone ? (
        <>
          <Notice tone="good">{say("Done. On this phone nothing is left of you.")}</Notice>
          <LinkButton to={["now"]}>{say("Go on")}</LinkButton>
        </>
      ) : somebody === null ? (
        <p>{say("Nobody uses this phone here, so there is nothing to delete.")}</p>
      ) : (
        <Steps somebody={somebody} done={() => setGone(true)} />
      )}
    </Screen>
  );
}

function Steps({ somebody, done }: { somebody: Person; done: () => void }) {
  const [things, setThings] = useState<readonly Own[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [wantsEnd, setWantsEnd] = useState(false);
  const [wantsDelete, setWantsDelete] = useState(false);

  async function attempt(f: () => Promise<void>) {
    setBusy(true);
    setProblem(null);
    await f().catch((error: unknown) => setProblem(problemWords(error)));
    setBusy(false);
  }

  const look = () =>
    attempt(async () => setThings(await withdrawable(theNode(), somebody.fingerprint)));
  const takeBack = () =>
    attempt(async () => {
      await withdrawAll(theNode(), somebody, things ?? []);
      await leave(somebody);
      done();
    });
  const end = (paper: Uint8Array | null) =>
    attempt(async () => {
      await endIdentity(somebody, paper);
      await leave(somebody);
      done();
    });
  const deleteHere = () =>
    attempt(async () => {
      await leaveHere();
      done();
    });

  return (
    <>
      <Card tone="severe">
        <h2>{say("This cannot be taken back")}</h2>
        <ul>
          <li>{say("What others have read, printed, copied or answered.")}</li>
          <li>
            {say("What lies on nodes and sticks that hear nothing more, until its time is over.")}
          </li>
          <li>{say("What others wrote about you, and for whom you spoke.")}</li>
          {!somebody.identity.isWrittenDown && (
            <li>
              {say("Your key: you have not written the words down, so your name never comes back.")}
            </li>
          )}
        </ul>
      </Card>
      {problem && <Notice tone="severe">{problem}</Notice>}
      {things === null ? (
        <Button isMain isBusy={isBusy} act={() => void look()}>
          {say("Go on")}
        </Button>
      ) : (
        <>
          <p>
            {count(
              "{count} thing of yours can be taken back. It leaves every node that hears of it.",
              "{count} things of yours can be taken back. They leave every node that hears of it.",
              things.length,
            )}
          </p>
          <Button isDanger isBusy={isBusy} act={() => void takeBack()}>
            {say("Take back, disconnect, and delete my key here")}
          </Button>
          <p class="quiet">{say("With your words you could come back later.")}</p>
        </>
      )}
      <h2>{say("For good")}</h2>
      <p>
        {say(
          "You can also end your identity everywhere: everything you ever signed is void, and nobody can come back with your words.",
        )}
      </p>
      {!wantsEnd ? (
        <Button isDanger act={() => setWantsEnd(true)}>
          {say("End my identity everywhere")}
        </Button>
      ) : somebody.identity.paper !== null ? (
        <Button isDanger isBusy={isBusy} act={() => void end(null)}>
          {say("Yes, end it everywhere")}
        </Button>
      ) : (
        <PaperField
          label={say("For this the words on your sheet are needed")}
          go={say("Yes, end it everywhere")}
          isBusy={isBusy}
          take={(paper) => void end(paper)}
        />
      )}
      <h2>{say("Only this phone")}</h2>
      {wantsDelete ? (
        <div class="row">
          <Button isDanger isBusy={isBusy} act={() => void deleteHere()}>
            {say("Yes, delete my key here")}
          </Button>
          <Button act={() => setWantsDelete(false)}>{say("No, keep it")}</Button>
        </div>
      ) : (
        <Button isDanger act={() => setWantsDelete(true)}>
          {say("Only delete my key on this phone")}
        </Button>
      )}
    </>
  );
}

async function leave(somebody: Person): Promise<void> {
  if (session.value.pairing !== null) {
    await theNode().post("/pairings/end", {});
  }
  somebody.meet(null);
  await leaveHere();
}

async function leaveHere(): Promise<void> {
  const { known } = session.value;
  forgetDrafts();
  if (known !== null) {
    await erase(store, known.space);
    await enter();
  }
}
