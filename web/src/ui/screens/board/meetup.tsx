/** One meet-up whole: its times, who may still come, and the reader's own place in it. */

import type { BookingClaims } from "../../../node/documents/capacity";
import type { WholeBookableThing } from "../../../node/documents/meetups";
import { nowMs } from "../../../words/now";
import { count, say } from "../../../words/words";
import { later } from "../../later";
import { useDocument } from "../../loading";
import { LinkButton, Notice, Screen, Shown, Words } from "../../parts";
import { nextTime } from "./card";
import { Checked } from "./checked";
import { Here } from "./here";
import { Byline, Notices } from "./marks";
import { isMember, isMine } from "./me";
import { Others } from "./others";
import { span } from "./wording";

const SignUp = later(() => import("./signup").then((one) => one.SignUp));
const TakeBack = later(() => import("./post/takeback").then((one) => one.TakeBack));
/** Weeks that are listed; the calendar has all. */
const TIMES_MAX = 13;

export function MeetupScreen({ id }: { id: string }) {
  const loaded = useDocument<WholeBookableThing>(`/bookable/${id}`);
  const title = loaded.document?.title ?? say("Meet-up");
  return (
    <Screen title={title} back={["board"]}>
      <Here loaded={loaded}>{(meetup) => <Whole meetup={meetup} />}</Here>
    </Screen>
  );
}

function Whole({ meetup }: { meetup: WholeBookableThing }) {
  const path = isMember() ? "/claims" : null;
  const claims = useDocument<BookingClaims>(path, { thing: meetup.root });
  return (
    <>
      <Notices notices={meetup.notices} />
      {meetup.where && <p dir="auto">{meetup.where}</p>}
      {meetup.place && (
        <LinkButton to={["places", meetup.place]}>{say("Show the place")}</LinkButton>
      )}
      {meetup.text && <Words text={meetup.text} />}
      {!meetup.is_rightful && (
        <Notice>{say("Its author may not use that place, so nobody can sign up.")}</Notice>
      )}
      <Times meetup={meetup} />
      {isMember() ? (
        <Shown loaded={claims}>{(known) => <SignUp meetup={meetup} claims={known.claims} />}</Shown>
      ) : (
        <p>
          {say("To say that you come, join first.")}{" "}
          <LinkButton to={["me"]}>{say("Join")}</LinkButton>
        </p>
      )}
      <p>
        <a class="button" href="/meetups.ics">
          {say("All meet-ups for your calendar")}
        </a>
      </p>
      <Byline thing={meetup} />
      <Checked thing={{ ...meetup, words: [meetup.title, meetup.where, meetup.text] }} />
      {isMember() && isMine(meetup) && (
        <div class="row">
          <LinkButton to={["board", "change", "meetup", meetup.id]}>{say("Change")}</LinkButton>
          <TakeBack root={meetup.root} until={null} what={meetup.title ?? ""} isMeetup />
        </div>
      )}
      <Others thing={meetup} />
    </>
  );
}

function Times({ meetup }: { meetup: WholeBookableThing }) {
  const next = nextTime(meetup, nowMs());
  const coming = meetup.slots.filter((slot) => slot.slot >= (next?.slot ?? 1)).slice(0, TIMES_MAX);
  return (
    <>
      <ul class="occasions">
        {coming.map((slot) => (
          <li key={slot.slot}>
            {span(slot.starts, slot.ends)}
            {slot.free !== null && (
              <>
                {" · "}
                {slot.free > 0
                  ? count("{count} seat is free.", "{count} seats are free.", slot.free)
                  : say("All seats are taken.")}
              </>
            )}
          </li>
        ))}
      </ul>
      {meetup.capacity === null ? (
        <p>
          {say("Everybody may come.")}{" "}
          {count("{count} has signed up.", "{count} have signed up.", meetup.signed_up)}
        </p>
      ) : (
        meetup.authority && (
          <p class="quiet">
            {say("The node {name} gives out the seats.", { name: meetup.authority.name })}
          </p>
        )
      )}
    </>
  );
}
