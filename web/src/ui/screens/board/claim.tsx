/**
 * One claim on an offer: how it stands in the node's own words, and what is due as one question.
 *
 * Invariant: whether something is promised is said by the node's sentence alone; no colour and no
 * word here says more.
 */

import { useState } from "preact/hooks";
import type { Claim, ClaimStep, OfferWithClaims } from "../../../node/documents/offers";
import { dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";
import { later } from "../../later";
import { Button, Card, Notice, Words } from "../../parts";
import { type Due, dueOf, type Step, sideOf } from "./life";
import { isMember, myFingerprint } from "./me";
import { apart } from "./wording";

const StepForm = later(() => import("./steps").then((one) => one.StepForm));

export function ClaimCard({ offer, claim }: { offer: OfferWithClaims; claim: Claim }) {
  const due = isMember() ? dueOf(offer, claim, myFingerprint()) : null;
  return (
    <Card tone={due?.main ? "minor" : "plain"} label={claim.by_name}>
      <h3>
        <bdi>{claim.on_behalf ?? claim.by_name}</bdi>
      </h3>
      {claim.on_behalf && (
        <p class="quiet">{say("asked by {name}", { name: apart(claim.by_name) })}</p>
      )}
      {claim.quantity > 1 && <p>{say("Quantity: {count}", { count: claim.quantity })}</p>}
      {claim.when && <p>{claim.when}</p>}
      {claim.text && <Words text={claim.text} />}
      {claim.sentences.map((sentence) => (
        <p key={sentence}>
          <strong>{sentence}</strong>
        </p>
      ))}
      <Course offer={offer} claim={claim} />
      {due && <DuePart offer={offer} claim={claim} due={due} />}
    </Card>
  );
}

/** What both said so far, the words with it. */
function Course({ offer, claim }: { offer: OfferWithClaims; claim: Claim }) {
  const steps = claim.steps.filter((one) => one.text !== null || one.step === "thank");
  return (
    <>
      {steps.map((one) => (
        <p key={one.id} class="quiet">
          {stepSentence(one, offer)}
          {one.text && (
            <>
              {" "}
              “<bdi>{one.text}</bdi>”
            </>
          )}
        </p>
      ))}
    </>
  );
}

function stepSentence(step: ClaimStep, offer: OfferWithClaims): string {
  const name = apart(step.by_name);
  const isOffer = offer.direction === "offer";
  switch (step.step) {
    case "hold":
      return isOffer
        ? say("{name} keeps it aside:", { name })
        : say("{name} noted the help:", { name });
    case "confirm":
      return isOffer ? say("{name} promised it:", { name }) : say("{name} accepted it:", { name });
    case "decline":
      return say("{name} declined:", { name });
    case "cancel":
      return say("{name} called it off:", { name });
    case "done":
      return say("{name} said that it is done:", { name });
    case "returned":
      return say("{name} said that it is back:", { name });
    case "no-show":
      return say("{name} said that nobody came:", { name });
    default:
      return say("{name} says thank you.", { name });
  }
}

function DuePart(props: { offer: OfferWithClaims; claim: Claim; due: Due }) {
  const { offer, claim, due } = props;
  const [chosen, choose] = useState<Step | null>(null);
  const other = otherName(offer, claim);
  if (chosen !== null) {
    return <StepForm offer={offer} claim={claim} step={chosen} close={() => choose(null)} />;
  }
  return (
    <div class="due">
      {due.question !== "over" && <p>{question(due, offer, other)}</p>}
      {claim.is_overdue && <Notice>{say("The time is over. Talk to each other.")}</Notice>}
      <div class="row">
        {due.main && (
          <Button isMain act={() => choose(due.main)}>
            {stepWord(due.main, offer)}
          </Button>
        )}
        {due.others.map((step) => (
          <Button key={step} act={() => choose(step)}>
            {stepWord(step, offer)}
          </Button>
        ))}
      </div>
      {claim.held_until && claim.state === "held" && (
        <p class="quiet">
          {say("Kept aside until {moment}; then it is free again by itself.", {
            moment: dayAndClock(claim.held_until),
          })}
        </p>
      )}
    </div>
  );
}

function otherName(offer: OfferWithClaims, claim: Claim): string {
  const side = sideOf(offer, claim, myFingerprint());
  return apart(side === "author" ? claim.by_name : (offer.author_name ?? offer.author));
}

/** Returns the one question that is due, or for what to wait. */
export function question(due: Due, offer: OfferWithClaims, name: string): string {
  const isOffer = offer.direction === "offer";
  switch (due.question) {
    case "promise":
      return say("{name} asks for it. Do you promise it?", { name });
    case "accept":
      return say("{name} wants to help. Do you accept?", { name });
    case "hand-over":
      return isOffer
        ? say("Have you handed it over to {name}?", { name })
        : say("Did {name} help you?", { name });
    case "got-it":
      return isOffer
        ? say("Did you get it from {name}?", { name })
        : say("Have you helped {name}?", { name });
    case "came-back":
      return say("Is it back with you?");
    case "bring-back":
      return say("Have you brought it back to {name}?", { name });
    case "wait-for-answer":
      return say("{name} decides. You see it here.", { name });
    case "wait-for-done":
      return say("{name} has still to say that it is done.", { name });
    case "wait-for-back":
      return say("{name} has still to say that it is back.", { name });
    case "over":
      return "";
  }
}

/** Returns what stands on the button of a step. */
export function stepWord(step: Step, offer: OfferWithClaims): string {
  const isOffer = offer.direction === "offer";
  switch (step) {
    case "hold":
      return isOffer ? say("Keep aside for a while") : say("Note it for a while");
    case "confirm":
      return isOffer ? say("Yes, I promise it") : say("Yes, I accept");
    case "decline":
      return say("No, decline");
    case "cancel":
      return say("Call it off");
    case "done":
      return say("Yes, it is done");
    case "returned":
      return say("Yes, it is back");
    case "no-show":
      return say("Nobody came");
    case "thank":
      return say("Say thank you");
  }
}
