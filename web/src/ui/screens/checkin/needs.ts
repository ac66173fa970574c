/** What can be missing, in the order of the numbers on the wire (docs/spec/calls.md section 1). */

import { say } from "../../../words/words";

export const NEEDS = [
  "water",
  "food",
  "medicine",
  "medical-care",
  "power",
  "warmth",
  "transport",
  "company",
  "shelter",
  "information",
  "child",
  "animal",
] as const;
export type Need = (typeof NEEDS)[number];

/** Returns a need as it is tapped. */
export function needWord(need: Need): string {
  const words: Readonly<Record<Need, string>> = {
    water: say("Drinking water"),
    food: say("Something to eat"),
    medicine: say("Medicine"),
    "medical-care": say("Medical care"),
    power: say("Power for a device"),
    warmth: say("Warmth"),
    transport: say("A way to get somewhere"),
    company: say("Somebody to be there"),
    shelter: say("A place to stay"),
    information: say("Information"),
    child: say("There are children"),
    animal: say("There are animals"),
  };
  return words[need];
}
