/** A document of the board on a screen of its own; what is gone is said plainly, in any language. */

import type { ComponentChildren } from "preact";
import { say } from "../../../words/words";
import type { Loaded } from "../../loading";
import { LinkButton, Notice, Shown } from "../../parts";

const NOT_FOUND = 404;

export function Here<T>(props: {
  loaded: Loaded<T>;
  children: (document: T) => ComponentChildren;
}) {
  if (props.loaded.refusal?.status === NOT_FOUND) {
    return (
      <>
        <Notice>
          {say("This is not here any more: it is over, was taken back, or was written anew.")}
        </Notice>
        <LinkButton to={["board"]}>{say("To the board")}</LinkButton>
      </>
    );
  }
  return <Shown loaded={props.loaded}>{props.children}</Shown>;
}
