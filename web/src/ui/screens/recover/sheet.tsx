/** The recovery sheet: 12 words and a QR code, to be written down or printed; then two are asked. */

import { useMemo, useState } from "preact/hooks";
import { paperLine, paperWords } from "../../../core/paper";
import { entropy } from "../../../person/identity";
import type { Person } from "../../../person/person";
import { say } from "../../../words/words";
import { person } from "../../app";
import { Button, Card, Field, LinkButton, Notice, Screen } from "../../parts";
import { problemWords } from "../../problems";
import { Fingerprint } from "../me/fingerprint";
import { QrCode } from "./qr";

/** As on the sheet: so many letters tell a word from all others. */
const LETTERS_MIN = 4;

export function Sheet(_: { path: readonly string[] }) {
  const somebody = person.value;
  const paper = somebody?.identity.paper ?? null;
  return (
    <Screen title={say("My recovery words")} back={["me"]}>
      {somebody === null || paper === null ? (
        <p>{say("The words are not on this phone: they are on your paper only.")}</p>
      ) : (
        <Words somebody={somebody} paper={paper} />
      )}
    </Screen>
  );
}

function Words({ somebody, paper }: { somebody: Person; paper: Uint8Array }) {
  const [isAsking, setAsking] = useState(false);
  const [isWritten, setWritten] = useState(somebody.identity.isWrittenDown);
  const words = useMemo(() => paperWords(paper), [paper]);
  if (isAsking && !isWritten) {
    return (
      <Check
        words={words}
        done={async () => {
          await somebody.identity.noteWrittenDown();
          setWritten(true);
        }}
        back={() => setAsking(false)}
      />
    );
  }
  return (
    <>
      {isWritten && <Notice tone="good">{say("You have written them down.")}</Notice>}
      <p class="screen-only">
        {say(
          "Whoever has these words can speak as you. Write them on paper, keep it at home, show it to nobody, take no photo.",
        )}
      </p>
      <section class="sheet">
        <h2>
          <bdi>{somebody.name}</bdi>
        </h2>
        <ol class="paper-words" dir="ltr" lang="en">
          {words.map((word) => (
            <li key={word}>{word}</li>
          ))}
        </ol>
        <p>{say("Fingerprint")}</p>
        <Fingerprint digits={somebody.fingerprint} />
        <QrCode text={paperLine(paper)} label={say("The same as a code for a camera")} />
      </section>
      <div class="row">
        {!isWritten && (
          <Button isMain act={() => setAsking(true)}>
            {say("I have written them down")}
          </Button>
        )}
        <Button act={() => globalThis.print()}>{say("Print")}</Button>
      </div>
      {isWritten && <Forget somebody={somebody} />}
    </>
  );
}

function Check(props: { words: readonly string[]; done: () => Promise<void>; back: () => void }) {
  const places = useMemo(twoPlaces, []);
  const [typed, setTyped] = useState<readonly string[]>(["", ""]);
  const [isWrong, setWrong] = useState(false);
  const check = () => {
    const isRight = places.every((place, at) => isWord(typed[at] ?? "", props.words[place] ?? ""));
    setWrong(!isRight);
    return isRight ? props.done() : Promise.resolve();
  };
  return (
    <>
      <p>{say("Look at your paper, not at the screen:")}</p>
      {places.map((place, at) => (
        <Field
          key={place}
          label={say("Word {number}", { number: place + 1 })}
          value={typed[at] ?? ""}
          change={(word) => setTyped(typed.map((one, index) => (index === at ? word : one)))}
          keyboard="code"
        />
      ))}
      {isWrong && (
        <Notice tone="severe">
          {say("That is not the word on the sheet. Compare once more.")}
        </Notice>
      )}
      <div class="row">
        <Button isMain act={() => void check()}>
          {say("Go on")}
        </Button>
        <Button act={props.back}>{say("Show the words again")}</Button>
      </div>
    </>
  );
}

function Forget({ somebody }: { somebody: Person }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isGone, setGone] = useState(false);
  const forget = () =>
    somebody.identity
      .forgetPaper()
      .then(() => setGone(true))
      .catch((error: unknown) => setProblem(forgetProblem(error)));
  if (isGone) {
    return (
      <>
        <Notice tone="good">
          {say("The words are on your paper only now. This phone goes on as before.")}
        </Notice>
        <LinkButton to={["me"]}>{say("Done")}</LinkButton>
      </>
    );
  }
  return (
    <Card>
      <h2>{say("Take the words off this phone")}</h2>
      <p>
        {say(
          "Whoever steals this phone can then speak as you only until you cut it off with your paper. For a second phone you will need the paper.",
        )}
      </p>
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Button isDanger act={() => void forget()}>
        {say("Take the words off this phone")}
      </Button>
    </Card>
  );
}

function forgetProblem(error: unknown): string {
  return (error as { reason?: unknown }).reason === "paper_needed"
    ? say(
        "This phone does not sign for you yet. Be taken in first; until then the words are needed here.",
      )
    : problemWords(error);
}

/** Returns two different places of 0 to 11, the lower one first. */
function twoPlaces(): readonly number[] {
  const [first = 0, second = 0] = entropy(2);
  const one = first % 12;
  const other = (one + 1 + (second % 11)) % 12;
  return [Math.min(one, other), Math.max(one, other)];
}

function isWord(typed: string, word: string): boolean {
  const cleaned = typed.trim().toLowerCase();
  return cleaned === word || (cleaned.length >= LETTERS_MIN && word.startsWith(cleaned));
}
