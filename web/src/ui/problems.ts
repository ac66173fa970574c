/**
 * What went wrong, in the reader's words, and what to do next.
 *
 * Not for: what a node refused; `refused` says that.
 */

import { LimitError, PeerError } from "../core/errors";
import { Refused, Unreachable } from "../node/client";
import { ClockUnknown, NotPaired, OtherCommunity } from "../person/failures";
import { StorageLost } from "../person/store";
import { count, say } from "../words/words";
import { refusedWords } from "./refused";

/** Returns a sentence or two for an error; throws it on if it is a mistake of this program. */
export function problemWords(error: unknown): string {
  if (error instanceof LimitError) {
    return limitWords(error);
  }
  if (error instanceof Refused) {
    return refusedWords(error);
  }
  if (error instanceof Unreachable) {
    return say("The node does not answer. Are you in its Wi-Fi?");
  }
  if (error instanceof ClockUnknown) {
    return say(
      "The node does not know what time it is. Whoever looks after it must set its clock first.",
    );
  }
  if (error instanceof OtherCommunity) {
    return say("This node belongs to another neighbourhood than it said. Nothing was kept.");
  }
  if (error instanceof NotPaired) {
    return say("This node does not know this phone yet. Connect it first, under “Me”.");
  }
  if (error instanceof StorageLost) {
    return storageWords(error);
  }
  if (error instanceof PeerError) {
    return peerWords(error);
  }
  throw error;
}

/** Returns why this phone keeps nothing, and what helps. */
export function storageWords({ isFull }: StorageLost): string {
  return isFull
    ? say("This phone cannot save anything now. Is its memory full?")
    : say(
        "This browser keeps nothing for this page. Open it in an ordinary window, not a private one.",
      );
}

function limitWords(error: LimitError): string {
  const { reason, values } = error;
  switch (reason) {
    case "name_empty":
      return say("Type a name first.");
    case "name_too_long":
      return say("This name is too long. Choose a shorter one.");
    case "invite_used":
      return say("This invitation was used up or taken back. Ask for another one.");
    case "invite_over":
      return say("This invitation is over. Ask for another one.");
    case "invite_class":
      return say("This invitation is not for people. Ask for another one.");
    case "other_code":
      return say(
        "The node computed other digits than this phone. Do not go on here, and tell whoever looks after it.",
      );
    case "no_paper":
      return say("For this your recovery words are needed.");
    case "other_paper":
      return say("These words belong to somebody else.");
    case "outbox_full":
      return say("Too much waits on this phone already. Go near the node first.");
    case "paper_count":
      return count(
        "Here is {count} word; the sheet has 12.",
        "Here are {count} words; the sheet has 12.",
        Number(values.words ?? 0),
      );
    case "paper_word":
      return say("“{word}” is not one of the words. Compare it with the sheet.", {
        word: String(values.word ?? ""),
      });
    case "paper_line":
      return say("The code of the sheet is damaged. Type the 12 words instead.");
    case "paper_order":
      return say(
        "These words do not belong together: one is another than on the sheet, or two are swapped.",
      );
    case "paper_number":
    case "paper_length":
      return say("Type the 12 words in their order, without numbers.");
    default:
      return error.message;
  }
}

function peerWords(error: PeerError): string {
  if (error.reason === "wrong_node") {
    return say(
      "Another node answered than the one whose code you have. Do not go on here, and tell whoever looks after it.",
    );
  }
  return say("This is not the code that the node shows. It has 8 letters and digits.");
}
