/** What a reader may do about something of somebody else's: leave its author out, or moderate it. */

import { say } from "../../../words/words";
import { lazily } from "../../later";
import { isMember, isMine, isModerator } from "./me";
import { MuteButton } from "./mute";

const Moderation = lazily(() => import("./moderate").then((one) => one.Moderation));

interface Thing {
  readonly id: string;
  readonly expires: string;
  readonly author: string;
  readonly author_fingerprint: string | null;
  readonly author_name: string | null;
}

export function Others({ thing }: { thing: Thing }) {
  const { id, expires, author, author_fingerprint: fingerprint, author_name: name } = thing;
  if (isMine(thing)) {
    return null;
  }
  return (
    <>
      {isMember() && fingerprint !== null && (
        <details>
          <summary>{say("More")}</summary>
          <MuteButton fingerprint={fingerprint} name={name ?? author} />
        </details>
      )}
      {isModerator() && <Moderation target={id} expires={expires} />}
    </>
  );
}
