/** Alerts in force and severe bulletins: first on the screen, and never left out. */

import type { Bulletin, Bulletins } from "../../../node/documents/bulletins";
import { say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Notice } from "../../parts";
import { EntryCard } from "../board/card";

const GRAVE: ReadonlySet<string> = new Set(["severe", "extreme"]);

export function Warnings() {
  const { document, isOld } = useDocument<Bulletins>("/bulletins");
  const shown = (document?.bulletins ?? []).filter(isGrave);
  return (
    <>
      {isOld && document !== null && shown.length > 0 && (
        <Notice>{say("The node does not answer. This may be old.")}</Notice>
      )}
      {shown.map((bulletin) => (
        <EntryCard key={bulletin.id} entry={{ kind: "bulletin", bulletin }} />
      ))}
    </>
  );
}

/** A drill is shown as one, below what is real: the list has the worst first. */
function isGrave({ severity, provenance }: Bulletin): boolean {
  const isOver = provenance !== null && provenance.state !== "in-force";
  return GRAVE.has(severity) && !isOver;
}
