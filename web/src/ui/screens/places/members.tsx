/** What stands where something is for members only. */

import { say } from "../../../words/words";
import { LinkButton, Notice } from "../../parts";

/** Says what a reader can do who has not joined. */
export function JoinFirst() {
  return (
    <Notice tone="info">
      {say("For this you have to join first.")} <LinkButton to={["join"]}>{say("Join")}</LinkButton>
    </Notice>
  );
}
