/** One conversation: what was said, how far it came, and a place to write. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Mailbox } from "../../../person/mail";
import { isCircleKey } from "../../../private/circlerecords";
import { conversationOf, repliedBy } from "../../../private/mailbox";
import { replyReference } from "../../../private/outbox";
import { MESSAGE_CHARACTERS_MAX } from "../../../private/payload";
import { isSent, type Message } from "../../../private/records";
import { contactOf } from "../../../private/roster";
import { say } from "../../../words/words";
import { forgetDrafts, useDraft } from "../../drafts";
import { Button, Choice, Field, LinkButton, Name, Notice, Screen, Words } from "../../parts";
import { apart } from "../board/wording";
import { failureWords } from "./failures";
import {
  gapsOf,
  nameOf,
  previewOf,
  progressOf,
  textOf,
  troubleWords,
  untilOf,
  whenOf,
  writerOf,
} from "./letters";

/** Messages that are drawn at once; the older ones come at a tap. */
const SHOWN_AT_ONCE = 40;

export function Conversation({ box, conversation }: { box: Mailbox; conversation: string }) {
  const mail = box.record.value;
  const name = nameOf(conversation, mail, box.roster.value);
  const all = conversationOf(mail, conversation);
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const [answered, setAnswered] = useState<Message | null>(null);
  const hasUnread = all.some((one) => !isSent(one) && !one.isRead);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const look = () => {
      if (hasUnread && document.visibilityState === "visible") {
        void box.read(conversation);
      }
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [hasUnread, all.length]);
  useEffect(() => void box.prepare(), [box]);
  useEffect(() => end.current?.scrollIntoView?.({ block: "end" }), [all.length]);
  const trouble = troubleWords(box.trouble.value);
  const contact = box.roster.value && contactOf(box.roster.value, conversation);
  if (all.length === 0 && isCircleKey(conversation) && !mail.circles.has(conversation)) {
    return (
      <Screen title={name} back={["messages", "circles"]}>
        <p>{say("You are not in this circle.")}</p>
      </Screen>
    );
  }
  return (
    <Screen title={name} back={["messages"]}>
      <Heads box={box} conversation={conversation} />
      {gapsOf(conversation, box).map((gap) => (
        <p class="quiet" key={gap}>
          {gap}
        </p>
      ))}
      {all.length > shown && (
        <Button act={() => setShown(shown + SHOWN_AT_ONCE)}>{say("Show older messages")}</Button>
      )}
      <ol class="bubbles">
        {all.slice(-shown).map((one) => (
          <Bubble key={one.id} box={box} message={one} all={all} answer={() => setAnswered(one)} />
        ))}
      </ol>
      {trouble && <Notice>{trouble}</Notice>}
      {contact?.isDoubted && (
        <Notice tone="severe">
          {say(
            "This node names a phone of {name} for which nothing vouches. Nothing is sent to it, and nothing that it sends is shown.",
            { name },
          )}
        </Notice>
      )}
      <Writing
        key={conversation}
        box={box}
        conversation={conversation}
        answered={answered}
        done={() => setAnswered(null)}
      />
      <div ref={end} />
    </Screen>
  );
}

/** What can be done about the conversation as a whole. */
function Heads({ box, conversation }: { box: Mailbox; conversation: string }) {
  if (isCircleKey(conversation)) {
    return (
      <LinkButton to={["messages", "circles", conversation]}>{say("Who is in it")}</LinkButton>
    );
  }
  const isBlocked = box.record.value.blocked.includes(conversation);
  return isBlocked ? (
    <Notice>
      <p>{say("You blocked this person. What they send does not reach you.")}</p>
      <Button act={() => void box.block(conversation, false)}>{say("Unblock")}</Button>
    </Notice>
  ) : (
    <details>
      <summary>{say("More")}</summary>
      <p class="quiet">{say("What they send does not reach you. They are not told.")}</p>
      <Button act={() => void box.block(conversation, true)} isDanger>
        {say("Block")}
      </Button>
    </details>
  );
}

interface BubbleProps {
  readonly box: Mailbox;
  readonly message: Message;
  readonly all: readonly Message[];
  readonly answer: () => void;
}

function Bubble({ box, message, all, answer }: BubbleProps) {
  const isOwn = isSent(message);
  const replied = repliedBy(all, message);
  const name = nameOf(message.conversation, box.record.value, box.roster.value);
  const progress = isOwn ? progressOf(message, name, box.minute) : [];
  const until = isOwn ? untilOf(message, box.minute) : null;
  return (
    <li class={isOwn ? "bubble own" : "bubble"}>
      <small>
        <Name text={writerOf(message, box)} />, {whenOf(message, box.minute)}
      </small>
      {replied && (
        <blockquote>
          <Name text={writerOf(replied, box)} />: <Name text={previewOf(replied)} />
        </blockquote>
      )}
      <Words text={textOf(message)} />
      {progress.map((sentence) => (
        <small class="state" key={sentence}>
          {sentence}
        </small>
      ))}
      <details>
        <summary>{say("More")}</summary>
        {until && <p>{until}</p>}
        <div class="row">
          {replyReference(message) !== null && <Button act={answer}>{say("Answer this")}</Button>}
          <Button act={() => void box.remove(message.id)} isDanger>
            {say("Delete here")}
          </Button>
        </div>
        <small>{say("Others keep their copies.")}</small>
      </details>
    </li>
  );
}

interface WritingProps {
  readonly box: Mailbox;
  readonly conversation: string;
  readonly answered: Message | null;
  readonly done: () => void;
}

const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
/** For how long a message is tried; who writes "come now" does not want it read tomorrow. */
const TRIED = {
  hours: 3 * HOUR_MINUTES,
  day: DAY_MINUTES,
  week: 7 * DAY_MINUTES,
  weeks: 14 * DAY_MINUTES,
} as const;
type Tried = keyof typeof TRIED;

function Writing({ box, conversation, answered, done }: WritingProps) {
  const [tried, setTried] = useState<Tried>("week");
  const draft = `message/${conversation}`;
  const [text, setText] = useDraft(draft, () => "");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const send = async () => {
    setBusy(true);
    try {
      await box.write(conversation, text, answered && replyReference(answered), TRIED[tried]);
      setText("");
      forgetDrafts(draft);
      setFailure(null);
      done();
    } catch (error) {
      setFailure(failureWords(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-label={say("Write a message")}>
      {answered && (
        <div class="answered">
          <span>{say("Your answer to: {words}", { words: apart(previewOf(answered)) })}</span>
          <Button act={done}>{say("Not as an answer")}</Button>
        </div>
      )}
      <Field
        label={say("Your message")}
        value={text}
        change={setText}
        lines={3}
        max={2 * MESSAGE_CHARACTERS_MAX}
      />
      <details>
        <summary>{say("For how long is it tried? {time}", { time: triedWord(tried) })}</summary>
        <Choice
          label={say("If it has not got there by then, it is deleted on the way.")}
          value={tried}
          options={(Object.keys(TRIED) as Tried[]).map((one) => [one, triedWord(one)] as const)}
          change={setTried}
        />
      </details>
      {failure && <Notice tone="severe">{failure}</Notice>}
      <Button act={() => void send()} isMain isBusy={isBusy}>
        {say("Send")}
      </Button>
    </section>
  );
}

function triedWord(tried: Tried): string {
  switch (tried) {
    case "hours":
      return say("Three hours");
    case "day":
      return say("A day");
    case "week":
      return say("A week");
    case "weeks":
      return say("Two weeks");
  }
}
