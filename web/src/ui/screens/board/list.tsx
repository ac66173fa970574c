/** The board as one list: filtered by large buttons, searched by words. */

import { useState } from "preact/hooks";
import type { Bulletins } from "../../../node/documents/bulletins";
import type { BookableThings } from "../../../node/documents/meetups";
import type { Offers } from "../../../node/documents/offers";
import { nowMs } from "../../../words/now";
import { count, say } from "../../../words/words";
import { person } from "../../app";
import { type Loaded, useDocument } from "../../loading";
import { Button, Choice, Field, LinkButton, Notice, Picker, Screen, Shown } from "../../parts";
import { EntryCard } from "./card";
import {
  categoriesOf,
  type Entry,
  EVERYTHING,
  entriesOf,
  idOf,
  type Wish,
  wished,
} from "./entries";
import { Found } from "./found";
import { isMember } from "./me";
import { LeftOut } from "./mute";
import { muted, unmuted } from "./muting";
import { categoryWord } from "./wording";

/** Cards that are drawn at once; an old phone draws thirty in a blink. */
const SHOWN_AT_ONCE = 30;
/** Kept while somebody reads a detail and comes back. */
let lastWish: Wish = EVERYTHING;
let lastText = "";

export function BoardList() {
  const [text, setText] = useState(lastText);
  lastText = text;
  return (
    <Screen title={say("Board")}>
      <nav class="row">
        <LinkButton to={["board", "new"]} isMain>
          {say("Write something")}
        </LinkButton>
      </nav>
      <Everything text={text} search={setText} />
    </Screen>
  );
}

function Everything({ text, search }: { text: string; search: (text: string) => void }) {
  const bulletins = useDocument<Bulletins>("/bulletins");
  const offers = useDocument<Offers>("/offers");
  const meetups = useDocument<BookableThings>("/bookable", { kind: "meetup" });
  const [wish, setWish] = useState(lastWish);
  lastWish = wish;
  const entries = entriesOf(
    bulletins.document?.bulletins ?? [],
    offers.document?.offers ?? [],
    meetups.document?.things ?? [],
  );
  const isOld = [bulletins, offers, meetups].some((one) => one.isOld && one.document !== null);
  const all = wished(entries, wish, person.value?.fingerprint ?? null, nowMs());
  const found = unmuted(all, muted.value);
  return (
    <>
      <Kinds wish={wish} change={setWish} />
      <details open={text !== "" || wish.category !== null || wish.isEnding}>
        <summary>{say("Search and choose")}</summary>
        <Field label={say("Search")} type="search" value={text} change={search} max={80} />
        <Filters wish={wish} change={setWish} entries={entries} />
        {isMember() && (
          <LinkButton to={["board", "moderated"]}>{say("What was moderated")}</LinkButton>
        )}
      </details>
      {isOld && <Notice>{say("The node does not answer; this is what it said before.")}</Notice>}
      {text.trim() ? (
        <Found text={text.trim()} />
      ) : (
        <Shown loaded={whole([bulletins, offers, meetups], all.length > 0)}>
          {() => (
            <>
              <Entries found={found} isAll={wish === EVERYTHING || entries.length === 0} />
              <LeftOut number={all.length - found.length} />
            </>
          )}
        </Shown>
      )}
    </>
  );
}

function Kinds({ wish, change }: { wish: Wish; change: (wish: Wish) => void }) {
  const kinds = [
    ["all", say("Everything")],
    ["bulletin", say("News")],
    ["offer", say("Offers")],
    ["request", say("Requests")],
    ["meetup", say("Meet-ups")],
    ...(person.value ? [["mine", say("Mine")] as const] : []),
  ] as const;
  return (
    <div class="kinds">
      <Choice
        label={say("What do you look for?")}
        value={wish.kind ?? "all"}
        options={kinds}
        change={(kind) => change({ ...wish, kind: kind === "all" ? null : kind })}
      />
    </div>
  );
}

function Filters(props: { wish: Wish; change: (wish: Wish) => void; entries: readonly Entry[] }) {
  const { wish, change, entries } = props;
  const categories = categoriesOf(entries);
  return (
    <>
      {categories.length > 1 && (
        <Picker
          label={say("About")}
          value={wish.category ?? ""}
          options={[
            ["", say("Everything")],
            ...categories.map((one) => [one, categoryWord(one)] as const),
          ]}
          change={(category) => change({ ...wish, category: category || null })}
        />
      )}
      <label class="tick">
        <input
          type="checkbox"
          checked={wish.isEnding}
          onChange={(event) => change({ ...wish, isEnding: event.currentTarget.checked })}
        />
        {say("Only what ends within a day")}
      </label>
    </>
  );
}

function Entries({ found, isAll }: { found: readonly Entry[]; isAll: boolean }) {
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  if (found.length === 0) {
    return <Nothing isAll={isAll} />;
  }
  return (
    <>
      {found.slice(0, shown).map((entry) => (
        <EntryCard key={idOf(entry)} entry={entry} />
      ))}
      {found.length > shown && (
        <Button act={() => setShown(shown + SHOWN_AT_ONCE)}>
          {count("Show {count} more", "Show {count} more", found.length - shown)}
        </Button>
      )}
    </>
  );
}

function Nothing({ isAll }: { isAll: boolean }) {
  return (
    <p>
      {isAll
        ? say("There is nothing on the board right now. Be the first: write something.")
        : say("Nothing of this sort is here. Choose “Everything” to see the rest.")}
    </p>
  );
}

/** What there is to show. That there is nothing is known only once all of it has come. */
function whole(all: readonly Loaded<unknown>[], hasSome: boolean): Loaded<true> {
  const isKnown = hasSome || all.every((one) => one.document !== null);
  return {
    document: isKnown ? true : null,
    isOld: all.some((one) => one.isOld),
    refusal: isKnown ? null : (all.find((one) => one.refusal !== null)?.refusal ?? null),
  };
}
