/** What is booked for one thing: who comes when; confirm, decline, came, did not come; the queue. */

import type { BookableThing, BookingClaim } from "../../../node/documents/capacity";
import { nowMs } from "../../../words/now";
import { ago, clock, dayAndClock } from "../../../words/times";
import { count, say } from "../../../words/words";
import { stepPosting } from "../../acts/bookings";
import { Button, Card, Label } from "../../parts";
import { type Sending, Sent, useSending } from "../../sending";
import { isolated } from "../places/level";

type Taken = "confirm" | "decline" | "call" | "done" | "no-show" | "cancel";
/** People come early; before that nobody was here and nobody stayed away. */
const EARLY_MS = 3_600_000;

interface BookingsProps {
  readonly thing: BookableThing;
  /** Those on this thing. */
  readonly claims: readonly BookingClaim[];
}

export function HostBookings({ thing, claims }: BookingsProps) {
  const sending = useSending();
  const View = thing.sort === "queue" ? Queue : Today;
  return (
    <section>
      <h2>
        <bdi>{thing.title ?? thing.sort_words}</bdi>
      </h2>
      <p class="quiet">{summary(thing)}</p>
      <Sent sending={sending} />
      <View claims={claims} sending={sending} />
    </section>
  );
}

function summary(thing: BookableThing): string {
  const left = thing.slots.filter((one) => Date.parse(one.ends) > nowMs());
  const free = left.reduce((sum, one) => sum + (one.free ?? 0), 0);
  return say("{free} of {all} free, until {time}", {
    free,
    all: left.length * (thing.capacity ?? 0),
    time: dayAndClock(thing.closes),
  });
}

/** The numbers in their order; one button calls the next one. */
function Queue({ claims, sending }: { claims: readonly BookingClaim[]; sending: Sending }) {
  const called = claims.filter((one) => one.state === "called");
  const waiting = claims.filter((one) => one.state === "booked" && one.ahead !== null);
  const next = [...waiting].sort((one, other) => numberOf(one) - numberOf(other))[0];
  return (
    <>
      <Button
        isMain
        isBusy={sending.isBusy}
        isOff={next === undefined}
        act={() => next && void take(sending, next, "call")}
      >
        {next === undefined
          ? say("Nobody is waiting")
          : say("Call number {number}", { number: numberOf(next) })}
      </Button>
      {waiting.length > 0 && (
        <p>{count("{count} person waits.", "{count} people wait.", waiting.length)}</p>
      )}
      {called.map((one) => (
        <ClaimRow key={one.id} claim={one} sending={sending} />
      ))}
    </>
  );
}

function Today({ claims, sending }: { claims: readonly BookingClaim[]; sending: Sending }) {
  const asked = claims.filter((one) => one.state === "asked");
  const coming = claims.filter((one) => one.state === "booked" || one.state === "called");
  const left = coming.filter((one) => one.ends === null || Date.parse(one.ends) > nowMs());
  return (
    <>
      {asked.length > 0 && <h3>{say("Asked for, not booked yet")}</h3>}
      {byTime(asked).map((one) => (
        <ClaimRow key={one.id} claim={one} sending={sending} />
      ))}
      {left.length > 0 && <h3>{say("Booked")}</h3>}
      {byTime(left).map((one) => (
        <ClaimRow key={one.id} claim={one} sending={sending} />
      ))}
      {asked.length + left.length === 0 && <p>{say("Nobody has booked yet.")}</p>}
    </>
  );
}

function ClaimRow({ claim, sending }: { claim: BookingClaim; sending: Sending }) {
  const isAsked = claim.state === "asked";
  return (
    <Card>
      <h3>
        {claim.sort === "queue" && <Label>{numberOf(claim)}</Label>}{" "}
        <bdi>{claim.on_behalf ?? claim.by_name}</bdi>{" "}
        {claim.units > 1 && <Label>{count("{count} place", "{count} places", claim.units)}</Label>}
      </h3>
      <p>
        {claim.on_behalf !== null && say("entered by {name}", { name: isolated(claim.by_name) })}{" "}
        {claim.sort !== "queue" && times(claim)} {isAsked && <small>{askedWords(claim)}</small>}
      </p>
      <div class="row">
        {stepsOf(claim).map((step) => (
          <Button
            key={step}
            isMain={step === "confirm"}
            isBusy={sending.isBusy}
            act={() => void take(sending, claim, step)}
          >
            {stepWord(step)}
          </Button>
        ))}
      </div>
    </Card>
  );
}

function stepsOf(claim: BookingClaim): readonly Taken[] {
  if (claim.state === "asked") {
    return claim.needs_word ? ["confirm", "decline"] : ["decline"];
  }
  const isFarOff = claim.starts !== null && Date.parse(claim.starts) > nowMs() + EARLY_MS;
  return isFarOff && claim.state !== "called" ? ["cancel"] : ["done", "no-show"];
}

function askedWords(claim: BookingClaim): string {
  return say("asked {ago}", {
    ago: ago(Math.max(0, (nowMs() - Date.parse(claim.created)) / 1000)),
  });
}

function times(claim: BookingClaim): string {
  const start = claim.starts === null ? "" : dayAndClock(claim.starts);
  return claim.ends === null ? start : `${start} – ${clock(claim.ends)}`;
}

function take(sending: Sending, claim: BookingClaim, step: Taken): Promise<boolean> {
  return sending.post(() => stepPosting(claim, step, stepWord(step)));
}

function stepWord(step: Taken): string {
  const words: Readonly<Record<Taken, string>> = {
    confirm: say("Confirm"),
    decline: say("Decline"),
    call: say("Call"),
    done: say("Was here"),
    "no-show": say("Did not come"),
    cancel: say("Cancel a booking"),
  };
  return words[step];
}

function numberOf(claim: BookingClaim): number {
  return claim.booked[0]?.first_unit ?? 0;
}

function byTime(claims: readonly BookingClaim[]): readonly BookingClaim[] {
  return [...claims].sort((one, other) => (one.starts ?? "").localeCompare(other.starts ?? ""));
}
