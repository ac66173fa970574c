/** What it is about: the common things as large buttons, all others by search. */

import { useState } from "preact/hooks";
import type { ChoosableThing, Vocabulary } from "../../../../node/documents/drafting";
import { say } from "../../../../words/words";
import { Button, Field } from "../../../parts";

/** What most people give or need in an outage; the rest is found by typing. */
const COMMON = [
  "water",
  "food",
  "hot-meal",
  "medicine",
  "blankets",
  "charging",
  "ride",
  "shopping",
  "child-care",
  "sleeping-place",
  "tool",
  "repair",
];

export function Things(props: {
  vocabulary: Vocabulary;
  choose: (thing: ChoosableThing | null) => void;
}) {
  const { vocabulary, choose } = props;
  const [text, setText] = useState("");
  const found = matching(vocabulary.things, text);
  return (
    <>
      <Field label={say("Search all things")} type="search" value={text} change={setText} />
      <fieldset class="choice wide">
        <legend>{say("What is it about?")}</legend>
        {found.map((thing) => (
          <button key={thing.id} type="button" onClick={() => choose(thing)}>
            {thing.word}
          </button>
        ))}
      </fieldset>
      {found.length === 0 && <p>{say("It is not in the list. Say it in your own words.")}</p>}
      <Button act={() => choose(null)}>{say("Something else, in my words")}</Button>
    </>
  );
}

/** Returns the things whose word has the text in it; the common ones without a text. */
export function matching(
  things: readonly ChoosableThing[],
  text: string,
): readonly ChoosableThing[] {
  const wanted = text.trim().toLocaleLowerCase();
  return wanted
    ? things.filter((one) => one.word.toLocaleLowerCase().includes(wanted))
    : COMMON.flatMap((id) => things.filter((one) => one.id === id));
}
