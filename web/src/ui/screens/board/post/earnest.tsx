/**
 * Before something goes out on which many will act: one more question, and what a drill is.
 *
 * Invariant: nothing severe, no drill and no all-clear is posted by one tap.
 */

import { useState } from "preact/hooks";
import type { Severity } from "../../../../core/bodies/bulletin";
import { say } from "../../../../words/words";
import { Button, Notice } from "../../../parts";

export type Weight = "usual" | "warning" | "drill" | "all-clear";

/** Returns how earnest a bulletin is. */
export function weightOf(severity: Severity, isDrill: boolean): Weight {
  if (isDrill) {
    return "drill";
  }
  return severity === "severe" || severity === "extreme" ? "warning" : "usual";
}

/** Whether it is only a drill; what is ticked colours the whole form. */
export function DrillTick(props: { isDrill: boolean; change: (isDrill: boolean) => void }) {
  const { isDrill, change } = props;
  return (
    <>
      <label class="tick">
        <input
          type="checkbox"
          checked={isDrill}
          onChange={(event) => change(event.currentTarget.checked)}
        />
        {say("This is a drill")}
      </label>
      {isDrill && (
        <Notice tone="drill">
          {say("Everybody reads first that it is a drill and that nobody has to do anything.")}
        </Notice>
      )}
    </>
  );
}

/** The buttons under a draft; what is earnest asks once more. */
export function PostIt(props: {
  weight: Weight;
  isBusy: boolean;
  post: () => void;
  change: () => void;
}) {
  const { weight, isBusy, post, change } = props;
  const [isAsked, setAsked] = useState(false);
  if (!isAsked || weight === "usual") {
    return (
      <div class="row">
        <Button isMain isBusy={isBusy} act={weight === "usual" ? post : () => setAsked(true)}>
          {say("Post it")}
        </Button>
        <Button act={change}>{say("Change")}</Button>
      </div>
    );
  }
  return (
    <Notice tone={weight === "drill" ? "drill" : "severe"}>
      <p>
        <strong>{question(weight)}</strong>
      </p>
      <p>{consequence(weight)}</p>
      <div class="row">
        <Button
          isDanger={weight !== "drill"}
          isMain={weight === "drill"}
          isBusy={isBusy}
          act={post}
        >
          {answer(weight)}
        </Button>
        <Button act={() => setAsked(false)}>{say("Not yet")}</Button>
      </div>
    </Notice>
  );
}

function question(weight: Weight): string {
  switch (weight) {
    case "drill":
      return say("Post a drill to everybody?");
    case "all-clear":
      return say("Is it really over?");
    default:
      return say("This goes to everybody. Is it true?");
  }
}

function consequence(weight: Weight): string {
  switch (weight) {
    case "drill":
      return say("It says on every phone that it is a drill. Take it back when the drill is over.");
    case "all-clear":
      return say("People will rely on it: they drink the water, or go back into the house.");
    default:
      return say(
        "It overtakes everything else and stands on top on every phone. What people have read, nobody can take back.",
      );
  }
}

function answer(weight: Weight): string {
  switch (weight) {
    case "drill":
      return say("Yes, post the drill");
    case "all-clear":
      return say("Yes, it is over");
    default:
      return say("Yes, warn everybody");
  }
}
