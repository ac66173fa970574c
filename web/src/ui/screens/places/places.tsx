/** The screen Places. */

import { say } from "../../../words/words";
import { Screen } from "../../parts";

export function Places(_: { path: readonly string[] }) {
  return <Screen title={say("Places")}>{null}</Screen>;
}
