/** Putting a step or a notice into the outbox, and the board anew after it. */

import type { Texts } from "../../../core/text/texts";
import { textsToWrite } from "../../../node/texts";
import type { Outgoing, Posting } from "../../../person/person";
import { catalogue } from "../../../words/words";
import { person, revision, theNode } from "../../app";

/**
 * Composes and posts. Throws `LimitError` for whoever wrote it.
 *
 * `compose` gets what writes texts shortest in the reader's language, as far as it is there.
 */
export async function signed(
  title: string,
  compose: (texts: Texts) => Omit<Posting, "title">,
): Promise<Outgoing> {
  if (person.value === null) {
    throw new Error("nobody has joined on this phone");
  }
  const texts = await textsToWrite(theNode().address, catalogue.value.language);
  const outgoing = await person.value.post({ ...compose(texts), title });
  revision.value += 1;
  return outgoing;
}
