/**
 * Saying something to the board from a screen, and how far it got, in honest words.
 *
 * Not for: keeping it until a node has it (`person`). Invariant: what is only on this phone is never
 * shown as if somebody else could see it.
 */

import { useState } from "preact/hooks";
import { NO_TEXTS, type Texts } from "../core/text/texts";
import { textsToWrite } from "../node/texts";
import type { Posting } from "../person/person";
import { catalogue, say } from "../words/words";
import { person, revision, theNode } from "./app";
import { Notice } from "./parts";
import { problemWords } from "./problems";
import { refusedWords } from "./refused";

type Writing = (texts: Texts) => Posting;

/** Whoever calls for help at the edge of the Wi-Fi does not wait for fewer bytes on the air. */
const MODELS_MS_MAX = 2000;

export interface Sending {
  /** What was put into the outbox last; null before that. */
  readonly sent: string | null;
  readonly isBusy: boolean;
  /** What is wrong with what was written, for its author. */
  readonly problem: string | null;
  /** Puts into the outbox what `write` returns; resolves to whether it is there. */
  post(...write: readonly (() => Posting)[]): Promise<boolean>;
  /**
   * Does as `post` for what has words, if there are any: `write` gets what writes them shortest, as
   * far as that is on this phone soon.
   */
  postWords(words: string, ...write: readonly Writing[]): Promise<boolean>;
}

/** Returns a way to post, for a screen or a card. */
export function useSending(): Sending {
  const [sent, setSent] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const postWords = async (words: string, ...write: readonly Writing[]) => {
    const speaker = person.value;
    if (speaker === null) {
      return false;
    }
    setBusy(true);
    setProblem(null);
    try {
      const texts = words.trim() === "" ? NO_TEXTS : await textsSoon();
      for (const one of write) {
        setSent((await speaker.post(one(texts))).id);
      }
      revision.value += 1;
      return true;
    } catch (error) {
      setProblem(problemWords(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { sent, isBusy, problem, postWords, post: (...write) => postWords("", ...write) };
}

function textsSoon(): Promise<Texts> {
  const late = new Promise<Texts>((resolve) => setTimeout(() => resolve(NO_TEXTS), MODELS_MS_MAX));
  return Promise.race([textsToWrite(theNode().address, catalogue.value.language), late]);
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
        {say("The node refused it.")} {found.refusal && refusedWords(found.refusal)}
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
