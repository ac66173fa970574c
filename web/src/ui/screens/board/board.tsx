/** The screen Board. */

import { say } from "../../../words/words";
import { Screen } from "../../parts";

export function Board(_: { path: readonly string[] }) {
  return <Screen title={say("Board")}>{null}</Screen>;
}
