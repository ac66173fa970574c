/** Me: who I am here, my keys, my language, and what is kept about me. */

import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import type { Person } from "../../../person/person";
import { catalogue, LANGUAGES, type Language, say } from "../../../words/words";
import { person } from "../../app";
import { choose } from "../../language";
import { later, lazily } from "../../later";
import { Button, Card, Label, LinkButton, Picker, Screen } from "../../parts";
import { askToTell, canAskToTell, chooseToTell, maySpeak, tellsOfMessages } from "../../secure";
import { session } from "../../session";
import { Nudges } from "../now/nudges";
import { Fingerprint } from "./fingerprint";

type SubScreen = ComponentType<{ path: readonly string[] }>;

const SCREENS: Readonly<Record<string, SubScreen>> = {
  about: later(() => import("./about").then((module) => module.About)),
  admit: lazily(() => import("./admit").then((module) => module.Admit)),
  erase: later(() => import("./erase").then((module) => module.Erase)),
  node: lazily(() => import("./node").then((module) => module.WhichNode)),
  held: lazily(() => import("./held").then((module) => module.Held)),
  phones: lazily(() => import("./phones").then((module) => module.Phones)),
  second: lazily(() => import("../recover/naming").then((module) => module.NameDevice)),
  stewards: lazily(() => import("./stewards").then((module) => module.Stewards)),
  sheet: later(() => import("../recover/sheet").then((module) => module.Sheet)),
};

export function Me({ path }: { path: readonly string[] }) {
  const View = SCREENS[path[0] ?? ""];
  if (View) {
    return <View path={path.slice(1)} />;
  }
  const somebody = person.value;
  return (
    <Screen title={say("Me")}>
      {somebody && <Self somebody={somebody} />}
      <Nudges session={session.value} somebody={somebody} />
      <LanguageChoice />
      {somebody && <Ways somebody={somebody} />}
      {isSecureContext && <InstalledWays />}
      <Card to={["me", "about"]}>{say("About this app, and what it cannot promise")}</Card>
    </Screen>
  );
}

function Self({ somebody }: { somebody: Person }) {
  return (
    <Card>
      <h2>
        <bdi>{somebody.name}</bdi>
      </h2>
      <p>
        {standings(somebody).map((one) => (
          <span key={one}>
            <Label>{one}</Label>{" "}
          </span>
        ))}
      </p>
      <p class="quiet">{say("Your fingerprint, for comparing in person:")}</p>
      <Fingerprint digits={somebody.fingerprint} />
    </Card>
  );
}

function standings({ standing }: Person): readonly string[] {
  const { isMember, isFull, isSteward, roles } = standing.value;
  if (!isMember) {
    return [say("does not belong yet")];
  }
  const words = roles.map((one) => roleWord(one.role));
  const base = isSteward ? say("steward") : isFull ? say("full member") : say("member");
  return [base, ...new Set(words)];
}

function roleWord(role: string): string {
  switch (role) {
    case "coordinator":
      return say("coordinator");
    case "moderator":
      return say("moderator");
    case "importer":
      return say("passes on official alerts");
    case "host":
      return say("host of a place");
    default:
      return role;
  }
}

/** Whether to be told of messages; a browser that was not allowed to tell anything has no choice. */
function MessageChoice() {
  const [isWanted, setWanted] = useState(tellsOfMessages());
  if (!maySpeak()) {
    return null;
  }
  const choose = (next: boolean) => {
    chooseToTell(next);
    setWanted(next);
  };
  return (
    <>
      <Button act={() => choose(!isWanted)}>
        {isWanted
          ? say("Do not tell me of new messages any more")
          : say("Tell me of new messages while I do not look")}
      </Button>
      <p class="quiet">
        {say(
          "The notice says how many, not from whom and not what. It comes only while this page is open somewhere and the browser lets it run.",
        )}
      </p>
    </>
  );
}

function InstalledWays() {
  const [isAsked, setAsked] = useState(!canAskToTell());
  return (
    <>
      {!isAsked && (
        <Button act={() => void askToTell().then(() => setAsked(true))}>
          {say("Tell me of warnings while I do not look")}
        </Button>
      )}
      {person.value && <MessageChoice />}
      <Card to={["me", "node"]}>{say("Which node?")}</Card>
    </>
  );
}

function LanguageChoice() {
  const options = Object.entries(LANGUAGES) as [Language, string][];
  return (
    <Picker
      label={say("Language")}
      value={catalogue.value.language}
      options={options}
      change={(language) => void choose(language)}
    />
  );
}

function Ways({ somebody }: { somebody: Person }) {
  const { isMember, isFull } = somebody.standing.value;
  const isPaired = session.value.pairing !== null;
  return (
    <>
      {isFull && (
        <LinkButton to={["me", "admit"]} isMain>
          {say("Take somebody in")}
        </LinkButton>
      )}
      {somebody.identity.paper !== null && (
        <Card to={["me", "sheet"]}>{say("My recovery words")}</Card>
      )}
      {isMember && isPaired && (
        <Card to={["me", "phones"]}>{say("My phones, and connecting a second one")}</Card>
      )}
      {isPaired && <Card to={["me", "held"]}>{say("What this node holds about me")}</Card>}
      <Card to={["me", "erase"]}>{say("Take back and delete everything")}</Card>
    </>
  );
}
