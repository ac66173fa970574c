/** The screen Messages: what somebody has to be for it, and the way to its parts. */

import { say } from "../../../words/words";
import { person } from "../../app";
import { later } from "../../later";
import { isMailLost, mailbox } from "../../mail";
import { LinkButton, Notice, Screen } from "../../parts";

const Room = later(async () => (await import("./room")).Room);

export function Messages({ path }: { path: readonly string[] }) {
  const box = mailbox.value;
  if (box !== null) {
    return <Room box={box} path={path} />;
  }
  return (
    <Screen title={say("Messages")}>{person.value === null ? <Outside /> : <Opening />}</Screen>
  );
}

function Outside() {
  return (
    <>
      <p>
        {say("Private messages are for members. Only you and the people you write to read them.")}
      </p>
      <LinkButton to={["join"]} isMain>
        {say("Join")}
      </LinkButton>
    </>
  );
}

function Opening() {
  return isMailLost.value ? (
    <Notice>{say("Your messages cannot be opened now. Load this page again.")}</Notice>
  ) : (
    <p class="quiet" aria-busy="true">
      {say("One moment …")}
    </p>
  );
}
