/** Screens that come when they are first needed, so that the board is there sooner. */

import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say } from "../words/words";
import { Notice } from "./parts";

/** Returns a view that loads the real one the first time, and says so meanwhile. */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
): (props: P) => VNode {
  let known: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [view, setView] = useState<ComponentType<P> | null>(() => known);
    const [isFailed, setFailed] = useState(false);
    useEffect(() => {
      if (known === null) {
        load().then(
          (loaded) => {
            known = loaded;
            setView(() => loaded);
          },
          () => setFailed(true),
        );
      }
    }, []);
    if (view !== null) {
      const View = view;
      return <View {...props} />;
    }
    return isFailed ? (
      <Notice>{say("The node does not answer. Are you in its Wi-Fi?")}</Notice>
    ) : (
      <p class="quiet" aria-busy="true">
        {say("One moment …")}
      </p>
    );
  };
}
