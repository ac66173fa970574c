/** Saying something of one's own anew: the form it was written with, filled in. */

import { useRef } from "preact/hooks";
import type { Bulletin } from "../../../../node/documents/bulletins";
import type { WholeBookableThing } from "../../../../node/documents/meetups";
import type { Offer } from "../../../../node/documents/offers";
import { say } from "../../../../words/words";
import { type Loaded, useDocument } from "../../../loading";
import { Notice, Screen, Shown } from "../../../parts";
import { isMine } from "../me";
import { BulletinForm } from "./bulletinform";
import { MeetupWords } from "./meetupwords";
import { OfferForm } from "./offerform";
import { SentenceForm } from "./sentenceform";

export function ChangeScreen({ kind, id }: { kind: string; id: string }) {
  switch (kind) {
    case "bulletin":
      return <ChangeBulletin id={id} />;
    case "over":
      return <AllClear id={id} />;
    case "meetup":
      return <ChangeMeetup id={id} />;
    default:
      return <ChangeOffer id={id} />;
  }
}

function ChangeMeetup({ id }: { id: string }) {
  const loaded = useDocument<WholeBookableThing>(`/bookable/${id}`);
  const meetup = useFirst(loaded);
  return meetup && isMine(meetup) ? <MeetupWords meetup={meetup} /> : <Waiting loaded={loaded} />;
}

function ChangeBulletin({ id }: { id: string }) {
  const loaded = useDocument<Bulletin>(`/bulletins/${id}`);
  const bulletin = useFirst(loaded);
  if (bulletin && isMine(bulletin) && bulletin.template === null) {
    return <BulletinForm before={bulletin} />;
  }
  if (bulletin?.template?.id && isMine(bulletin)) {
    return <SentenceForm id={bulletin.template.id} before={bulletin} title={say("Change")} />;
  }
  return <Waiting loaded={loaded} />;
}

/** The all-clear takes the place of what it is about: nobody reads the old warning any more. */
function AllClear({ id }: { id: string }) {
  const loaded = useDocument<Bulletin>(`/bulletins/${id}`);
  const bulletin = useFirst(loaded);
  if (bulletin && isMine(bulletin) && bulletin.kind === "bulletin") {
    return <SentenceForm id="all-clear" before={bulletin} title={say("All-clear")} />;
  }
  return <Waiting loaded={loaded} />;
}

function ChangeOffer({ id }: { id: string }) {
  const loaded = useDocument<Offer>(`/offers/${id}`);
  const offer = useFirst(loaded);
  if (offer && isMine(offer)) {
    return <OfferForm direction={offer.direction} before={offer} />;
  }
  return <Waiting loaded={loaded} />;
}

function Waiting({ loaded }: { loaded: Parameters<typeof Shown<unknown>>[0]["loaded"] }) {
  return (
    <Screen title={say("Change")} back={["board"]}>
      <Shown loaded={loaded}>
        {() => <Notice>{say("Only whoever wrote it can change it.")}</Notice>}
      </Shown>
    </Screen>
  );
}

/** Returns what was there first: once it is posted, the new version has taken its place. */
function useFirst<T>(loaded: Loaded<T>): T | null {
  const first = useRef<T | null>(null);
  first.current ??= loaded.document;
  return first.current;
}
