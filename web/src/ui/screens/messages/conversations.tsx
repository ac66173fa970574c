/** All conversations: what is unread first, the last words of each, and when. */

import type { Mailbox } from "../../../person/mail";
import { count, say } from "../../../words/words";
import { Button, Card, Label, LinkButton, Name, Notice, Screen } from "../../parts";
import { type Overview, overviews, previewOf, troubleWords, whenOf, writerOf } from "./letters";

export function Conversations({ box }: { box: Mailbox }) {
  const mail = box.record.value;
  const all = overviews(mail, box.roster.value);
  const trouble = troubleWords(box.trouble.value);
  return (
    <Screen title={say("Messages")}>
      {!mail.isTold && <Told box={box} />}
      {trouble && <Notice>{trouble}</Notice>}
      <nav class="row">
        <LinkButton to={["messages", "new"]} isMain>
          {say("New message")}
        </LinkButton>
        <LinkButton to={["messages", "circles"]}>{say("Circles")}</LinkButton>
        <LinkButton to={["messages", "settings"]}>{say("Settings")}</LinkButton>
      </nav>
      {all.length === 0 && <p class="quiet">{say("No messages yet.")}</p>}
      {all.map((one) => (
        <OverviewCard key={one.key} one={one} box={box} />
      ))}
    </Screen>
  );
}

/** What has to be said once: who cannot read this, and on whom it depends. */
function Told({ box }: { box: Mailbox }) {
  return (
    <Notice tone="info">
      <p>
        {say("Only you and the people you write to can read this. The node and its keeper cannot.")}
      </p>
      <p>
        {say(
          "This page itself comes from the node. Whoever keeps the node could change it and then read along. Use a node whose keeper you trust.",
        )}
      </p>
      <Button act={() => void box.noteTold()}>{say("I understand")}</Button>
    </Notice>
  );
}

function OverviewCard({ one, box }: { one: Overview; box: Mailbox }) {
  const { last, unread } = one;
  return (
    <Card to={["messages", "with", one.key]} tone={unread > 0 ? "info" : "plain"}>
      <h2 class="line">
        <Name text={one.name} />
        {unread > 0 && <Label tone="info">{count("{count} new", "{count} new", unread)}</Label>}
      </h2>
      {one.isCircle && <small>{say("Circle")}</small>}
      {last && (
        <p class="line">
          <span>
            <Name text={writerOf(last, box)} />: <Name text={previewOf(last)} />
          </span>
          <small>{whenOf(last, box.minute)}</small>
        </p>
      )}
    </Card>
  );
}
