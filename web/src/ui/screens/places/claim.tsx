/** A booking or a ticket, as far as it got: asked for, booked, waiting, called. */

import { useState } from "preact/hooks";
import type { BookingClaim } from "../../../node/documents/capacity";
import { clock, dayAndClock } from "../../../words/times";
import { count, say } from "../../../words/words";
import { stepPosting } from "../../acts/bookings";
import { isOpen } from "../../mine";
import { Button, Card, Label, Notice } from "../../parts";
import { Sent, useSending } from "../../sending";
import { isolated } from "./level";

/** One of my claims, with what I can do about it. */
export function ClaimCard({ claim }: { claim: BookingClaim }) {
  const [isAsking, setAsking] = useState(false);
  const sending = useSending();
  const isSent = sending.sent !== null;
  const cancel = () => sending.post(() => stepPosting(claim, "cancel", say("Cancel a booking")));
  return (
    <Card tone={toneOf(claim)} label={claim.title ?? say("Booking")}>
      <h3>
        <bdi>{claim.title ?? say("Booking")}</bdi>{" "}
        <Label tone={toneOf(claim)}>{stateOf(claim)}</Label>
      </h3>
      {claim.sort === "queue" ? <TicketNumber claim={claim} /> : <When claim={claim} />}
      <Explained claim={claim} />
      <Sent sending={sending} />
      {isOpen(claim) && !isSent && !isAsking && (
        <Button act={() => setAsking(true)}>{say("Cancel")}</Button>
      )}
      {isAsking && !isSent && (
        <>
          <p>{say("Whoever is next on the list gets your place. You cannot take it back.")}</p>
          <div class="row">
            <Button isDanger act={() => void cancel()}>
              {say("Yes, cancel")}
            </Button>
            <Button act={() => setAsking(false)}>{say("No, keep it")}</Button>
          </div>
        </>
      )}
    </Card>
  );
}

function When({ claim }: { claim: BookingClaim }) {
  const units = claim.units > 1 ? count("{count} place", "{count} places", claim.units) : null;
  return (
    <p>
      {claim.starts !== null && dayAndClock(claim.starts)}
      {claim.ends !== null && ` – ${clock(claim.ends)}`}
      {units !== null && ` · ${units}`}
      {claim.on_behalf !== null && " · "}
      {claim.on_behalf !== null && say("for {name}", { name: isolated(claim.on_behalf) })}
    </p>
  );
}

function TicketNumber({ claim }: { claim: BookingClaim }) {
  const number = claim.booked[0]?.first_unit;
  if (number === undefined) {
    return null;
  }
  return (
    <p class="ticket">
      <small>{say("Your number")}</small>
      <strong>{number}</strong>
    </p>
  );
}

function Explained({ claim }: { claim: BookingClaim }) {
  return (
    <>
      {sentences(claim).map((one) => (
        <p key={one}>{one}</p>
      ))}
      {claim.state === "called" && (
        <Notice tone="extreme">{say("It is your turn. Please go there now.")}</Notice>
      )}
    </>
  );
}

/** Returns what there is to know, in whole sentences. */
function sentences(claim: BookingClaim): readonly string[] {
  const node = claim.authority?.name;
  const said: string[] = [];
  if (claim.state === "asked") {
    said.push(
      node === undefined
        ? say("Not booked yet.")
        : say("Not booked yet: the node {node} has to confirm it.", { node: isolated(node) }),
    );
    if (claim.needs_word) {
      said.push(say("Here the host decides, too."));
    }
  }
  if (claim.ahead !== null && (claim.state === "asked" || claim.sort === "queue")) {
    said.push(aheadWords(claim));
  }
  if (claim.state === "booked" && claim.kept_until !== null) {
    said.push(say("Kept for you until {time}.", { time: clock(claim.kept_until) }));
  }
  return said;
}

function aheadWords({ ahead, state }: BookingClaim): string {
  if (state === "called") {
    return "";
  }
  return ahead === 0 || ahead === null
    ? say("Nobody is before you.")
    : count("About {count} person is before you.", "About {count} people are before you.", ahead);
}

/** Returns the state in a word or two; what was only asked for is never called booked. */
export function stateOf(claim: BookingClaim): string {
  return claim.state_words;
}

function toneOf({ state }: BookingClaim): "good" | "minor" | "extreme" | "severe" | "plain" {
  if (state === "booked") {
    return "good";
  }
  if (state === "asked") {
    return "minor";
  }
  if (state === "called") {
    return "extreme";
  }
  return state === "used" || state === "cancelled" ? "plain" : "severe";
}
