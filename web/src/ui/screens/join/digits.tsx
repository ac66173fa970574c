/** Six digits to be said to a member, and waiting until they have typed them. */

import { useEffect, useState } from "preact/hooks";
import type { Candidates } from "../../../node/documents/people";
import { entropy } from "../../../person/identity";
import { beginJoin, type SpokenCode } from "../../../person/joining";
import type { Person } from "../../../person/person";
import { count, say } from "../../../words/words";
import { theNode } from "../../app";
import { Button, Card, Notice } from "../../parts";
import { problemWords } from "../../problems";
import { Fingerprint } from "../me/fingerprint";

/** Somebody is typing six digits meanwhile. */
const LOOK_MS = 3_000;

export function Digits({ somebody }: { somebody: Person }) {
  const [attempt, setAttempt] = useState(0);
  const [code, setCode] = useState<SpokenCode | null>(null);
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const hasWord = useWord(somebody);
  useEffect(() => {
    let timer = 0;
    let isCurrent = true;
    setOver(false);
    setCode(null);
    setProblem(null);
    beginJoin(theNode(), somebody.identity, entropy)
      .then((begun) => {
        if (isCurrent) {
          setCode(begun);
          timer = window.setTimeout(() => setOver(true), begun.expiresInS * 1000);
        }
      })
      .catch((error: unknown) => isCurrent && setProblem(problemWords(error)));
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [attempt]);
  return (
    <>
      {hasWord && (
        <Notice tone="good">
          {say("One member has spoken for you. One more is needed, or a steward.")}
        </Notice>
      )}
      {problem && <Notice tone="severe">{problem}</Notice>}
      {code !== null && !isOver && <Spoken code={code} />}
      {(isOver || problem !== null) && (
        <>
          {isOver && <p>{say("The digits are over.")}</p>}
          <Button isMain act={() => setAttempt(attempt + 1)}>
            {say("Show new digits")}
          </Button>
        </>
      )}
      <h2>{say("For comparing")}</h2>
      <Fingerprint digits={somebody.fingerprint} />
      <p class="quiet">
        {say(
          "You can read everything meanwhile. What you write waits on this phone until you belong.",
        )}
      </p>
    </>
  );
}

function Spoken({ code }: { code: SpokenCode }) {
  const minutes = Math.round(code.expiresInS / 60);
  return (
    <Card tone="good" label={say("Your six digits")}>
      <p>{say("Say these digits to a member who knows you, face to face or by telephone:")}</p>
      <p class="digits" dir="ltr">
        {code.code.slice(0, 3)} {code.code.slice(3)}
      </p>
      <p>{say("They type them on their phone, under “Me”, “Take somebody in”.")}</p>
      <p class="quiet" aria-live="polite">
        {say("Waiting …")}{" "}
        {count("They hold for {count} minute.", "They hold for {count} minutes.", minutes)}
      </p>
    </Card>
  );
}

/** Looks again and again whether somebody was taken in; returns whether one has spoken for them. */
function useWord(somebody: Person): boolean {
  const [hasWord, setWord] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => void look(), LOOK_MS);
    async function look() {
      await somebody.settle();
      try {
        const { candidates } = await theNode().get<Candidates>("/candidates");
        setWord(candidates.some((one) => one.fingerprint === somebody.fingerprint));
      } catch (error) {
        problemWords(error);
      }
    }
    return () => clearInterval(timer);
  }, [somebody]);
  return hasWord;
}
