/** Which node this is, and whom it has heard: as far as news from here gets. */

import { useEffect } from "preact/hooks";
import type { Status } from "../../../node/documents/node";
import { hearClock } from "../../../words/now";
import { ago } from "../../../words/times";
import { count, say } from "../../../words/words";
import { useDocument } from "../../loading";

export function Reach() {
  const { document } = useDocument<Status>("/status");
  // Whoever sets the phone's clock while the page is open is not told the time wrong from then on.
  useEffect(() => {
    if (document !== null) {
      hearClock(document.clock);
    }
  }, [document]);
  if (document === null) {
    return null;
  }
  const { name, neighbours, clock } = document;
  const last = Math.min(...neighbours.map((one) => one.last_contact_s));
  return (
    <>
      <h2>{say("The node “{node}”", { node: name })}</h2>
      <p>
        {neighbours.length === 0
          ? say("It has heard no other node yet. What you write stays here for now.")
          : count(
              "It has heard {count} other node, last {ago}.",
              "It has heard {count} others, last {ago}.",
              neighbours.length,
              { ago: ago(last) },
            )}
      </p>
      {clock.quality === "unknown" && (
        <p>{say("It does not know what time it is. What you write waits until it does.")}</p>
      )}
    </>
  );
}
