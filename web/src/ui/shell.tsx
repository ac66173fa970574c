/** The frame around every screen: the tabs below, where a thumb is, and what is wrong above. */

import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { catalogue, say } from "../words/words";
import { reach } from "./app";
import { Icon } from "./icons";
import { unreadCount } from "./mail";
import { Notice } from "./parts";
import { href, route } from "./route";
import { SCREENS } from "./screens";
import { namesOthers } from "./trust";

/** A screen gets the words of the address behind its own. */
export type ScreenView = ComponentType<{ path: readonly string[] }>;

/** The whole page. */
export function Shell() {
  const [first = "now", ...path] = route.value;
  const View = SCREENS[first] ?? SCREENS.now;
  const { language, direction } = catalogue.value;
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
  }, [language, direction]);
  useEffect(() => document.getElementById("main")?.focus({ preventScroll: true }), [first]);
  return (
    <>
      {!reach.value.isThere && (
        <Notice>
          {say("No contact with the node. What you write stays on this phone until it is back.")}
        </Notice>
      )}
      {namesOthers.value && (
        <Notice tone="severe">
          {say(
            "This node names other stewards than this phone knows, and nothing shows that they were agreed on. Do not rely on what it says before you have asked somebody.",
          )}{" "}
          <a href={href("me", "stewards")}>{say("What to do")}</a>
        </Notice>
      )}
      {View && <View path={path} />}
      <Tabs current={first} />
    </>
  );
}

function Tabs({ current }: { current: string }) {
  const tabs = [
    ["now", say("Now")],
    ["board", say("Board")],
    ["places", say("Places")],
    ["messages", say("Messages")],
    ["me", say("Me")],
  ] as const;
  return (
    <nav class="tabs" aria-label={say("Screens")}>
      {tabs.map(([name, shown]) => (
        <a key={name} href={href(name)} aria-current={name === current ? "page" : undefined}>
          <Icon name={name} />
          {shown}
          {name === "messages" && <Unread />}
        </a>
      ))}
    </nav>
  );
}

/** How many messages nobody has seen yet. */
function Unread() {
  const number = unreadCount.value;
  return number === 0 ? null : <b class="unread">{number}</b>;
}
