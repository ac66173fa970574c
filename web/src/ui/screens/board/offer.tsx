/** One offer or request whole: its numbers in words, who asked, what is due now, what may fit. */

import type { Matches, OfferWithClaims } from "../../../node/documents/offers";
import { dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";
import { later } from "../../later";
import { useDocument } from "../../loading";
import { Label, LinkButton, Screen, Words } from "../../parts";
import { OfferCard } from "./card";
import { Checked } from "./checked";
import { ClaimCard } from "./claim";
import { Here } from "./here";
import { inOrder, isOpen, ownClaims } from "./life";
import { Byline } from "./marks";
import { isMember, isMine, myFingerprint } from "./me";
import { Others } from "./others";
import { categoryWord } from "./wording";

const TakeBack = later(() => import("./post/takeback").then((one) => one.TakeBack));
/** More suggestions are a list to search in, not a suggestion. */
const MATCHES_MAX = 5;

export function OfferScreen({ id }: { id: string }) {
  const loaded = useDocument<OfferWithClaims>(`/offers/${id}`);
  const title = loaded.document?.headline ?? say("Offer");
  return (
    <Screen title={title} back={["board"]}>
      <Here loaded={loaded}>{(offer) => <Whole offer={offer} />}</Here>
    </Screen>
  );
}

function Whole({ offer }: { offer: OfferWithClaims }) {
  return (
    <>
      <p class="row">
        <Label>{offer.direction === "offer" ? say("Offer") : say("Request")}</Label>
        <Label>{categoryWord(offer.category)}</Label>
      </p>
      <p>{offer.sentence}</p>
      {offer.text && <Words text={offer.text} />}
      {offer.deposit && (
        <p>
          {say("Pledge")}: <bdi>{offer.deposit}</bdi>
        </p>
      )}
      {offer.place && <LinkButton to={["places", offer.place]}>{say("Show the place")}</LinkButton>}
      <p>
        <strong>{offer.state_sentence}</strong>
      </p>
      <Asking offer={offer} />
      <Claims offer={offer} />
      <Times offer={offer} />
      <Fitting offer={offer} />
      <Byline thing={offer} />
      <p class="quiet">
        {say("From {created}, until {expires}", {
          created: dayAndClock(offer.created),
          expires: dayAndClock(offer.expires),
        })}
      </p>
      <Checked thing={{ ...offer, words: wordsOf(offer) }} />
      {isMember() && isMine(offer) && (
        <div class="row">
          <LinkButton to={["board", "change", offer.direction, offer.id]}>
            {say("Change")}
          </LinkButton>
          <TakeBack root={offer.root} until={latest(offer)} what={offer.headline} />
        </div>
      )}
      <Others thing={offer} />
    </>
  );
}

/** The way to ask, for whoever may; else what to do first. */
function Asking({ offer }: { offer: OfferWithClaims }) {
  if (!isOpen(offer)) {
    return null;
  }
  if (!isMember()) {
    return (
      <p>
        {offer.direction === "offer"
          ? say("To ask for it, join first.")
          : say("To help, join first.")}{" "}
        <LinkButton to={["me"]}>{say("Join")}</LinkButton>
      </p>
    );
  }
  const hasAsked = ownClaims(offer, myFingerprint()).length > 0;
  if (isMine(offer) || hasAsked) {
    return <LinkButton to={["board", "ask", offer.id]}>{say("Ask for a neighbour")}</LinkButton>;
  }
  return (
    <LinkButton to={["board", "ask", offer.id]} isMain>
      {offer.direction === "offer" ? say("Ask for it") : say("I can help")}
    </LinkButton>
  );
}

function Claims({ offer }: { offer: OfferWithClaims }) {
  if (offer.claims.length === 0) {
    return isMine(offer) ? <p>{say("Nobody has asked yet.")}</p> : null;
  }
  return (
    <>
      <h2>{offer.direction === "offer" ? say("Who asked") : say("Who can help")}</h2>
      {inOrder(offer, myFingerprint()).map((claim) => (
        <ClaimCard key={claim.id} offer={offer} claim={claim} />
      ))}
    </>
  );
}

/** When something that is lent is free, and who has it when. */
function Times({ offer }: { offer: OfferWithClaims }) {
  const { calendar, claims } = offer;
  if (calendar === null) {
    return null;
  }
  const names = new Map(claims.map((one) => [one.id, one.by_name]));
  return (
    <section>
      <h2>{say("When it is free")}</h2>
      <ul class="occasions">
        {calendar.free.map((one) => (
          <li key={one.from}>{one.when}</li>
        ))}
      </ul>
      {calendar.free.length === 0 && <p>{say("It is not free in the next three months.")}</p>}
      {calendar.taken.length > 0 && (
        <>
          <h3>{say("Taken")}</h3>
          <ul class="occasions">
            {calendar.taken.map((one) => (
              <li key={one.claim + one.from}>
                {one.when} · <bdi>{names.get(one.claim) ?? ""}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Fitting({ offer }: { offer: OfferWithClaims }) {
  const found = useDocument<Matches>(`/offers/${offer.id}/matches`).document?.matches ?? [];
  if (found.length === 0) {
    return null;
  }
  return (
    <section>
      <h2>{say("This may fit")}</h2>
      {found.slice(0, MATCHES_MAX).map(({ offer: one }) => (
        <OfferCard key={one.id} offer={one} />
      ))}
    </section>
  );
}

/** A withdrawal lasts as long as any version may that was signed by now. */
function latest(offer: OfferWithClaims): string {
  const isLater = Date.parse(offer.claims_last) > Date.parse(offer.expires);
  return isLater ? offer.claims_last : offer.expires;
}

/** What its author wrote, as far as it is shown. */
function wordsOf(offer: OfferWithClaims): readonly (string | null)[] {
  const { title, place_words, on_behalf, deposit, text } = offer;
  return [title, place_words, on_behalf, deposit, text];
}
