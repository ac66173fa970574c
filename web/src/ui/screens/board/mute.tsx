/** Leaving somebody out, and saying where a list leaves something out. */

import { useState } from "preact/hooks";
import { count, say } from "../../../words/words";
import { Button, LinkButton, Notice } from "../../parts";
import { go } from "../../route";
import { mute, muted, unmute } from "./muting";
import { apart } from "./wording";

/** How much is left out of a list, and the way to whose it is. */
export function LeftOut({ number }: { number: number }) {
  if (number === 0) {
    return null;
  }
  return (
    <LinkButton to={["board", "muted"]}>
      {count(
        "{count} entry of people you left out",
        "{count} entries of people you left out",
        number,
      )}
    </LinkButton>
  );
}

/** Leaves somebody out, after one more question. */
export function MuteButton({ fingerprint, name }: { fingerprint: string; name: string }) {
  const [isAsked, setAsked] = useState(false);
  if (Object.hasOwn(muted.value, fingerprint)) {
    return (
      <Button act={() => void unmute(fingerprint)}>
        {say("Show again what {name} writes", { name: apart(name) })}
      </Button>
    );
  }
  if (!isAsked) {
    return (
      <Button act={() => setAsked(true)}>
        {say("Leave out what {name} writes", { name: apart(name) })}
      </Button>
    );
  }
  return (
    <Notice>
      <p>
        {say(
          "It does not stand on your board any more, only on this phone, and nobody is told. Warnings still come through.",
        )}
      </p>
      <div class="row">
        <Button act={() => void mute(fingerprint, name).then(() => go("board"))}>
          {say("Leave it out")}
        </Button>
        <Button act={() => setAsked(false)}>{say("Back")}</Button>
      </div>
    </Notice>
  );
}
