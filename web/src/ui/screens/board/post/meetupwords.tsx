/** Saying a meet-up of one's own in other words; when and for how many it is stays. */

import { useState } from "preact/hooks";
import type { WholeBookableThing } from "../../../../node/documents/meetups";
import { textsWith } from "../../../../node/texts";
import { say } from "../../../../words/words";
import { theNode } from "../../../app";
import { Button, Field, Notice, Screen } from "../../../parts";
import { composeMeetupWords } from "./compose";
import { type Draft, Drafted } from "./drafted";
import { limitSentence } from "./limits";

const LINE_CHARACTERS_MAX = 60;
const TEXT_CHARACTERS_MAX = 300;

export function MeetupWords({ meetup }: { meetup: WholeBookableThing }) {
  const [title, setTitle] = useState(meetup.title ?? "");
  const [text, setText] = useState(meetup.text ?? "");
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const look = () => {
    drafted(meetup, title, text)
      .then((found) => {
        setProblem(null);
        setDraft(found);
      })
      .catch((error: unknown) => setProblem(limitSentence(error)));
  };
  return (
    <Screen title={say("Change")} back={["board", "meetup", meetup.id]}>
      {draft ? (
        <Drafted draft={draft} change={() => setDraft(null)} />
      ) : (
        <>
          <Field
            label={say("What is it? A few words")}
            value={title}
            change={setTitle}
            max={LINE_CHARACTERS_MAX}
          />
          <Field
            label={say("What else is there to say?")}
            value={text}
            change={setText}
            lines={3}
            max={TEXT_CHARACTERS_MAX}
          />
          {problem && <Notice tone="severe">{problem}</Notice>}
          <Button isMain act={look}>
            {say("See how it reads")}
          </Button>
        </>
      )}
    </Screen>
  );
}

async function drafted(meetup: WholeBookableThing, title: string, text: string): Promise<Draft> {
  // Whatever it was written with has to be read first.
  const texts = await textsWith(theNode().address, ["dictionary-1", "de-1", "en-1"]);
  return {
    kind: "meetup",
    screen: "meetup",
    posting: { ...composeMeetupWords(texts, meetup, { title, text }), title },
    untilMs: Date.parse(meetup.closes),
  };
}
