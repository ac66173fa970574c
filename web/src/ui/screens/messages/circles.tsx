/** Circles: mine, those that can be joined, and the way to making one. */

import { useEffect, useState } from "preact/hooks";
import type { Mailbox } from "../../../person/mail";
import type { Listing } from "../../../private/carrier";
import { type Circle, membersOf } from "../../../private/circlerecords";
import { count, say } from "../../../words/words";
import { later } from "../../later";
import { Button, Card, Label, LinkButton, Name, Notice, Screen } from "../../parts";
import { failureWords } from "./failures";

const NewCircle = later(async () => (await import("./newcircle")).NewCircle);
const CircleMembers = later(async () => (await import("./members")).CircleMembers);

export function Circles({ box, path }: { box: Mailbox; path: readonly string[] }) {
  const [part] = path;
  if (part === "new") {
    return <NewCircle box={box} />;
  }
  return part === undefined ? (
    <CircleList box={box} />
  ) : (
    <CircleMembers key={part} box={box} conversation={part} />
  );
}

function CircleList({ box }: { box: Mailbox }) {
  const mail = box.record.value;
  const mine = [...mail.circles].filter(([, one]) => !one.isLeft);
  return (
    <Screen title={say("Circles")} back={["messages"]}>
      <p>{say("What you write in a circle, all its members read, and nobody else.")}</p>
      <LinkButton to={["messages", "circles", "new"]} isMain>
        {say("Make a circle")}
      </LinkButton>
      <h2>{say("My circles")}</h2>
      {mine.length === 0 && <p class="quiet">{say("You are in no circle.")}</p>}
      {mine.map(([key, circle]) => (
        <Mine key={key} box={box} conversation={key} circle={circle} />
      ))}
      {mail.wanted.map((one) => (
        <Card key={one.id}>
          <Name text={one.name} />
          <p class="quiet">{say("You asked {name} to let you in.", { name: one.founderName })}</p>
        </Card>
      ))}
      <h2>{say("Others")}</h2>
      <Listed box={box} />
    </Screen>
  );
}

function Mine(props: { box: Mailbox; conversation: string; circle: Circle }) {
  const { box, conversation, circle } = props;
  const asked = box.record.value.founded.get(circle.id)?.asked.length ?? 0;
  return (
    <Card>
      <h3>
        <Name text={circle.name} />
      </h3>
      <p class="quiet">{count("{count} device", "{count} devices", membersOf(circle).length)}</p>
      {asked > 0 && circle.founder === box.device && (
        <Label tone="info">{count("{count} wants to join", "{count} want to join", asked)}</Label>
      )}
      <div class="row">
        <LinkButton to={["messages", "with", conversation]}>{say("Read and write")}</LinkButton>
        <LinkButton to={["messages", "circles", conversation]}>{say("Who is in it")}</LinkButton>
      </div>
    </Card>
  );
}

function Listed({ box }: { box: Mailbox }) {
  const [listings, setListings] = useState<readonly Listing[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const mail = box.record.value;
  useEffect(() => {
    box.listings().then(setListings, () => setListings([]));
  }, []);
  const known = new Set([...mail.circles.values()].flatMap((one) => (one.isLeft ? [] : [one.id])));
  const others = (listings ?? []).filter(
    ({ circle }) => !known.has(circle) && mail.wanted.every((one) => one.id !== circle),
  );
  const join = (one: Listing) => {
    const { circle, name, founder, founderName } = one;
    box.join({ id: circle, name, founder, founderName }).catch((error: unknown) => {
      setFailure(failureWords(error));
    });
  };
  if (listings === null) {
    return (
      <p class="quiet" aria-busy="true">
        {say("One moment …")}
      </p>
    );
  }
  return (
    <>
      {failure && <Notice tone="severe">{failure}</Notice>}
      {others.length === 0 && <p class="quiet">{say("No circle is listed here.")}</p>}
      {others.map((one) => (
        <Card key={one.founder + one.circle}>
          <h3>
            <Name text={one.name} />
          </h3>
          <p class="quiet">{policyWords(one)}</p>
          <p class="quiet">{say("Made by {name}", { name: one.founderName })}</p>
          <Button act={() => join(one)}>{one.isOpen ? say("Join") : say("Ask to join")}</Button>
        </Card>
      ))}
    </>
  );
}

/** Returns who may join a circle, and what newcomers read. */
export function policyWords(one: {
  readonly isOpen: boolean;
  readonly hasHistory: boolean;
}): string {
  const door = one.isOpen ? say("Everybody may join.") : say("Who made it lets people in.");
  const history = one.hasHistory
    ? say("New members read what was written before.")
    : say("New members do not read what was written before.");
  return `${door} ${history}`;
}
