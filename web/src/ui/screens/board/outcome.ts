/**
 * What came of checking who signed something: asked once for each thing, and anew when who is who
 * changes.
 *
 * Not for: the check itself (`proof`), which is loaded when it is needed.
 */

import { useEffect, useState } from "preact/hooks";
import { Unreachable } from "../../../node/client";
import type { Bulletin } from "../../../node/documents/bulletins";
import type { Papers } from "../../../node/documents/papers";
import { textsWith } from "../../../node/texts";
import type { Trust } from "../../../person/trust";
import { theNode } from "../../app";
import { isProving, trust } from "../../trust";
import type { Problem, Shown } from "./proof";

export type Outcome =
  /** Nobody has joined here with this phone, so it has nothing to check by. */
  | { readonly kind: "unpaired" }
  | { readonly kind: "checking" }
  | { readonly kind: "unreached" }
  | {
      readonly kind: "checked";
      /** Null: a steward whom nobody certified by name. */
      readonly name: string | null;
      readonly roles: readonly string[];
    }
  | { readonly kind: "doubted"; readonly problem: Problem };

const CHECKING: Outcome = { kind: "checking" };
const UNPAIRED: Outcome = { kind: "unpaired" };
const KNOWN_MAX = 128;

const known = new Map<string, { readonly at: unknown; readonly outcome: Outcome }>();

/** Returns what came of checking a thing; null: it needs no check. */
export function useOutcome(shown: Shown | null): Outcome | null {
  const here = trust.value;
  const at = here?.standing.value ?? null;
  const key = shown && `${shown.id} ${shown.severity ?? ""} ${shown.words?.join(" ") ?? ""}`;
  const found = key === null ? undefined : known.get(key);
  const [outcome, setOutcome] = useState<Outcome>(found?.outcome ?? CHECKING);
  useEffect(() => {
    let isCurrent = true;
    if (shown !== null && key !== null && here !== null && at !== null) {
      outcomeOf(shown, here).then((one) => {
        if (isCurrent) {
          setOutcome(one);
        }
        remember(key, at, one);
      });
    }
    return () => {
      isCurrent = false;
    };
  }, [key, here, at]);
  if (shown === null) {
    return null;
  }
  return isProving.value ? (found?.at === at ? found.outcome : outcome) : UNPAIRED;
}

/** Returns what there is to check of a bulletin; null: nobody relies on who said it. */
export function graveOf(bulletin: Bulletin): Shown | null {
  const isGrave = bulletin.severity === "severe" || bulletin.severity === "extreme";
  const words = [bulletin.title, bulletin.text];
  return (isGrave || bulletin.kind === "alert") && !bulletin.is_drill
    ? { ...bulletin, words }
    : null;
}

/** Returns whether something must not be shown as what it claims to be. */
export function isDoubted(outcome: Outcome | null): boolean {
  return outcome?.kind === "doubted";
}

/** Checks who signed a thing; never throws what passes. */
export async function outcomeOf(shown: Shown, here: Trust): Promise<Outcome> {
  try {
    const [papers, proof] = await Promise.all([
      theNode().get<Papers>(`/objects/${shown.id}/papers`),
      import("./proof"),
    ]);
    let proved = proof.provedBy(papers, here, shown);
    if ("problem" in proved && proved.problem === "stranger") {
      // Whoever it is may have come a moment ago.
      await here.look(theNode());
      proved = proof.provedBy(papers, here, shown);
    }
    if ("problem" in proved) {
      return { kind: "doubted", problem: proved.problem };
    }
    const file = proof.fileFor(proved.thing);
    const texts = await textsWith(theNode().address, file ? [file] : []);
    return proof.saysSo(texts, proved.thing, shown)
      ? { kind: "checked", name: proved.name, roles: proved.roles }
      : { kind: "doubted", problem: "bad_signature" };
  } catch (error) {
    // A node that hands nothing out proves nothing.
    return error instanceof Unreachable
      ? { kind: "unreached" }
      : { kind: "doubted", problem: "unproven" };
  }
}

function remember(key: string, at: unknown, outcome: Outcome): void {
  known.delete(key);
  if (outcome.kind !== "unreached") {
    known.set(key, { at, outcome });
  }
  const oldest = known.keys().next().value;
  if (known.size > KNOWN_MAX && oldest !== undefined) {
    known.delete(oldest);
  }
}
