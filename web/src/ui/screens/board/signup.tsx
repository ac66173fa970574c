/**
 * Coming to a meet-up: asked for until the host's node has confirmed it, and said so.
 *
 * Invariant: what was only asked for is never called booked.
 */

import { useState } from "preact/hooks";
import type { BookingClaim } from "../../../node/documents/capacity";
import type { WholeBookableThing } from "../../../node/documents/meetups";
import { nowMs } from "../../../words/now";
import { dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";
import { Button, Card, Choice, Field, Notice } from "../../parts";
import { nextTime } from "./card";
import { composeSignUp, composeStep } from "./claiming";
import { myFingerprint } from "./me";
import { limitSentence } from "./post/limits";
import { Stepper } from "./post/quantity";
import { signed } from "./signing";
import { refusalOf } from "./steps";
import { apart, span } from "./wording";

const LINE_CHARACTERS_MAX = 60;
const WAITING = ["asked", "booked", "called"];

export function SignUp(props: { meetup: WholeBookableThing; claims: readonly BookingClaim[] }) {
  const { meetup, claims } = props;
  const me = myFingerprint();
  const own = claims.filter((one) => one.by === me && WAITING.includes(one.state));
  const others = claims.filter((one) => one.by !== me && WAITING.includes(one.state));
  const [isAsking, setAsking] = useState(false);
  const isOver = Date.parse(meetup.closes) <= nowMs();
  return (
    <>
      {own.map((claim) => (
        <Mine key={claim.id} meetup={meetup} claim={claim} />
      ))}
      {isAsking ? (
        <Form meetup={meetup} close={() => setAsking(false)} />
      ) : (
        !isOver &&
        meetup.is_rightful && (
          <Button isMain={own.length === 0} act={() => setAsking(true)}>
            {own.length === 0 ? say("I come") : say("Sign up somebody else, or another time")}
          </Button>
        )
      )}
      {others.length > 0 && (
        <details>
          <summary>{say("Who else comes")}</summary>
          {others.map((claim) => (
            <p key={claim.id}>
              <bdi>{claim.on_behalf ?? claim.by_name}</bdi> · {claim.state_words}
            </p>
          ))}
        </details>
      )}
    </>
  );
}

function Mine({ meetup, claim }: { meetup: WholeBookableThing; claim: BookingClaim }) {
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const act = () => {
    setBusy(true);
    signed(titled(say("I do not come"), meetup), (texts) => composeStep(texts, claim, "cancel"))
      .then((sent) => sent.progress === "refused" && setProblem(refusalOf(sent)))
      .catch((error: unknown) => setProblem(limitSentence(error)))
      .finally(() => setBusy(false));
  };
  return (
    <Card tone={claim.state === "booked" ? "good" : "minor"}>
      <h3>
        <bdi>{claim.on_behalf ?? say("You")}</bdi>
      </h3>
      {claim.starts && claim.ends && <p>{span(claim.starts, claim.ends)}</p>}
      <p>
        <strong>{stands(claim)}</strong>
      </p>
      {claim.state === "booked" && claim.kept_until && (
        <p class="quiet">{say("Kept until {moment}", { moment: dayAndClock(claim.kept_until) })}</p>
      )}
      {problem && <Notice tone="severe">{problem}</Notice>}
      {isAsked ? (
        <div class="row">
          <Button isDanger isBusy={isBusy} act={act}>
            {say("Yes, I do not come")}
          </Button>
          <Button act={() => setAsked(false)}>{say("Back")}</Button>
        </div>
      ) : (
        <Button act={() => setAsked(true)}>{say("I do not come after all")}</Button>
      )}
    </Card>
  );
}

/** Returns how it stands: in words that never say more than the node knows. */
function stands(claim: BookingClaim): string {
  const { authority, state } = claim;
  if (state !== "asked") {
    return claim.sellers.length > 0 || authority !== null
      ? claim.state_words
      : say("You are on the list; no booking is needed.");
  }
  if (authority === null) {
    return say("You are on the list; no booking is needed.");
  }
  const name = apart(authority.name);
  return claim.needs_word
    ? say("Asked for, not booked yet: a host says yes, then the node {name}.", { name })
    : say("Asked for, not booked yet: the node {name} decides.", { name });
}

function Form(props: { meetup: WholeBookableThing; close: () => void }) {
  const { meetup, close } = props;
  const coming = meetup.slots.filter((one) => Date.parse(one.ends) > nowMs());
  const [slot, setSlot] = useState(String(nextTime(meetup, nowMs())?.slot ?? 1));
  const [units, setUnits] = useState(1);
  const [onBehalf, setOnBehalf] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const most = meetup.claim_max ?? 1;
  const act = () => {
    setBusy(true);
    const form = { slot: Number(slot), units, onBehalf };
    signed(titled(say("I come"), meetup), (texts) => composeSignUp(texts, meetup, form))
      .then((sent) => (sent.progress === "refused" ? setProblem(refusalOf(sent)) : close()))
      .catch((error: unknown) => setProblem(limitSentence(error)))
      .finally(() => setBusy(false));
  };
  return (
    <section class="draft" aria-label={say("I come")}>
      {coming.length > 1 && (
        <Choice
          label={say("Which time?")}
          value={slot}
          options={coming.map((one) => [String(one.slot), span(one.starts, one.ends)] as const)}
          change={setSlot}
        />
      )}
      {most > 1 && (
        <Stepper
          label={say("How many of you?")}
          count={units}
          shown=""
          change={(next) => setUnits(Math.min(most, Math.max(1, next)))}
        />
      )}
      <Field
        label={say("For somebody without a phone: whose name?")}
        value={onBehalf}
        change={setOnBehalf}
        max={LINE_CHARACTERS_MAX}
      />
      {problem && <Notice tone="severe">{problem}</Notice>}
      <div class="row">
        <Button isMain isBusy={isBusy} act={act}>
          {say("Sign up")}
        </Button>
        <Button act={close}>{say("Back")}</Button>
      </div>
    </section>
  );
}

function titled(what: string, meetup: WholeBookableThing): string {
  return [what, meetup.title].filter(Boolean).join(": ");
}
