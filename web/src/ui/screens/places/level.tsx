/** How full a place is: in words, as a bar, and with what there is to doubt about it. */

import type {
  Contradiction,
  Crowding,
  Level,
  SaidAs,
  Source,
  Trend,
} from "../../../node/documents/places";
import { ago, clock } from "../../../words/times";
import { count, say } from "../../../words/words";
import { Notice } from "../../parts";

/** The levels that somebody can say, the emptiest first. */
export const LEVELS = ["empty", "some", "full", "closed"] as const satisfies readonly Level[];

/** Returns a level as it is shown and tapped. */
export function levelWord(level: Level): string {
  const words = {
    empty: say("Empty"),
    some: say("Some people"),
    full: say("Full"),
    closed: say("Closed"),
  };
  return words[level];
}

/** How full a place is, all that is known; `isWhole` says also who else says what. */
export function LevelShown({ crowding, isWhole }: { crowding: Crowding; isWhole?: boolean }) {
  const { contradiction, trend } = crowding;
  return (
    <div class="crowding">
      <LevelBar crowding={crowding} />
      <div>
        <strong>{headline(crowding)}</strong>
        <small>{source(crowding)}</small>
        {contradiction && !isWhole && <small>{say("Another report says otherwise.")}</small>}
      </div>
      {contradiction && isWhole && <Otherwise found={contradiction} />}
      {trend && isWhole && <p>{trendWords(trend)}</p>}
    </div>
  );
}

function Otherwise({ found }: { found: Contradiction }) {
  const said = amount(found.level, found.people);
  return (
    <Notice>
      {say("Two reports differ. {name} ({role}) said at {time}: {level}", {
        name: isolated(found.said_by),
        role: roleWord(found.said_as),
        time: clock(found.said),
        level: said,
      })}
    </Notice>
  );
}

/** Three steps that fill up, crossed out when closed, open when nobody knows: no colour needed. */
function LevelBar({ crowding }: { crowding: Crowding }) {
  const { state, level } = crowding;
  const isKnown = (state === "known" || state === "doubtful") && level !== null;
  const steps = { empty: 1, some: 2, full: 3, closed: 0 };
  const filled = isKnown ? steps[level] : 0;
  const kind = isKnown ? level : "unsaid";
  return (
    <span class={`steps ${kind} ${state}`} aria-hidden="true">
      {[3, 2, 1].map((step) => (
        <i key={step} class={step <= filled ? "on" : ""} />
      ))}
    </span>
  );
}

function headline(crowding: Crowding): string {
  const said = amount(crowding.level, crowding.people);
  if (crowding.state === "known") {
    return said;
  }
  if (crowding.state === "doubtful") {
    return say("Perhaps: {level}", { level: said });
  }
  return say("Not known now");
}

function source(crowding: Crowding): string {
  const { said_by, said_as, age_s, state } = crowding;
  if (said_by === null || said_as === null || age_s === null) {
    return say("Nobody has said how full it is.");
  }
  const blanks = { ago: ago(age_s), name: isolated(said_by), role: roleWord(said_as) };
  const said = amount(crowding.level, crowding.people);
  if (state === "stale" || state === "unknown") {
    return say("{name} ({role}) said {ago}: {level}", { ...blanks, level: said });
  }
  const how =
    crowding.source === "estimate"
      ? say("Estimated {ago} by {name} ({role}).", blanks)
      : say("Said {ago} by {name} ({role}).", blanks);
  return state === "doubtful" ? [how, say("It may have changed.")].join(" ") : how;
}

function amount(level: Level | null, people: number | null): string {
  if (people === null) {
    return level === null ? say("Not known now") : levelWord(level);
  }
  const number = count("{count} person", "{count} people", people);
  return level === null ? number : `${levelWord(level)} · ${number}`;
}

/** Returns how somebody says a level. */
export function roleWord(role: SaidAs): string {
  const words = { host: say("host"), resident: say("neighbour"), counter: say("counting device") };
  return words[role];
}

/** Returns how somebody knows. */
export function sourceWord(source: Source): string {
  const words = {
    person: say("seen"),
    counter: say("counted by a device"),
    estimate: say("estimated"),
  };
  return words[source];
}

/** Returns one word about a place as a line: the level, who says it, and when. */
export function saidLine(one: {
  readonly level: Level | null;
  readonly people: number | null;
  readonly said_by: string;
  readonly said_as: SaidAs;
  readonly source: Source;
  readonly age_s: number;
}): string {
  return say("{level}: {name} ({role}), {how}, {ago}", {
    level: amount(one.level, one.people),
    name: isolated(one.said_by),
    role: roleWord(one.said_as),
    how: sourceWord(one.source),
    ago: ago(one.age_s),
  });
}

function trendWords(trend: Trend): string {
  const words = {
    rising: say("A counting device sees more people than in the hours before."),
    falling: say("A counting device sees fewer people than in the hours before."),
    steady: say("A counting device sees about as many people as in the hours before."),
  };
  return words[trend];
}

/** Returns somebody's words with a direction of their own, for the middle of a sentence. */
export function isolated(words: string): string {
  return `\u2068${words}\u2069`;
}
