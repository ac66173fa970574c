/** How the neighbourhood fares, who says so, and what is only practised. */

import type { ModeState } from "../../../node/documents/node";
import { dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Card, Label } from "../../parts";

export function ModeNow() {
  const { document } = useDocument<ModeState>("/mode");
  if (document === null) {
    return null;
  }
  const { mode, mode_words, by, drill } = document;
  return (
    <>
      {mode !== "normal" && by !== null && (
        <Card tone={mode === "outage" ? "extreme" : "severe"}>
          <p>
            <Label tone={mode === "outage" ? "extreme" : "severe"}>{mode_words}</Label>
          </p>
          {by.reason && (
            <p class="words" dir="auto">
              {by.reason}
            </p>
          )}
          <p class="quiet">
            {say("Declared by {names}, until {time}.", {
              names: by.supporters.map((one) => one.name).join(", "),
              time: dayAndClock(by.until),
            })}
          </p>
        </Card>
      )}
      {drill !== null && (
        <Card tone="drill">
          <p>
            <strong>{say("Drill: this is only practised.")}</strong> {drill.mode_words}
          </p>
          {drill.reason && (
            <p class="words" dir="auto">
              {drill.reason}
            </p>
          )}
        </Card>
      )}
    </>
  );
}
