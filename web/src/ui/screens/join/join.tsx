/**
 * Joining: what comes next on the way from a stranger to a member. A reload leads to the same place,
 * because all of it follows from what is kept.
 */

import { Unreachable } from "../../../node/client";
import { readOpening } from "../../../node/pairing";
import type { Arrival } from "../../../person/arrival";
import { say } from "../../../words/words";
import { person } from "../../app";
import { lazily } from "../../later";
import { Notice, Screen } from "../../parts";
import { problemWords } from "../../problems";
import { openingArrival, session } from "../../session";
import { Digits } from "./digits";
import { Entry } from "./entry";
import { ByInvitation } from "./invited";
import { Welcome } from "./welcome";

const Restore = lazily(() => import("../recover/restore").then((module) => module.Restore));
const SecondPhone = lazily(() => import("../recover/second").then((module) => module.SecondPhone));

export function Join({ path }: { path: readonly string[] }) {
  if (path[0] === "restore") {
    return <Restore />;
  }
  if (path[0] === "second") {
    return <SecondPhone />;
  }
  return <Screen title={title()}>{next()}</Screen>;
}

function title(): string {
  const isNamed = (person.value?.identity.announcement ?? null) !== null;
  const isKnownElsewhere = isNamed && session.value.pairing === null;
  return isKnownElsewhere ? say("Connect with this node") : say("Join in");
}

function next() {
  const { keepsNothing, where, pairing } = session.value;
  const arrival = openingArrival();
  const somebody = person.value;
  if (keepsNothing) {
    return (
      <Notice>
        {say(
          "This browser keeps nothing for this page. Open it in an ordinary window, not a private one.",
        )}
      </Notice>
    );
  }
  if (somebody === null || pairing === null) {
    return where === null ? (
      <Notice>{problemWords(new Unreachable())}</Notice>
    ) : (
      <Entry somebody={somebody} arrival={arrival} />
    );
  }
  const { isMember, isRevoked } = somebody.standing.value;
  if (isRevoked) {
    return <Notice>{say("Your identity, or this phone, was cut off. Ask a steward.")}</Notice>;
  }
  if (isMember) {
    return <Welcome somebody={somebody} />;
  }
  const seed = seedOf(arrival);
  return seed === null ? (
    <Digits somebody={somebody} />
  ) : (
    <ByInvitation somebody={somebody} seed={seed} />
  );
}

/** Returns the secret of the invitation that came with the address. */
function seedOf(arrival: Arrival | null): Uint8Array | null {
  try {
    return arrival === null ? null : readOpening(arrival.fragment).seed;
  } catch {
    return null;
  }
}
