/** What senders are told, and who is blocked. */

import { useState } from "preact/hooks";
import type { Mailbox } from "../../../person/mail";
import { say } from "../../../words/words";
import { person } from "../../app";
import { Button, Card, Choice, Field, Name, Screen } from "../../parts";
import { nameOf } from "./letters";
import { contactsOf, withName } from "./newmessage";

export function Settings({ box }: { box: Mailbox }) {
  const { receipts } = box.record.value;
  return (
    <Screen title={say("Settings for messages")} back={["messages"]}>
      <Choice
        label={say("What others are told")}
        value={receipts}
        options={[
          ["reached", say("That it arrived")],
          ["read", say("That it arrived, and that I read it")],
          ["off", say("Nothing")],
        ]}
        change={(policy) => void box.tell(policy)}
      />
      <p class="quiet">{say("An answer always shows that you read what it answers.")}</p>
      <Blocking box={box} />
      <h2>{say("What the node knows")}</h2>
      <p>
        {say("Only you and the people you write to can read this. The node and its keeper cannot.")}
      </p>
      <p>{say("The node sees that this phone hands in sealed messages, and when. Not to whom.")}</p>
      <p>
        {say(
          "This page itself comes from the node. Whoever keeps the node could change it and then read along. Use a node whose keeper you trust.",
        )}
      </p>
    </Screen>
  );
}

function Blocking({ box }: { box: Mailbox }) {
  const { blocked } = box.record.value;
  const [text, setText] = useState("");
  const found = withName(contactsOf(box), text).filter(
    ({ fingerprint }) =>
      !blocked.includes(fingerprint) && fingerprint !== person.value?.fingerprint,
  );
  return (
    <>
      <h2>{say("Blocked")}</h2>
      <p class="quiet">{say("What they send does not reach you. They are not told.")}</p>
      {blocked.map((one) => (
        <Card key={one}>
          <p class="line">
            <Name text={nameOf(one, box.record.value, box.roster.value)} />
            <Button act={() => void box.block(one, false)}>{say("Unblock")}</Button>
          </p>
        </Card>
      ))}
      <Field label={say("Block somebody")} type="search" value={text} change={setText} max={80} />
      {text.trim() !== "" &&
        found.slice(0, 5).map((one) => (
          <Card key={one.fingerprint}>
            <p class="line">
              <Name text={one.shownName} />
              <Button
                act={() => {
                  void box.block(one.fingerprint, true);
                  setText("");
                }}
                isDanger
              >
                {say("Block")}
              </Button>
            </p>
          </Card>
        ))}
    </>
  );
}
