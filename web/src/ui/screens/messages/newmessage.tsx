/** Choosing to whom to write. */

import { useState } from "preact/hooks";
import type { Mailbox } from "../../../person/mail";
import type { Contact } from "../../../private/roster";
import { say } from "../../../words/words";
import { person } from "../../app";
import { Card, Field, Name, Notice, Screen } from "../../parts";

/** Names that are drawn at once; with more, searching is faster than scrolling. */
const SHOWN_AT_ONCE = 30;

export function NewMessage({ box }: { box: Mailbox }) {
  const [text, setText] = useState("");
  const everybody = contactsOf(box).filter((one) => one.fingerprint !== person.value?.fingerprint);
  const found = withName(everybody, text);
  return (
    <Screen title={say("New message")} back={["messages"]}>
      {box.roster.value === null && (
        <Notice>
          {say("The list of members comes from the node. Until then you see whom you know.")}
        </Notice>
      )}
      <Field label={say("Name")} type="search" value={text} change={setText} max={80} />
      {found.slice(0, SHOWN_AT_ONCE).map((one) => (
        <Card key={one.fingerprint} to={["messages", "with", one.fingerprint]}>
          <Name text={one.shownName} />
          {box.roster.value !== null && one.devices.length === 0 && (
            <p class="quiet">{say("Has no device now that could read it.")}</p>
          )}
        </Card>
      ))}
      {found.length === 0 && <p class="quiet">{say("Nobody with this name.")}</p>}
      {found.length > SHOWN_AT_ONCE && (
        <p class="quiet">{say("There are more. Type a part of the name.")}</p>
      )}
    </Screen>
  );
}

/** Returns the members, or whom this phone knows of while no node was met. */
export function contactsOf(box: Mailbox): readonly Contact[] {
  const roster = box.roster.value;
  const known = [...box.record.value.names.keys()].filter((key) => /^[0-9a-f]{32}$/.test(key));
  const all = roster?.contacts ?? known.map((key) => box.contact(key));
  return [...all].sort((a, b) => a.shownName.localeCompare(b.shownName));
}

/** Returns those whose names have these letters, or whose fingerprints begin so. */
export function withName(contacts: readonly Contact[], text: string): readonly Contact[] {
  const wanted = text.trim().toLowerCase();
  return contacts.filter(
    ({ shownName, fingerprint }) =>
      shownName.toLowerCase().includes(wanted) ||
      (wanted.length >= 4 && fingerprint.startsWith(wanted)),
  );
}
