/** Becoming a member by the invitation in the QR code: at once, or again after a failure. */

import { useEffect, useState } from "preact/hooks";
import { LimitError } from "../../../core/errors";
import { joinByInvitation } from "../../../person/joining";
import type { Person } from "../../../person/person";
import { say } from "../../../words/words";
import { theNode } from "../../app";
import { Button, Notice } from "../../parts";
import { problemWords } from "../../problems";
import { useUpArrival } from "../../session";

export function ByInvitation({ somebody, seed }: { somebody: Person; seed: Uint8Array }) {
  const [attempt, setAttempt] = useState(0);
  const [problem, setProblem] = useState<{ words: string; isOver: boolean } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    setProblem(null);
    joinByInvitation(theNode(), somebody.identity, seed)
      .then(() => somebody.settle())
      .then(() => useUpArrival())
      .catch((error: unknown) => {
        const words = problemWords(error);
        if (isCurrent) {
          setProblem({ words, isOver: error instanceof LimitError });
        }
      });
    return () => {
      isCurrent = false;
    };
  }, [attempt]);
  if (problem === null) {
    return (
      <p class="quiet" aria-busy="true">
        {say("One moment …")}
      </p>
    );
  }
  return (
    <>
      <Notice tone="severe">{problem.words}</Notice>
      {problem.isOver ? (
        <Button isMain act={() => void useUpArrival()}>
          {say("Join without an invitation")}
        </Button>
      ) : (
        <Button isMain act={() => setAttempt(attempt + 1)}>
          {say("Try again")}
        </Button>
      )}
    </>
  );
}
