/** What concerns me: my call for help, what is due from me, my bookings and numbers. */

import type { Offer, Offers, OfferWithClaims } from "../../../node/documents/offers";
import type { OwnCheckIns } from "../../../node/documents/own";
import { clock, dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";
import { useDocument } from "../../loading";
import { isOpen, useMine } from "../../mine";
import { Card, Label } from "../../parts";
import { dueOf } from "../board/life";
import { OwnCall } from "./owncall";

/** More than that is looked at on the board, where everything of mine is. */
const OFFERS_SHOWN = 5;

export function Mine({ me }: { me: string }) {
  return (
    <>
      <Calls me={me} />
      <Bookings />
      <Exchanges me={me} />
    </>
  );
}

function Calls({ me }: { me: string }) {
  const { document } = useDocument<OwnCheckIns>("/checkins");
  const mine = document?.checkins.filter((one) => one.author_fingerprint === me) ?? [];
  return (
    <>
      {mine
        .filter((one) => one.state !== "ok")
        .map((one) => (
          <OwnCall key={one.id} call={one} />
        ))}
    </>
  );
}

function Bookings() {
  const { bookings, tickets } = useMine();
  const live = [...tickets, ...bookings].filter(isOpen);
  if (live.length === 0) {
    return null;
  }
  return (
    <>
      <h2>{say("My bookings and numbers")}</h2>
      {live.map((one) => (
        <Card
          key={one.id}
          tone={one.state === "called" ? "extreme" : "info"}
          to={["places", "mine"]}
        >
          <h3>
            <bdi>{one.title ?? say("Booking")}</bdi>
          </h3>
          <p>
            <strong>{one.state === "called" ? say("It is your turn") : one.state_words}</strong>
            {one.starts && <> · {dayAndClock(one.starts)}</>}
            {one.ends && <>–{clock(one.ends)}</>}
          </p>
        </Card>
      ))}
    </>
  );
}

function Exchanges({ me }: { me: string }) {
  const { document } = useDocument<Offers>("/offers", { with: me });
  const mine = document?.offers ?? [];
  if (mine.length === 0) {
    return null;
  }
  return (
    <>
      <h2>{say("My offers and requests")}</h2>
      {mine.slice(0, OFFERS_SHOWN).map((one) => (
        <Exchange key={one.id} offer={one} me={me} />
      ))}
      {mine.length > OFFERS_SHOWN && (
        <Card to={["board"]}>{say("See the others on the board")}</Card>
      )}
    </>
  );
}

function Exchange({ offer, me }: { offer: Offer; me: string }) {
  // Who asked and what is due stands with the whole thing; without claims there is nothing more.
  const path = offer.claim_count > 0 ? `/offers/${offer.id}` : null;
  const { document } = useDocument<OfferWithClaims>(path);
  const claims = document === null ? [] : document.claims;
  const due = document === null ? [] : claims.filter((one) => dueOf(document, one, me)?.main);
  return (
    <Card tone={due.length > 0 ? "minor" : "plain"} to={["board", offer.direction, offer.id]}>
      <h3>
        <bdi>{offer.headline}</bdi>
      </h3>
      <p>{offer.state_sentence}</p>
      {due.map((one) => (
        <p key={one.id}>
          <Label tone="minor">{say("Your turn")}</Label>{" "}
          {one.by === me ? one.sentences[0] : <bdi>{one.by_name}</bdi>}
        </p>
      ))}
    </Card>
  );
}
