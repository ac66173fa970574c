/** One place: how full it is, when to go, what can be booked, and a level in two taps. */

import { useState } from "preact/hooks";
import type { BookableThing, BookableThings } from "../../../node/documents/capacity";
import type { Level, WholePlace } from "../../../node/documents/places";
import { nowMs } from "../../../words/now";
import { dayAndClock } from "../../../words/times";
import { count, say } from "../../../words/words";
import { levelPosting } from "../../acts/levels";
import { person } from "../../app";
import { useDocument } from "../../loading";
import { Button, Card, LinkButton, Name, Notice, Screen, Shown, Words } from "../../parts";
import { Sent, useSending } from "../../sending";
import { isHostOf } from "./hosting";
import { isolated, LEVELS, LevelShown, levelWord, saidLine } from "./level";
import { OpenLabel } from "./list";
import { JoinFirst } from "./members";
import { UsualWeek } from "./week";

export function PlaceDetail({ root }: { root: string }) {
  const loaded = useDocument<WholePlace>(`/places/${encodeURIComponent(root)}`);
  const title = loaded.document?.name ?? say("Place");
  return (
    <Screen title={title} back={["places"]}>
      <Shown loaded={loaded}>{(place) => <Whole place={place} />}</Shown>
    </Screen>
  );
}

function Whole({ place }: { place: WholePlace }) {
  return (
    <>
      <p class="quiet">
        {place.category_words} <OpenLabel place={place} />
      </p>
      <LevelShown crowding={place.crowding} isWhole />
      <SayLevel place={place} />
      <h2>{say("Best time to go")}</h2>
      <p>{place.best_time.words}</p>
      <UsualWeek pattern={place.pattern} nowMs={nowMs()} />
      <Bookable place={place} />
      <About place={place} />
      {isHostOf(place) && <LinkButton to={["host", place.root]}>{say("Host's tools")}</LinkButton>}
      {place.levels.length > 1 && <AllSaid place={place} />}
    </>
  );
}

/** Four buttons: one tap says it. */
export function SayLevel({ place }: { place: WholePlace }) {
  const [said, setSaid] = useState<Level | null>(null);
  const sending = useSending();
  const speaker = person.value;
  if (speaker === null) {
    return <JoinFirst />;
  }
  const report = (level: Level) => {
    setSaid(level);
    const title = sayTitle(place, level);
    return sending.post(() => levelPosting(place, level, speaker.name, title));
  };
  return (
    <>
      <fieldset class="choice pairs">
        <legend>{say("You are there? How full is it?")}</legend>
        {LEVELS.map((level) => (
          <Button
            key={level}
            act={() => void report(level)}
            isMain={said === level}
            isBusy={sending.isBusy}
          >
            {levelWord(level)}
          </Button>
        ))}
      </fieldset>
      <Sent sending={sending} />
    </>
  );
}

function sayTitle(place: WholePlace, level: Level): string {
  return say("{place} is: {level}", { place: isolated(place.name), level: levelWord(level) });
}

function Bookable({ place }: { place: WholePlace }) {
  const slots = useDocument<BookableThings>("/bookable", { kind: "slots" }).document;
  const meetups = useDocument<BookableThings>("/bookable", { kind: "meetup" }).document;
  const here = (found: BookableThings | null) =>
    (found?.things ?? []).filter(
      (one) => one.place === place.root && Date.parse(one.closes) > nowMs(),
    );
  const bookable = here(slots);
  const joined = here(meetups);
  return (
    <>
      {bookable.length > 0 && <h2>{say("Book, or take a number")}</h2>}
      {bookable.map((one) => (
        <ThingCard key={one.root} place={place} thing={one} />
      ))}
      {joined.length > 0 && <h2>{say("Meet-ups here")}</h2>}
      {joined.map((one) => (
        <ThingCard key={one.root} place={place} thing={one} />
      ))}
    </>
  );
}

function ThingCard({ place, thing }: { place: WholePlace; thing: BookableThing }) {
  const next = thing.slots.find((one) => Date.parse(one.ends) > nowMs());
  return (
    <Card to={["places", place.root, "book", thing.root]}>
      <h3>
        <bdi>{thing.title ?? thing.sort_words}</bdi>
      </h3>
      <p>
        {next && dayAndClock(next.starts)}
        {thing.slots.length > 1 && " · "}
        {thing.slots.length > 1 && count("{count} time", "{count} times", thing.slots.length)}
      </p>
      {!thing.is_rightful && (
        <p>{say("Nothing is booked here: whoever opened it is not a host.")}</p>
      )}
    </Card>
  );
}

function About({ place }: { place: WholePlace }) {
  const { opening } = place;
  const facts: readonly (readonly [string, string | null])[] = [
    [say("Address"), place.address],
    [say("Open"), opening?.words ?? null],
    [say("About the hours"), opening?.remark ?? null],
    [say("Contact"), place.contact],
    [say("Room for"), place.capacity === null ? null : people(place.capacity)],
    [say("Steps"), stepsWords(place.is_step_free)],
    [say("Hosts"), place.hosts.length > 0 ? place.hosts.join(", ") : null],
    [say("Entered by"), enteredBy(place)],
  ];
  return (
    <>
      <h2>{say("About this place")}</h2>
      {place.text && <Words text={place.text} />}
      <dl class="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Name text={value} />
              </dd>
            </div>
          ),
        )}
      </dl>
      {place.position && <LinkButton to={["map", place.root]}>{say("Show on the map")}</LinkButton>}
    </>
  );
}

function enteredBy(place: WholePlace): string | null {
  const { author_name: name, on_behalf_of: other } = place;
  if (name === null || other === null) {
    return name;
  }
  return say("{name}, for {other}", { name: isolated(name), other: isolated(other) });
}

function people(number: number): string {
  return count("{count} person", "{count} people", number);
}

function stepsWords(isStepFree: boolean | null): string | null {
  if (isStepFree === null) {
    return null;
  }
  return isStepFree ? say("No steps: wheelchairs can get in") : say("There are steps");
}

function AllSaid({ place }: { place: WholePlace }) {
  return (
    <details>
      <summary>{say("All reports")}</summary>
      <ul>
        {place.levels.map((one) => (
          <li key={one.id}>{saidLine(one)}</li>
        ))}
      </ul>
      <Notice tone="info">{say("The newest report counts; a host's counts for longer.")}</Notice>
    </details>
  );
}
