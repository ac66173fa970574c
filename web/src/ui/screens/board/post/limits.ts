/** Bounds that somebody met while writing, said in the reader's language and with what to do. */

import { LimitError } from "../../../../core/errors";
import { Refused, Unreachable } from "../../../../node/client";
import { StorageLost } from "../../../../person/store";
import { say } from "../../../../words/words";
import { storageWords } from "../../../problems";
import { refusedWords } from "../../../refused";

/** Returns the sentence for a bound, or for a node's no; throws on whatever is a bug of ours. */
export function limitSentence(error: unknown): string {
  if (error instanceof Unreachable) {
    return say("The node does not answer. Are you in its Wi-Fi?");
  }
  if (error instanceof Refused) {
    return refusedWords(error);
  }
  if (error instanceof StorageLost) {
    return storageWords(error);
  }
  if (!(error instanceof LimitError)) {
    throw error;
  }
  const { characters, most } = error.values;
  switch (error.reason) {
    case "too_long":
      return characters === undefined
        ? say("The text is too long. Shorten it.")
        : say("{characters} characters are too many; {most} fit. Shorten it.", {
            characters,
            most: most ?? "",
          });
    case "too_large":
      return say("The text is too long for the radio. Say it shorter.");
    case "many_lines":
      return say("Only one line is possible here.");
    case "bad_character":
      return say("The text has an invisible character that is not allowed. Type it anew.");
    case "empty_text":
    case "empty_title":
      return say("Write a few words first.");
    case "kept_up":
      return say("It was kept up as long as may be. Take it back and post it anew.");
    case "over":
      return say("That time is over. Choose a later one.");
    case "taken":
      return say("It is taken then. Choose a time that is free.");
    case "no_span":
    case "bad_window":
      return say("Say from when and until when; the end comes after the beginning.");
    case "too_late":
      return say("That is too far ahead. Choose an earlier time.");
    default:
      return say("Something is missing, or does not fit together. Look at it once more.");
  }
}
