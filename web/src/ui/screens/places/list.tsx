/** All places, or those of one sort; each says how full it is and whether it is open. */

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { Place, Places } from "../../../node/documents/places";
import { say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Card, Field, Label, LinkButton, Name, Picker, Screen, Shown } from "../../parts";
import { distanceWords, metresBetween } from "./distance";
import { isHostOf } from "./hosting";
import { LevelShown } from "./level";
import { MineLink } from "./mine";

/** What is needed, and from where; kept while the page is open. */
const category = signal("");
const origin = signal("");

export function PlaceList() {
  const loaded = useDocument<Places>("/places");
  return (
    <Screen title={say("Places")}>
      <MineLink />
      <Shown loaded={loaded}>{({ places }) => <Chosen places={places} />}</Shown>
    </Screen>
  );
}

function Chosen({ places }: { places: readonly Place[] }) {
  const [words, setWords] = useState("");
  const from = places.find((one) => one.root === origin.value) ?? null;
  const found = sorted(
    places.filter((one) => isMeant(one, category.value, words)),
    from,
  );
  if (places.length === 0) {
    return (
      <>
        <p>{say("Nobody has entered a place yet.")}</p>
        <LinkButton to={["places", "new"]}>{say("Enter a place")}</LinkButton>
      </>
    );
  }
  return (
    <>
      <Categories places={places} />
      {places.length > 8 && (
        <Field label={say("Name or street")} type="search" value={words} change={setWords} />
      )}
      <Origin places={places} />
      {found.map((one) => (
        <PlaceCard key={one.root} place={one} from={from} />
      ))}
      {found.length === 0 && <p>{say("Nothing of this sort is known here.")}</p>}
      <div class="row">
        <LinkButton to={["map"]}>{say("Show as a map")}</LinkButton>
        {places.some(isHostOf) && <LinkButton to={["host"]}>{say("Host's tools")}</LinkButton>}
        <LinkButton to={["places", "new"]}>{say("Enter a place")}</LinkButton>
      </div>
    </>
  );
}

function Categories({ places }: { places: readonly Place[] }) {
  const there = new Map(places.map((one) => [one.category, one.category_words]));
  if (there.size < 2) {
    return null;
  }
  const options = [...there].sort(([, one], [, other]) => one.localeCompare(other));
  return (
    <Picker
      label={say("What do you need?")}
      value={there.has(category.value) ? category.value : ""}
      options={[["", say("Everything")], ...options]}
      change={(value) => {
        category.value = value;
      }}
    />
  );
}

function Origin({ places }: { places: readonly Place[] }) {
  const positioned = places.filter((one) => one.position !== null);
  if (positioned.length < 2) {
    return null;
  }
  return (
    <Picker
      label={say("I am near …")}
      value={origin.value}
      options={[["", say("not said")], ...positioned.map((one) => [one.root, one.name] as const)]}
      change={(value) => {
        origin.value = value;
      }}
    />
  );
}

function PlaceCard({ place, from }: { place: Place; from: Place | null }) {
  const metres = from === null || from === place ? null : metresBetween(from, place);
  return (
    <Card to={["places", place.root]}>
      <h2 class="placename">
        <Name text={place.name} /> <small>{place.category_words}</small>
      </h2>
      <LevelShown crowding={place.crowding} />
      <p class="quiet">
        <OpenLabel place={place} /> {place.address && <Name text={place.address} />}
        {metres !== null && ` · ${distanceWords(metres)}`}
      </p>
    </Card>
  );
}

/** Whether a place is open by its hours; nothing where none are said. */
export function OpenLabel({ place }: { place: Place }) {
  if (place.is_open === null) {
    return null;
  }
  return place.is_open ? (
    <Label tone="good">{say("open now")}</Label>
  ) : (
    <Label>{say("closed now")}</Label>
  );
}

function isMeant(place: Place, wanted: string, words: string): boolean {
  const text = `${place.name} ${place.address ?? ""} ${place.text ?? ""}`.toLowerCase();
  const isOfSort = wanted === "" || place.category === wanted;
  return isOfSort && text.includes(words.trim().toLowerCase());
}

/** Returns the nearest first, or else those first that are not closed. */
function sorted(places: readonly Place[], from: Place | null): readonly Place[] {
  const weight = (place: Place) =>
    from === null
      ? Number(place.is_open === false || place.crowding.level === "closed")
      : (metresBetween(from, place) ?? Number.POSITIVE_INFINITY);
  return [...places].sort((one, other) => weight(one) - weight(other) || 0);
}
