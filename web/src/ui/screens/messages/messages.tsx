/** The screen Messages. */

import { say } from "../../../words/words";
import { Screen } from "../../parts";

export function Messages(_: { path: readonly string[] }) {
  return <Screen title={say("Messages")}>{null}</Screen>;
}
