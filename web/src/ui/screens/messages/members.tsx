/** Who is in a circle; its founder lets in and removes here. Loaded by those who look. */

import { useState } from "preact/hooks";
import type { Mailbox } from "../../../person/mail";
import { type Circle, type Founded, membersOf } from "../../../private/circlerecords";
import { add, removeMember } from "../../../private/founding";
import type { Box } from "../../../private/mailbox";
import { say } from "../../../words/words";
import { person } from "../../app";
import { Button, Card, Field, Name, Notice, Screen } from "../../parts";
import { go } from "../../route";
import { policyWords } from "./circles";
import { failureWords } from "./failures";
import { nameOf } from "./letters";
import { contactsOf, withName } from "./newmessage";

export function CircleMembers({ box, conversation }: { box: Mailbox; conversation: string }) {
  const circle = box.record.value.circles.get(conversation);
  if (!circle || circle.isLeft) {
    return (
      <Screen title={say("Circle")} back={["messages", "circles"]}>
        <p>{say("You are not in this circle.")}</p>
      </Screen>
    );
  }
  const founded = circle.founder === box.device ? box.record.value.founded.get(circle.id) : null;
  return (
    <Screen title={circle.name} back={["messages", "circles"]}>
      <p class="quiet">{policyWords(circle.policy)}</p>
      {founded ? <Founders box={box} founded={founded} /> : <Members box={box} circle={circle} />}
      {!founded && <Leaving box={box} conversation={conversation} />}
    </Screen>
  );
}

/** The members as somebody sees them who did not make the circle. */
function Members({ box, circle }: { box: Mailbox; circle: Circle }) {
  const roster = box.roster.value;
  const names = membersOf(circle).map((member) => {
    const owner = roster?.owners.get(roster.devices.get(member) ?? "");
    return owner?.shownName ?? member.slice(0, 8);
  });
  return (
    <>
      <h2>{say("Members")}</h2>
      <ul>
        {[...new Set(names)].map((name) => (
          <li key={name}>
            <Name text={name} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Leaving({ box, conversation }: { box: Mailbox; conversation: string }) {
  const leave = async () => {
    await box.leave(conversation);
    go("messages", "circles");
  };
  return (
    <Button act={() => void leave()} isDanger>
      {say("Leave this circle")}
    </Button>
  );
}

function Founders({ box, founded }: { box: Mailbox; founded: Founded }) {
  const [failure, setFailure] = useState<string | null>(null);
  const nameFor = (one: string) => nameOf(one, box.record.value, box.roster.value);
  const change = (step: (one: Box, circle: Founded) => unknown) => {
    box
      .change((one) => step(one, one.mail.founded.get(founded.id) ?? founded))
      .then(() => {
        setFailure(null);
        return box.sync();
      })
      .catch((error: unknown) => setFailure(failureWords(error)));
  };
  const letIn = (who: string) => change((one, circle) => add(one, circle, box.contact(who)));
  const takeOut = (who: string) => change((one, circle) => removeMember(one, circle, who));
  return (
    <>
      {failure && <Notice tone="severe">{failure}</Notice>}
      {founded.asked.length > 0 && <h2>{say("Want to join")}</h2>}
      {founded.asked.map(({ person: who }) => (
        <Card key={who}>
          <Name text={nameFor(who)} />
          <div class="row">
            <Button act={() => letIn(who)} isMain>
              {say("Let in")}
            </Button>
            <Button act={() => takeOut(who)}>{say("Not now")}</Button>
          </div>
        </Card>
      ))}
      <h2>{say("Members")}</h2>
      {founded.people.length === 0 && <p class="quiet">{say("Only you so far.")}</p>}
      {founded.people.map((who) => (
        <Card key={who}>
          <p class="line">
            <Name text={nameFor(who)} />
            <Button act={() => takeOut(who)} isDanger>
              {say("Remove")}
            </Button>
          </p>
        </Card>
      ))}
      <Adding box={box} founded={founded} letIn={letIn} />
    </>
  );
}

function Adding(props: { box: Mailbox; founded: Founded; letIn: (who: string) => void }) {
  const { box, founded, letIn } = props;
  const [text, setText] = useState("");
  const found = withName(contactsOf(box), text).filter(
    ({ fingerprint }) =>
      !founded.people.includes(fingerprint) && fingerprint !== person.value?.fingerprint,
  );
  return (
    <>
      <Field label={say("Let somebody in")} type="search" value={text} change={setText} max={80} />
      {text.trim() !== "" &&
        found.slice(0, 5).map((one) => (
          <Card key={one.fingerprint}>
            <p class="line">
              <Name text={one.shownName} />
              {one.devices.length > 0 && (
                <Button
                  act={() => {
                    letIn(one.fingerprint);
                    setText("");
                  }}
                >
                  {say("Let in")}
                </Button>
              )}
            </p>
            {one.devices.length === 0 && (
              <p class="quiet">{say("Has no device now that could read it.")}</p>
            )}
          </Card>
        ))}
      <p class="quiet">{say("They get the keys when they meet a node next.")}</p>
    </>
  );
}
