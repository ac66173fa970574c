/** The way to write something: what it shall be, then its form. */

import { say } from "../../../../words/words";
import { LinkButton, Notice, Screen } from "../../../parts";
import { isMember } from "../me";
import { BulletinForm } from "./bulletinform";
import { MeetupForm } from "./meetupform";
import { OfferForm } from "./offerform";
import { SentenceForm } from "./sentenceform";
import { SentencesScreen } from "./sentences";

/** `what`: which sentence of those that are there already; "" for none yet. */
export function NewScreen({ kind, what }: { kind: string; what: string }) {
  if (!isMember()) {
    return (
      <Screen title={say("Write something")} back={["board"]}>
        <Notice>{say("To write something, join first. Reading needs nothing.")}</Notice>
        <LinkButton isMain to={["me"]}>
          {say("Join")}
        </LinkButton>
      </Screen>
    );
  }
  switch (kind) {
    case "offer":
    case "request":
      return <OfferForm key={kind} direction={kind} before={null} />;
    case "news":
      return what === "" ? (
        <SentencesScreen />
      ) : (
        <SentenceForm key={what} id={what} before={null} />
      );
    case "bulletin":
      return <BulletinForm before={null} />;
    case "meetup":
      return <MeetupForm />;
    default:
      return <Menu />;
  }
}

function Menu() {
  return (
    <Screen title={say("What do you want to write?")} back={["board"]}>
      <nav class="menu">
        <LinkButton to={["board", "new", "offer"]}>{say("I offer something")}</LinkButton>
        <LinkButton to={["board", "new", "request"]}>{say("I need something")}</LinkButton>
        <LinkButton to={["board", "new", "news"]}>{say("News for everybody")}</LinkButton>
        <LinkButton to={["board", "new", "meetup"]}>{say("A meet-up")}</LinkButton>
      </nav>
    </Screen>
  );
}
