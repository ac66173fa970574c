/** What a screen says of messages: who, when, how far. Pure but for the language. */

import { EPOCH_MS } from "../../../core/object";
import type { Mailbox } from "../../../person/mail";
import type { Trouble } from "../../../person/trouble";
import { isCircleKey } from "../../../private/circlerecords";
import { missingCount } from "../../../private/letters";
import {
  isAtLeast,
  isSent,
  type Mail,
  type Message,
  type Received,
  type Refusal,
  type Sent,
} from "../../../private/records";
import { contactOf, type Roster } from "../../../private/roster";
import { clock, dayAndClock } from "../../../words/times";
import { count, say } from "../../../words/words";
import { refusedWords } from "../../refused";

const PREVIEW_CHARACTERS = 80;
const DAY_MIN = 1440;
/** Nodes that lack a message; a whole list of them would hide the message. */
const LACKING_SHOWN = 3;

/** A conversation in the list of all. */
export interface Overview {
  readonly key: string;
  readonly name: string;
  readonly isCircle: boolean;
  readonly unread: number;
  readonly last: Message | null;
}

/** Returns all conversations: with something unread first, then the newest. */
export function overviews(mail: Readonly<Mail>, roster: Roster | null): Overview[] {
  const found = new Map<string, { unread: number; last: Message | null }>();
  for (const [key, circle] of mail.circles) {
    if (!circle.isLeft && circle.epochs.length > 0) {
      found.set(key, { unread: 0, last: null });
    }
  }
  for (const one of [...mail.sent.values(), ...mail.received.values()]) {
    const known = found.get(one.conversation) ?? { unread: 0, last: null };
    found.set(one.conversation, {
      unread: known.unread + (isSent(one) || one.isRead ? 0 : 1),
      last: known.last && known.last.order > one.order ? known.last : one,
    });
  }
  return [...found]
    .map(([key, { unread, last }]) => ({
      key,
      name: nameOf(key, mail, roster),
      isCircle: isCircleKey(key),
      unread,
      last,
    }))
    .sort(
      (a, b) =>
        Number(b.unread > 0) - Number(a.unread > 0) ||
        (b.last?.order ?? 0) - (a.last?.order ?? 0) ||
        a.name.localeCompare(b.name),
    );
}

/** Returns the name of a conversation, with digits where it looks like another's. */
export function nameOf(key: string, mail: Readonly<Mail>, roster: Roster | null): string {
  const contact = roster && contactOf(roster, key);
  const unknown = isCircleKey(key) ? say("Circle") : key.slice(0, 8);
  return contact?.shownName ?? mail.names.get(key) ?? unknown;
}

/** Returns who wrote a message. */
export function writerOf(message: Message, { mail, roster }: Mailbox): string {
  if (isSent(message)) {
    return say("You");
  }
  if (!isCircleKey(message.conversation)) {
    return nameOf(message.conversation, mail, roster.value);
  }
  const owner = roster.value?.owners.get(message.device);
  return owner?.shownName ?? message.device.slice(0, 8);
}

/** Returns when a message was made, for people. */
export function whenOf(message: Message, nowMin: number): string {
  return timeOf(isSent(message) ? message.writtenMin : message.madeMin, nowMin);
}

/** Returns a minute for people: with the day unless it is within the last one. */
export function timeOf(minute: number, nowMin: number): string {
  const moment = new Date(EPOCH_MS + minute * 60_000).toISOString();
  return Math.abs(nowMin - minute) < DAY_MIN / 2 ? clock(moment) : dayAndClock(moment);
}

/** Returns the beginning of a message. */
export function previewOf(message: Message): string {
  const text = message.text ?? tooNew();
  const line = text.replace(/\s+/gu, " ");
  return line.length > PREVIEW_CHARACTERS ? `${line.slice(0, PREVIEW_CHARACTERS)}…` : line;
}

/** Returns the text of a message. */
export function textOf(message: Sent | Received): string {
  return message.text ?? tooNew();
}

/** Returns how far a message of ours came, and what is to be known about that. */
export function progressOf(sent: Sent, name: string, nowMin: number): string[] {
  const sentences = [stateOf(sent, name)];
  if (sent.state === "on_node" || sent.state === "passed_on") {
    for (const { name: node, lastContactMin } of sent.lacking.slice(0, LACKING_SHOWN)) {
      const time = timeOf(lastContactMin, nowMin);
      sentences.push(say("{node} has not got it yet, last contact {time}.", { node, time }));
    }
  }
  const keys = sent.copies.flatMap((copy) => copy.keys);
  if (keys.some((key) => key.untilMin === null)) {
    sentences.push(
      say(
        "{name} announced no fresh key lately. Whoever gets that device one day can still read this message.",
        { name },
      ),
    );
  }
  return sentences;
}

/** Returns until when a message is tried, or null if nothing more is done for it. */
export function untilOf(sent: Sent, nowMin: number): string | null {
  const time = timeOf(sent.endMin, nowMin);
  return isAtLeast(sent.state, "expired") ? null : say("It is tried until {time}.", { time });
}

/** Returns what is missing from a conversation. */
export function gapsOf(conversation: string, { mail, roster }: Mailbox): string[] {
  const contact = roster.value && contactOf(roster.value, conversation);
  const missing = (contact?.devices ?? [])
    .map(({ key }) => missingCount(mail.tracks.get(key) ?? []))
    .filter((number) => number > 0)
    .map((number) =>
      count(
        "{count} message is missing in between. It may still come.",
        "{count} messages are missing in between. They may still come.",
        number,
      ),
    );
  const removed = mail.removed.get(conversation) ?? 0;
  const made = count(
    "{count} old message was removed to make room.",
    "{count} old messages were removed to make room.",
    removed,
  );
  return removed > 0 ? [...missing, made] : missing;
}

/** Returns what keeps this phone from its node, or null. */
export function troubleWords(trouble: Trouble): string | null {
  switch (trouble) {
    case "clock":
      return say("The node does not know the time. Messages wait until somebody sets its clock.");
    case "community":
      return say("This node belongs to another community. Your messages wait for your own node.");
    case "not_member":
      return say("The community does not know this phone yet. What you write waits here.");
    case "not_paired":
    case "revoked":
      return refusedWords({ reason: trouble });
    case "busy":
      return say("The node has much to do. It is tried again in a moment.");
    case "storage":
      return say("This phone cannot save anything now. Is its memory full?");
    default:
      return null;
  }
}

function stateOf(sent: Sent, name: string): string {
  switch (sent.state) {
    case "written":
      return say("On this phone only. No node has it yet.");
    case "refused":
      return say("The node did not take it. It is tried again. {reason}", {
        reason: whyOf(sent.refusal),
      });
    case "on_node":
      return say("Lies on this node. No other node is known to have it.");
    case "passed_on":
      return say("Lies on this node, and on: {nodes}.", { nodes: sent.places.join(", ") });
    case "expired":
      return isCircleKey(sent.conversation)
        ? say("Its time is over.")
        : say("Its time is over. Nobody said that it arrived, so it may have or not.");
    case "reached":
      return say("Reached a phone of {name}.", { name });
    case "read":
      return say("{name} has read it.", { name });
  }
}

/** Returns why a node did not take something. */
function whyOf(refusal: Refusal | null): string {
  if (refusal?.reason === "too_long") {
    return say("It is too long for so many devices. Write it in two parts.");
  }
  return refusal === null ? "" : refusedWords(refusal);
}

function tooNew(): string {
  return say("This message needs a newer version of the app.");
}
