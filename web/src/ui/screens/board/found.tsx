/** What a search found, of every kind; each leads to the screen that has it whole. */

import { useEffect, useState } from "preact/hooks";
import type { Find, Finds } from "../../../node/documents/bulletins";
import { catalogue, count, say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Card, Label, Shown } from "../../parts";
import { Byline, Notices } from "./marks";
import { isDoubted, useOutcome } from "./outcome";
import { categoryWord, severityWord } from "./wording";

/** Long enough that a word is typed; short enough that nobody waits. */
const PAUSE_MS = 300;
const FINDS_MAX = 50;

export function Found({ text }: { text: string }) {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const reader = catalogue.value.language;
  const finds = useDocument<Finds>("/search", { q: asked, reader, limit: FINDS_MAX }, false);
  return <Shown loaded={finds}>{(found) => <FindList found={found} />}</Shown>;
}

function FindList({ found }: { found: Finds }) {
  return (
    <>
      <p role="status">
        {found.total > 0
          ? count("{count} found", "{count} found", found.total)
          : say("Nothing was found. Try fewer or other words.")}
      </p>
      {!!found.missing && (
        <p class="quiet">{say("The node is still reading; there may be more in a minute.")}</p>
      )}
      {found.finds.map((find) => (
        <FindCard key={find.id} find={find} />
      ))}
    </>
  );
}

function FindCard({ find }: { find: Find }) {
  const to = placeOf(find);
  const isGrave = !find.is_drill && (find.severity === "severe" || find.severity === "extreme");
  const { id, severity } = find;
  const isWrong = isDoubted(useOutcome(isGrave ? { id, severity, words: null } : null));
  const tone = find.is_drill ? "drill" : isWrong ? "plain" : (severity ?? "plain");
  return (
    <Card tone={tone} {...(to && { to })}>
      <p class="row">
        <Label>{kindWord(find)}</Label>
        {severity && (
          <span class="quiet">{isWrong ? say("Not confirmed") : severityWord(severity)}</span>
        )}
      </p>
      {find.title && (
        <h3>
          <bdi>{find.title}</bdi>
        </h3>
      )}
      <Notices notices={find.notices} />
      <p class="words clamped" dir="auto">
        {find.parts.map((part, at) =>
          // The parts are cut from one text and never change places: a number is key enough.
          part.is_match ? <mark key={at}>{part.text}</mark> : part.text,
        )}
      </p>
      {find.place && <p dir="auto">{find.place}</p>}
      <Byline thing={find} />
    </Card>
  );
}

/** Returns the screen that shows a find whole; null where this app has none. */
function placeOf(find: Find): readonly string[] | null {
  switch (find.kind) {
    case "bulletin":
    case "drill":
    case "alert":
      return ["board", "bulletin", find.id];
    case "offer":
    case "request":
    case "meetup":
      return ["board", find.kind, find.id];
    case "place":
    case "slots":
      return ["places", find.root];
    default:
      return null;
  }
}

function kindWord(find: Find): string {
  switch (find.kind) {
    case "drill":
      return say("DRILL");
    case "alert":
      return say("Official");
    case "offer":
      return say("Offer");
    case "request":
      return say("Request");
    case "meetup":
      return say("Meet-up");
    case "place":
      return say("Place");
    case "bulletin":
      return say("News");
    default:
      return categoryWord("other");
  }
}
