/**
 * Why a node refused something, in the reader's words.
 *
 * The node's own sentence is English and for whoever types commands; nobody reads it here. Its words
 * for rules and codes never change, and a rule that is not in the list is refused without a why.
 */

import { say } from "../words/words";

/** What a node says with its no: `reason` is the rule that was met, `code` the sort of no. */
export interface Told {
  readonly reason: string | null;
  readonly code?: string;
}

/** Returns a sentence or two: why, and what to do next. */
export function refusedWords({ reason, code }: Told): string {
  return (
    whyRefused(reason ?? code ?? "") ??
    (code === undefined ? null : whyRefused(code)) ??
    say("The node refused it.")
  );
}

function whyRefused(word: string): string | null {
  switch (word) {
    case "used":
      return say("Another phone has used this code already. Ask for a new one.");
    case "busy":
      return say("The node has too much to do just now. Wait a minute and try again.");
    case "not_paired":
      return say("This node does not know this phone any more. Connect it again, under “Me”.");
    case "not_allowed":
    case "role":
      return say("For this you need a role that you do not have.");
    case "stranger":
      return say("The node does not know yet that you belong here. It will be tried again.");
    case "revoked":
      return say("Your identity, or this phone, was cut off. Ask a steward.");
    case "quota":
      return say(
        "That was enough for today: everybody has a share of the air. Try again tomorrow.",
      );
    case "full":
      return say("The node is full just now. It will be tried again.");
    case "clock_unknown":
    case "future":
      return say(
        "The node does not know what time it is. Whoever looks after it must set its clock first.",
      );
    case "lifetime":
    case "outlives_certificate":
      return say("That is too far ahead. Choose an earlier time.");
    case "withdrawn":
    case "replaced":
    case "superseded":
      return say("There is something newer of yours already.");
    case "erased":
      return say("A moderator removed this. Ask one of them why.");
    case "expired":
      return say("It was over before the node got it.");
    case "too_large":
      return say("The text is too long for the radio. Say it shorter.");
    case "not_found":
      return say("This is not here any more: it is over, was taken back, or was written anew.");
    case "store":
    case "internal":
      return say("The node cannot keep anything just now. Tell whoever looks after it.");
    default:
      return null;
  }
}
