/** Alerts in force and severe bulletins: first on the screen, and never left out. */

import type { Bulletin, Bulletins } from "../../../node/documents/bulletins";
import { say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Notice } from "../../parts";
import { EntryCard } from "../board/card";

export function Warnings() {
  const { document, isOld } = useDocument<Bulletins>("/bulletins", { severity: "severe" });
  const grave = (document?.bulletins ?? []).filter(isInForce);
  // What is real comes first, whatever a drill plays.
  const shown = [...grave.filter((one) => !one.is_drill), ...grave.filter((one) => one.is_drill)];
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

function isInForce({ provenance }: Bulletin): boolean {
  return provenance === null || provenance.state === "in-force";
}
