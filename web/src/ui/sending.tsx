/**
 * Saying something to the board from a screen, and how far it got, in honest words.
 *
 * Not for: keeping it until a node has it (`person`). Invariant: what is only on this phone is never
 * shown as if somebody else could see it.
 */

import { useState } from "preact/hooks";
import { LimitError } from "../core/errors";
import type { Posting } from "../person/person";
import { say } from "../words/words";
import { person } from "./app";
import { Notice } from "./parts";

export interface Sending {
  /** What was put into the outbox last; null before that. */
  readonly sent: string | null;
  readonly isBusy: boolean;
  /** What is wrong with what was written, for its author. */
  readonly problem: string | null;
  /** Puts into the outbox what `write` returns; resolves to whether it is there. */
  post(...write: readonly (() => Posting)[]): Promise<boolean>;
}

/** Returns a way to post, for a screen or a card. */
export function useSending(): Sending {
  const [sent, setSent] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const post = async (...write: readonly (() => Posting)[]) => {
    const speaker = person.value;
    if (speaker === null) {
      return false;
    }
    setBusy(true);
    setProblem(null);
    try {
      for (const one of write) {
        setSent((await speaker.post(one())).id);
      }
      return true;
    } catch (error) {
      if (!(error instanceof LimitError)) {
        throw error;
      }
      setProblem(error.message);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { sent, isBusy, problem, post };
}

/** How far it got. */
export function Sent({ sending }: { sending: Sending }) {
  const { sent, problem } = sending;
  if (problem !== null) {
    return <Notice>{problem}</Notice>;
  }
  const found = person.value?.outgoing.value.find((one) => one.id === sent);
  if (sent === null) {
    return null;
  }
  if (found?.progress === "refused") {
    return (
      <Notice tone="severe">
        {say("The node refused it.")} {found.refusal?.message}
      </Notice>
    );
  }
  return found?.progress === "on_phone" ? (
    <Notice>
      {say("Still on this phone only: the node has not got it. Nobody else sees it.")}
    </Notice>
  ) : (
    <Notice tone="info">{say("The node has it, and passes it on.")}</Notice>
  );
}
