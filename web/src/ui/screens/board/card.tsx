/** One thing of the board in a list: enough to know whether it is for me. */

import type { Bulletin } from "../../../node/documents/bulletins";
import type { BookableThing } from "../../../node/documents/meetups";
import type { Offer } from "../../../node/documents/offers";
import { nowMs } from "../../../words/now";
import { count, say } from "../../../words/words";
import { Card, Label } from "../../parts";
import type { Entry } from "./entries";
import { Byline, Notices, Official, SeverityLabel } from "./marks";
import { graveOf, isDoubted, useOutcome } from "./outcome";
import { categoryWord, span } from "./wording";

export function EntryCard({ entry }: { entry: Entry }) {
  switch (entry.kind) {
    case "bulletin":
      return <BulletinCard bulletin={entry.bulletin} />;
    case "meetup":
      return <MeetupCard meetup={entry.meetup} />;
    default:
      return <OfferCard offer={entry.offer} />;
  }
}

function BulletinCard({ bulletin }: { bulletin: Bulletin }) {
  const isOver = bulletin.provenance !== null && bulletin.provenance.state !== "in-force";
  const outcome = useOutcome(graveOf(bulletin));
  const isPlain = isOver || isDoubted(outcome);
  const tone = bulletin.is_drill ? "drill" : isPlain ? "plain" : bulletin.severity;
  return (
    <Card tone={tone} to={["board", "bulletin", bulletin.id]}>
      <p class="row">
        <SeverityLabel bulletin={bulletin} outcome={outcome} />
        <span class="quiet">
          {categoryWord(bulletin.category)}
          {bulletin.is_update && <> · {say("updated")}</>}
        </span>
      </p>
      {bulletin.title && (
        <h3>
          <bdi>{bulletin.title}</bdi>
        </h3>
      )}
      <Notices notices={bulletin.notices} />
      <p class="words clamped" dir="auto">
        {bulletin.text}
      </p>
      <Official bulletin={bulletin} />
      <Byline thing={bulletin} />
    </Card>
  );
}

/** An offer or a request. What is held never looks promised: the node's own sentence says it. */
export function OfferCard({ offer }: { offer: Offer }) {
  return (
    <Card to={["board", offer.direction, offer.id]}>
      <p class="row">
        <Label>{offer.direction === "offer" ? say("Offer") : say("Request")}</Label>
        <span class="quiet">{categoryWord(offer.category)}</span>
      </p>
      <h3>
        <bdi>{offer.headline}</bdi>
      </h3>
      <p>{offer.sentence}</p>
      {offer.text && (
        <p class="words clamped" dir="auto">
          {offer.text}
        </p>
      )}
      <p>
        <strong>{offer.state_sentence}</strong>
        {offer.claim_count > 0 && (
          <> {count("{count} has asked.", "{count} have asked.", offer.claim_count)}</>
        )}
      </p>
      <Byline thing={offer} />
    </Card>
  );
}

function MeetupCard({ meetup }: { meetup: BookableThing }) {
  const next = nextTime(meetup, nowMs());
  return (
    <Card tone="info" to={["board", "meetup", meetup.id]}>
      <p class="row">
        <Label>{say("Meet-up")}</Label>
        <span class="quiet">{next && span(next.starts, next.ends)}</span>
      </p>
      <h3>
        <bdi>{meetup.title ?? say("Meet-up")}</bdi>
      </h3>
      {meetup.where && <p dir="auto">{meetup.where}</p>}
      <Notices notices={meetup.notices} />
      {meetup.text && (
        <p class="words clamped" dir="auto">
          {meetup.text}
        </p>
      )}
      <Room meetup={meetup} />
      <Byline thing={meetup} />
    </Card>
  );
}

/** For how many there is room, as this node knows it. */
export function Room({ meetup }: { meetup: BookableThing }) {
  if (meetup.capacity === null) {
    return <p>{say("Everybody may come.")}</p>;
  }
  const next = nextTime(meetup, nowMs());
  const free = next?.free ?? null;
  if (free === null) {
    return null;
  }
  return (
    <p>
      {free > 0
        ? count("{count} seat is free.", "{count} seats are free.", free)
        : say("All seats are taken.")}
    </p>
  );
}

/** Returns the time that comes next, or the last one. */
export function nextTime(meetup: BookableThing, nowMs: number) {
  return meetup.slots.find((slot) => Date.parse(slot.ends) > nowMs) ?? meetup.slots.at(-1) ?? null;
}
