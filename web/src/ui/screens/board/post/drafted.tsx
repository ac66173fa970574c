/**
 * The last look before something is signed: exactly what others will read, who can, until when.
 *
 * Invariant: what is shown comes from the bytes that are signed; where the node does not answer it
 * is said that nothing could be shown, and the writer may post all the same.
 */

import { useState } from "preact/hooks";
import { base64url } from "../../../../core/bytes";
import type { Preview } from "../../../../node/documents/drafting";
import type { Outgoing, Posting } from "../../../../person/person";
import { dayAndClock } from "../../../../words/times";
import { say } from "../../../../words/words";
import { person, revision } from "../../../app";
import { type Loaded, useDocument } from "../../../loading";
import { LinkButton, Notice, Words } from "../../../parts";
import { refusedWords } from "../../../refused";
import { PostIt, type Weight } from "./earnest";
import { limitSentence } from "./limits";

export interface Draft {
  readonly kind: "offer" | "bulletin" | "drill" | "meetup";
  readonly posting: Posting;
  /** Until when it can be read, in milliseconds since 1970. */
  readonly untilMs: number;
  /** Which detail shows it. */
  readonly screen: "offer" | "request" | "bulletin" | "meetup";
  /** Whether somebody is asked once more. */
  readonly weight?: Weight;
}

interface DraftedProps {
  readonly draft: Draft;
  readonly change: () => void;
  /** It is in the outbox now. */
  readonly done?: () => void;
}

export function Drafted({ draft, change, done }: DraftedProps) {
  const [sent, setSent] = useState<Outgoing | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { codec, body } = draft.posting;
  const query = { kind: draft.kind, codec, body: base64url(body) };
  const preview = useDocument<Preview>("/preview", query);
  if (sent !== null) {
    return <Sent sent={sent} screen={draft.screen} />;
  }
  const post = () => {
    setBusy(true);
    person.value
      ?.post(draft.posting)
      .then((outgoing) => {
        revision.value += 1;
        done?.();
        setSent(outgoing);
      })
      .catch((error: unknown) => setProblem(limitSentence(error)))
      .finally(() => setBusy(false));
  };
  return (
    <section aria-label={say("How it reads")}>
      <h2>{say("How it reads")}</h2>
      <div class={draft.kind === "drill" ? "draft drill" : "draft"}>
        <Previewed preview={preview} />
      </div>
      <p>{say("Everybody in the neighbourhood can read it, with your name.")}</p>
      <p>{say("Until {moment}", { moment: dayAndClock(new Date(draft.untilMs).toISOString()) })}</p>
      {problem && <Notice tone="severe">{problem}</Notice>}
      <PostIt weight={draft.weight ?? "usual"} isBusy={isBusy} post={post} change={change} />
    </section>
  );
}

function Read({ preview }: { preview: Preview }) {
  return (
    <>
      {preview.headline && (
        <h3>
          <bdi>{preview.headline}</bdi>
        </h3>
      )}
      {preview.sentence && <p>{preview.sentence}</p>}
      {preview.text && <Words text={preview.text} />}
    </>
  );
}

function Previewed({ preview }: { preview: Loaded<Preview> }) {
  const { document, isOld, refusal } = preview;
  if (document !== null) {
    return <Read preview={document} />;
  }
  return isOld || refusal !== null ? (
    <p class="quiet">{say("The node has not answered; it cannot be shown now.")}</p>
  ) : (
    <p class="quiet" aria-busy="true">
      {say("One moment …")}
    </p>
  );
}

/** How far it got, and never further. */
export function Sent({ sent, screen }: { sent: Outgoing; screen: Draft["screen"] }) {
  if (sent.progress === "refused") {
    return (
      <Notice tone="severe">
        {say("The node did not take it.")} {sent.refusal && refusedWords(sent.refusal)}
      </Notice>
    );
  }
  if (sent.progress === "on_phone" || sent.object === null) {
    return (
      <>
        <Notice>{say("It is on this phone. It goes out as soon as the node answers.")}</Notice>
        <LinkButton to={["board"]}>{say("To the board")}</LinkButton>
      </>
    );
  }
  return (
    <>
      <Notice tone="good">
        {say("It is on this node. Others read it as soon as their node has it.")}
      </Notice>
      <LinkButton isMain to={["board", screen, sent.object]}>
        {say("Show it")}
      </LinkButton>
    </>
  );
}
