/** The level as its host says it: one tap; closed until tomorrow is one, too. */

import { useState } from "preact/hooks";
import type { Level, WholePlace } from "../../../node/documents/places";
import { say } from "../../../words/words";
import { type Amount, levelPosting } from "../../acts/levels";
import { person } from "../../app";
import { Button, Field } from "../../parts";
import { Sent, useSending } from "../../sending";
import { isolated, LEVELS, LevelShown, levelWord } from "../places/level";

/** A night: whoever opens in the morning says so, and that counts then. */
const CLOSED_MINUTES = 12 * 60;

export function HostLevel({ place }: { place: WholePlace }) {
  const sending = useSending();
  const [people, setPeople] = useState("");
  const [said, setSaid] = useState<Level | null>(null);
  const set = (amount: Amount, shown: string, minutes?: number) => {
    const title = say("{place} is: {level}", { place: isolated(place.name), level: shown });
    const name = person.value?.name ?? "";
    return sending.post(() => levelPosting(place, amount, name, title, minutes));
  };
  const tap = (level: Level) => {
    setSaid(level);
    void set(level, levelWord(level), level === "closed" ? CLOSED_MINUTES : undefined);
  };
  const number = Number.parseInt(people, 10);
  return (
    <>
      <LevelShown crowding={place.crowding} isWhole />
      <fieldset class="choice tall pairs">
        <legend>{say("How full is it now?")}</legend>
        {LEVELS.map((level) => (
          <Button key={level} isMain={said === level} act={() => tap(level)}>
            {level === "closed" ? say("Close for now") : levelWord(level)}
          </Button>
        ))}
      </fieldset>
      {place.crowding.level === "closed" && (
        <Button act={() => tap("empty")}>{say("Open again")}</Button>
      )}
      <Sent sending={sending} />
      <details>
        <summary>{say("Say how many people are there")}</summary>
        <Field label={say("People")} type="number" value={people} change={setPeople} />
        <Button isOff={!(number >= 0)} act={() => void set(number, String(number))}>
          {say("Say it")}
        </Button>
      </details>
    </>
  );
}
