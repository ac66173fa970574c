/** What a screen says when a message cannot be written, a circle not made. */

import { LimitError } from "../../../core/errors";
import { say } from "../../../words/words";
import { problemWords } from "../../problems";

/** Returns a sentence for people; throws on what is a mistake of ours. */
export function failureWords(error: unknown): string {
  if (error instanceof DOMException) {
    return say("This phone cannot save anything now. Is its memory full?");
  }
  if (!(error instanceof LimitError)) {
    return problemWords(error);
  }
  const { reason, values } = error;
  switch (reason) {
    case "empty":
      return say("Write something first.");
    case "too_many_characters":
      return say("{count} characters are too many, {most} are possible. Write it in two parts.", {
        count: values.count ?? "",
        most: values.most ?? "",
      });
    case "too_long":
      return say("It is too long for so many devices. Write it in two parts.");
    case "too_many_waiting":
      return say("Too many messages wait for a node already. Go to one first.");
    case "no_circle_keys":
      return say("This phone has no keys of this circle. Ask who made it.");
    case "no_founder":
    case "no_device":
      return say("They have no device now that could answer.");
    case "circle_full":
      return say("This circle is full: {most} devices are the most.", { most: values.most ?? "" });
    case "too_many_circles":
      return say("You are in as many circles as a phone can keep. Leave one first.");
    case "empty_name":
      return say("Give it a name.");
    case "long_name":
      return say("This name is too long. Choose a shorter one.");
    case "bad_character":
      return say("There is an invisible character in it. Remove it.");
    default:
      return problemWords(error);
  }
}
