/** Who signed what is shown, as this phone found out by itself; said plainly, and without alarm
 * where it cannot be checked. */

import { say } from "../../../words/words";
import { Notice } from "../../parts";
import { type Outcome, useOutcome } from "./outcome";
import type { Problem, Shown } from "./proof";
import { apart } from "./wording";

export function Checked({ thing }: { thing: Shown }) {
  const outcome = useOutcome(thing);
  return outcome && <Said outcome={outcome} />;
}

/** What came of the check, in words. */
export function Said({ outcome }: { outcome: Outcome }) {
  switch (outcome.kind) {
    case "unpaired":
      return <p class="quiet">{say("Signatures are checked by phones that have joined.")}</p>;
    case "checking":
      return <p class="quiet">{say("Checking the signature …")}</p>;
    case "unreached": {
      const why = say("the node does not answer.");
      return <p class="quiet">{say("Could not be checked: {why}", { why })}</p>;
    }
    case "checked":
      return (
        <p class="quiet">
          {outcome.name === null
            ? say("Signed by a steward. Checked on this phone.")
            : say("Signed by {name}. Checked on this phone.", { name: apart(outcome.name) })}
        </p>
      );
    default:
      return <Notice tone="severe">{problemWords(outcome.problem)}</Notice>;
  }
}

function problemWords(problem: Problem): string {
  switch (problem) {
    case "stranger":
      return say(
        "Nobody whom this phone knows vouches for whoever wrote this. Do not rely on it before you have asked somebody.",
      );
    case "role":
      return say("Whoever signed this may not give such warnings. Do not rely on it.");
    case "revoked":
    case "outlives_certificate":
      return say("Whoever signed this does not count here any more. Do not rely on it.");
    case "other_author":
      return say("Somebody else signed this than is said here. Do not rely on it.");
    case "other_severity":
      return say("Whoever signed this called it less severe than it is shown here.");
    case "unproven":
      return say(
        "This node does not hand out what would prove who wrote this. Do not rely on it before you have asked somebody.",
      );
    default:
      return say("The signature does not fit what is said here. Do not rely on it.");
  }
}
