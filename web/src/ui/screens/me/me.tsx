/** The screen Me. */

import { say } from "../../../words/words";
import { Screen } from "../../parts";

export function Me(_: { path: readonly string[] }) {
  return <Screen title={say("Me")}>{null}</Screen>;
}
