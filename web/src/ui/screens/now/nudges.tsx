/** What somebody should do next on their way in, one card at most: join, connect, write down. */

import type { Person } from "../../../person/person";
import { say } from "../../../words/words";
import { Card, LinkButton, Notice } from "../../parts";
import type { Session } from "../../session";

export function Nudges({ session, somebody }: { session: Session; somebody: Person | null }) {
  const { pairing, isForgotten, arrival, where } = session;
  if (arrival?.fragment.startsWith("2.")) {
    return (
      <Card tone="info">
        <h2>{say("A second phone wants to sign for you")}</h2>
        <LinkButton isMain to={["me", "second"]}>
          {say("Look at it")}
        </LinkButton>
      </Card>
    );
  }
  if (somebody === null) {
    return (
      <Card tone="good">
        <h2>{say("Join in")}</h2>
        <p>
          {say(
            "Read everything as you are. To post, answer and write you need a name, nothing else.",
          )}
        </p>
        <LinkButton isMain to={["join"]}>
          {say("Join in")}
        </LinkButton>
      </Card>
    );
  }
  if (pairing === null || isForgotten) {
    return (
      <Card tone="minor">
        <p>
          {isForgotten
            ? say("This node does not know this phone any more.")
            : say("You are at the node “{node}”, which does not know this phone yet.", {
                node: where?.name ?? "?",
              })}
        </p>
        <LinkButton isMain to={["join"]}>
          {say("Connect")}
        </LinkButton>
      </Card>
    );
  }
  const { isMember, isRevoked } = somebody.standing.value;
  if (isRevoked) {
    return (
      <Notice tone="severe">
        {say("Your identity, or this phone, was cut off. Ask a steward.")}
      </Notice>
    );
  }
  if (!isMember) {
    return (
      <Card tone="minor">
        <p>{say("You do not belong yet: a member has to take you in.")}</p>
        <LinkButton isMain to={["join"]}>
          {say("Show my digits")}
        </LinkButton>
      </Card>
    );
  }
  if (somebody.identity.paper !== null && !somebody.identity.isWrittenDown) {
    return (
      <Card tone="minor">
        <p>
          {say("Your 12 words are not written down yet. Without them a lost phone is a lost name.")}
        </p>
        <LinkButton to={["me", "sheet"]}>{say("Write the words down")}</LinkButton>
      </Card>
    );
  }
  return null;
}
