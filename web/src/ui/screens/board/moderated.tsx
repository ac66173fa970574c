/** What was moderated: every act with its reason and who said it; whoever may can undo it. */

import { useState } from "preact/hooks";
import type { ModerationAct, ModerationActs } from "../../../node/documents/moderation";
import { dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Button, Card, Label, Notice, Screen, Shown, Words } from "../../parts";
import { isModerator } from "./me";
import { noticed } from "./moderate";
import { limitSentence } from "./post/limits";
import { apart, reasonWord } from "./wording";

/** More is looked up at the node itself. */
const SHOWN_MAX = 50;

export function ModeratedScreen() {
  const loaded = useDocument<ModerationActs>("/acts", { kind: "notice" }, false);
  return (
    <Screen title={say("What was moderated")} back={["board"]}>
      <p>{say("Everybody who belongs can read who hid or corrected something, and why.")}</p>
      <Shown loaded={loaded}>
        {({ acts }) =>
          acts.length === 0 ? (
            <p>{say("Nobody has moderated anything here.")}</p>
          ) : (
            acts.slice(0, SHOWN_MAX).map((one) => <ActCard key={one.id} act={one} />)
          )
        }
      </Shown>
    </Screen>
  );
}

function ActCard({ act }: { act: ModerationAct }) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { target } = act;
  const canUndo = isModerator() && act.in_force && isUndoable(act);
  const undo = () => {
    if (target === null) {
      return;
    }
    setBusy(true);
    noticed(target, act.expires, "restore", "other", "")
      .then(setProblem)
      .catch((error: unknown) => setProblem(limitSentence(error)))
      .finally(() => setBusy(false));
  };
  return (
    <Card tone={act.in_force ? "minor" : "plain"}>
      <p class="row">
        <Label>{actWord(act)}</Label>
        {act.reason !== null && <span class="quiet">{reasonWord(act.reason)}</span>}
        {!act.in_force && <span class="quiet">{say("no longer counts")}</span>}
      </p>
      {act.text && <Words text={act.text} />}
      <p class="quiet">
        {say("by {author}", { author: apart(act.author_name ?? act.author) })} ·{" "}
        {dayAndClock(act.created)}
      </p>
      {problem && <Notice tone="severe">{problem}</Notice>}
      {canUndo && (
        <Button isBusy={isBusy} act={undo}>
          {act.act === "hide" ? say("Show it again") : say("Take the note away")}
        </Button>
      )}
    </Card>
  );
}

/** A correction its author takes back; what is erased comes from nowhere any more. */
function isUndoable({ act, target }: ModerationAct): boolean {
  return target !== null && (act === "hide" || act === "label");
}

function actWord({ act }: ModerationAct): string {
  switch (act) {
    case "hide":
      return say("Hidden");
    case "label":
      return say("Note put on it");
    case "correct":
      return say("Corrected");
    case "restore":
      return say("Shown again");
    default:
      return say("Erased");
  }
}
