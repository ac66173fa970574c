/**
 * Who signed what is shown, checked by this phone; said plainly, and without alarm where it cannot
 * be checked.
 *
 * Not for: the chain itself (`core/vouching`), which is loaded when somebody looks at one thing.
 */

import { useEffect, useState } from "preact/hooks";
import { Unreachable } from "../../../node/client";
import type { Community, Papers } from "../../../node/documents/papers";
import { textsWith } from "../../../node/texts";
import { say } from "../../../words/words";
import { person, theNode } from "../../app";
import { Notice } from "../../parts";
import type { Proof, Shown } from "./proof";
import { apart } from "./wording";

type Outcome =
  | { readonly kind: "checked"; readonly name: string | null }
  | { readonly kind: "unchecked"; readonly why: string }
  | { readonly kind: "wrong"; readonly why: string };

export function Checked({ thing }: { thing: Shown }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const isPaired = person.value !== null;
  useEffect(() => {
    let isCurrent = true;
    if (isPaired) {
      checked(thing).then((found) => isCurrent && setOutcome(found));
    }
    return () => {
      isCurrent = false;
    };
  }, [thing.id, isPaired]);
  if (!isPaired) {
    return <p class="quiet">{say("Signatures are checked by phones that have joined.")}</p>;
  }
  if (outcome === null) {
    return <p class="quiet">{say("Checking the signature …")}</p>;
  }
  if (outcome.kind === "wrong") {
    return <Notice tone="severe">{outcome.why}</Notice>;
  }
  if (outcome.kind === "unchecked") {
    return <p class="quiet">{say("Could not be checked: {why}", { why: outcome.why })}</p>;
  }
  return (
    <p class="quiet">
      {outcome.name === null
        ? say("Signed by a steward. Checked on this phone.")
        : say("Signed by {name}. Checked on this phone.", { name: apart(outcome.name) })}
    </p>
  );
}

async function checked(shown: Shown): Promise<Outcome> {
  try {
    const [papers, community, proof] = await Promise.all([
      theNode().get<Papers>(`/objects/${shown.id}/papers`),
      theNode().get<Community>("/community"),
      import("./proof"),
    ]);
    const proved = proof.provedBy(papers, community, shown);
    if ("problem" in proved) {
      return said(proved);
    }
    const file = proof.fileFor(proved.thing);
    const texts = await textsWith(theNode().address, file ? [file] : []);
    return said(proof.saysSo(texts, proved.thing, shown) ? proved : { problem: "bad_signature" });
  } catch (error) {
    if (error instanceof Unreachable) {
      return { kind: "unchecked", why: say("the node does not answer.") };
    }
    return { kind: "unchecked", why: say("the node does not hand out what is needed for it.") };
  }
}

function said(proved: Proof): Outcome {
  if ("name" in proved) {
    return { kind: "checked", name: proved.name };
  }
  switch (proved.problem) {
    case "stranger":
      return { kind: "unchecked", why: say("what vouches for its author is not here.") };
    case "other_author":
      return {
        kind: "wrong",
        why: say("Somebody else signed this than is said here. Do not rely on it."),
      };
    default:
      return {
        kind: "wrong",
        why: say("The signature does not fit what is said here. Do not rely on it."),
      };
  }
}

export type Problem = "stranger" | "other_author" | "damaged" | "bad_signature";
