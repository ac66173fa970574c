/** The parts of the screen Messages, by the words of the address. Loaded with the mailbox. */

import "./messages.css";
import type { Mailbox } from "../../../person/mail";
import { later } from "../../later";
import { Conversation } from "./conversation";
import { Conversations } from "./conversations";

const NewMessage = later(async () => (await import("./newmessage")).NewMessage);
const Settings = later(async () => (await import("./settings")).Settings);
const Circles = later(async () => (await import("./circles")).Circles);

export function Room({ box, path }: { box: Mailbox; path: readonly string[] }) {
  const [part, ...rest] = path;
  switch (part) {
    case "with":
      return <Conversation key={rest[0]} box={box} conversation={rest[0] ?? ""} />;
    case "new":
      return <NewMessage box={box} />;
    case "settings":
      return <Settings box={box} />;
    case "circles":
      return <Circles box={box} path={rest} />;
    default:
      return <Conversations box={box} />;
  }
}
