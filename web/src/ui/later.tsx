/**
 * Parts of the app that are fetched when they are first looked at.
 *
 * Whoever belongs gets those ahead that are of use without the node (`later`): out of its Wi-Fi none
 * comes. What shows only what the node says is left where it is until then (`lazily`).
 */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say } from "../words/words";
import { Button, Notice } from "./parts";

type Load<Props> = () => Promise<ComponentType<Props>>;

const ahead: (() => Promise<unknown>)[] = [];

/** Fetches one part after the other that nobody has looked at yet. */
export async function fetchAhead(): Promise<void> {
  for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
    try {
      await next();
    } catch {
      ahead.push(next);
      return;
    }
  }
}

/** Returns a component that fetches the one it stands for; when it cannot, it says so. */
export function later<Props extends object>(load: Load<Props>): ComponentType<Props> {
  ahead.push(load);
  return lazily(load);
}

/** Returns a component as `later` does, of which nothing is fetched ahead. */
export function lazily<Props extends object>(load: Load<Props>): ComponentType<Props> {
  let known: ComponentType<Props> | null = null;
  const fetched = async () => {
    known ??= await load();
    return known;
  };
  return function Later(props: Props) {
    const [View, setView] = useState<ComponentType<Props> | null>(() => known);
    const [isLost, setLost] = useState(false);
    const fetchView = () => {
      setLost(false);
      fetched().then(
        (view) => setView(() => view),
        () => setLost(true),
      );
    };
    useEffect(() => {
      if (View === null) {
        fetchView();
      }
    }, []);
    if (View !== null) {
      return <View {...props} />;
    }
    return isLost ? (
      <Notice>
        {say("The node does not answer. Are you in its Wi-Fi?")}{" "}
        <Button act={fetchView}>{say("Try again")}</Button>
      </Notice>
    ) : (
      <p class="quiet" aria-busy="true">
        {say("One moment …")}
      </p>
    );
  };
}
