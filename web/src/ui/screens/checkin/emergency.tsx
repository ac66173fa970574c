/** What this is not. */

import { say } from "../../../words/words";
import { Notice } from "../../parts";

/** Stands above every form that asks for help. */
export function Emergency() {
  return (
    <Notice tone="severe">
      {say("If somebody's life is in danger, call 112 first, if that works.")}{" "}
      <a class="button plain" href="tel:112">
        112
      </a>
    </Notice>
  );
}
