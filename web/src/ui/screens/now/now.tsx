/** The screen Now. */

import { say } from "../../../words/words";
import { Screen } from "../../parts";

export function Now(_: { path: readonly string[] }) {
  return <Screen title={say("Now")}>{null}</Screen>;
}
