/** What was written on this phone and where it is: never more than a node has confirmed. */

import type { Outgoing, Person } from "../../../person/person";
import { say } from "../../../words/words";
import { Button, Card, Label } from "../../parts";
import { refusedWords } from "../../refused";

export function UnderWay({ somebody }: { somebody: Person }) {
  // What a node has stands on the board; here is what needs somebody's eye.
  const shown = somebody.outgoing.value.filter((one) => one.progress !== "on_node");
  if (shown.length === 0) {
    return null;
  }
  const { isMember } = somebody.standing.value;
  return (
    <>
      <h2>{say("Under way")}</h2>
      {shown.map((one) => (
        <Item
          key={one.id}
          one={one}
          isMember={isMember}
          forget={() => void somebody.forget(one.id)}
        />
      ))}
    </>
  );
}

function Item(props: { one: Outgoing; isMember: boolean; forget: () => void }) {
  const { one, isMember, forget } = props;
  const isRefused = one.progress === "refused";
  return (
    <Card tone={isRefused ? "severe" : "plain"}>
      <p>
        <Label tone={isRefused ? "severe" : "plain"}>
          {isRefused ? say("Refused") : say("On this phone")}
        </Label>{" "}
        <bdi>{one.title}</bdi>
      </p>
      <p>{isRefused ? refusal(one) : waiting(one, isMember)}</p>
      {(isRefused || one.object === null) && <Button act={forget}>{say("Delete here")}</Button>}
    </Card>
  );
}

function refusal({ refusal }: Outgoing): string {
  return refusedWords(refusal ?? { reason: null });
}

function waiting(one: Outgoing, isMember: boolean): string {
  if (!isMember) {
    return say("It waits here until you belong.");
  }
  return one.object === null
    ? say("It waits here until the node answers.")
    : say("It was sent, but the node has not confirmed it yet. It will be tried again.");
}
