/**
 * Now: what nobody may miss, what is due from me, and how things stand. In this order, whatever the
 * mode: a warning is never below a greeting, and a drill never looks like one.
 */

import { useEffect } from "preact/hooks";
import { say } from "../../../words/words";
import { person } from "../../app";
import { keepAhead } from "../../kept";
import { LinkButton, Screen } from "../../parts";
import { session } from "../../session";
import { Duties } from "./duties";
import { Mine } from "./mine";
import { ModeNow } from "./mode";
import { Nudges } from "./nudges";
import { Reach } from "./reach";
import { UnderWay } from "./underway";
import { Warnings } from "./warnings";

/** Once what is on the screen has come. */
const AHEAD_MS = 3000;

/** Brings what calls for help and posts an offer before it is needed: out of the Wi-Fi none comes. */
function fetchAhead(): void {
  import("../checkin/checkin").catch(() => {});
  if (person.value !== null) {
    void keepAhead("/vocabulary");
  }
}

export function Now(_: { path: readonly string[] }) {
  const somebody = person.value;
  useEffect(() => {
    const waiting = setTimeout(fetchAhead, AHEAD_MS);
    return () => clearTimeout(waiting);
  }, []);
  const { isForgotten, pairing } = session.value;
  const isHeard = pairing !== null && !isForgotten;
  return (
    <Screen title={somebody ? say("Hello {name}", { name: somebody.name }) : say("Now")}>
      <Warnings />
      <ModeNow />
      <Nudges session={session.value} somebody={somebody} />
      <div class="row">
        <LinkButton isMain to={["checkin"]}>
          {say("I am OK / We need help")}
        </LinkButton>
      </div>
      {isHeard && somebody?.standing.value.isMember && (
        <>
          <Duties standing={somebody.standing.value} />
          <Mine me={somebody.fingerprint} />
        </>
      )}
      {somebody && <UnderWay somebody={somebody} />}
      <Reach />
    </Screen>
  );
}
