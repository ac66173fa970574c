/** Screens that are seldom needed: they are loaded when somebody goes there. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say } from "../words/words";
import { Button, Notice } from "./parts";

/** Returns a component that loads the real one when it is first shown. */
export function lazily<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazily(props: P) {
    const [attempt, setAttempt] = useState(0);
    const [state, setState] = useState<"loading" | "failed" | "there">(
      loaded ? "there" : "loading",
    );
    useEffect(() => {
      if (loaded === null) {
        load().then(
          (View) => {
            loaded = View;
            setState("there");
          },
          () => setState("failed"),
        );
      }
    }, [attempt]);
    if (loaded !== null) {
      const View = loaded;
      return <View {...props} />;
    }
    if (state === "failed") {
      return (
        <Notice>
          <p>
            {say("This part of the app is not on the phone yet, and the node does not answer.")}
          </p>
          <Button act={() => setAttempt(attempt + 1)}>{say("Try again")}</Button>
        </Notice>
      );
    }
    return (
      <p class="quiet" aria-busy="true">
        {say("One moment …")}
      </p>
    );
  };
}
