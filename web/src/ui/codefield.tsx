/** Where the code is typed that a node, or whoever looks after it, shows. */

import { say } from "../words/words";
import { Field } from "./parts";

export function CodeField(props: { value: string; change: (code: string) => void }) {
  return (
    <Field
      label={say("Code of the node")}
      value={props.value}
      change={props.change}
      hint={say("8 letters and digits that the node shows, or whoever looks after it.")}
      max={16}
      keyboard="code"
    />
  );
}
