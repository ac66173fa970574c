/** New times that people can book, or a queue: a few numbers, and what they come to. */

import { useState } from "preact/hooks";
import type { WholePlace } from "../../../node/documents/places";
import { nowMs } from "../../../words/now";
import { count, say } from "../../../words/words";
import { slotsPosting } from "../../acts/slots";
import { useDocument } from "../../loading";
import { Button, Choice, Field, Notice } from "../../parts";
import { Sent, useSending } from "../../sending";
import { nodeFingerprint } from "./authority";

const TITLE_CHARACTERS_MAX = 60;
const TEXT_CHARACTERS_MAX = 300;
const COUNT_MAX = 366;
const CAPACITY_MAX = 10_000;
const LENGTH_MINUTES_MAX = 1440;
/** What nodes sign about it lives no longer. */
const REACH_MS = 90 * 86_400_000;

type Way = "slots" | "queue";
type Yes = "automatic" | "by-hand";

export function OpenSlots({ place }: { place: WholePlace }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <h2>{say("Let people book")}</h2>
      {isOpen ? (
        <SlotsForm place={place} />
      ) : (
        <Button act={() => setOpen(true)}>{say("Open new times or a queue")}</Button>
      )}
    </>
  );
}

function SlotsForm({ place }: { place: WholePlace }) {
  const community = useDocument<{ readonly node: { readonly key: string } }>(
    "/community",
    {},
    false,
  );
  const sending = useSending();
  const [way, setWay] = useState<Way>("slots");
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const [start, setStart] = useState("");
  const [length, setLength] = useState("15");
  const [times, setTimes] = useState("8");
  const [capacity, setCapacity] = useState("2");
  const [yes, setYes] = useState<Yes>("automatic");
  const isQueue = way === "queue";
  const startMs = Date.parse(start);
  const lengthMinutes = whole(length, 1, LENGTH_MINUTES_MAX);
  const counted = whole(times, 1, COUNT_MAX);
  const room = whole(capacity, 1, CAPACITY_MAX);
  const isSoon = startMs < nowMs() + REACH_MS && startMs > nowMs() - 86_400_000;
  const isWhole = title.trim() !== "" && isSoon && community.document !== null;
  const open = () =>
    sending.postWords(title + text, (texts) =>
      slotsPosting(
        texts,
        {
          title,
          text,
          place: place.root,
          authority: nodeFingerprint(community.document?.node.key ?? ""),
          startMs,
          lengthMinutes,
          count: counted,
          capacity: room,
          claimMax: isQueue ? 1 : Math.min(4, room),
          isQueue,
          isAutomatic: yes === "automatic",
        },
        say("Open: {what}", { what: title }),
      ),
    );
  if (sending.sent !== null) {
    return <Sent sending={sending} />;
  }
  return (
    <>
      <Choice
        label={say("What?")}
        value={way}
        options={[
          ["slots", say("Times to book")],
          ["queue", say("A queue with numbers")],
        ]}
        change={setWay}
      />
      <Field
        label={say("Title")}
        value={title}
        change={setTitle}
        max={TITLE_CHARACTERS_MAX}
        hint={say("As in: Vaccination, drinking water, repair hour")}
      />
      <Field
        label={say("What else is there to say?")}
        value={text}
        change={setText}
        lines={2}
        max={TEXT_CHARACTERS_MAX}
      />
      <Field label={say("Begins")} type="datetime-local" value={start} change={setStart} />
      <Field
        label={isQueue ? say("Open for how many minutes?") : say("Minutes of each time")}
        type="number"
        value={length}
        change={setLength}
      />
      {!isQueue && (
        <Field label={say("How many times?")} type="number" value={times} change={setTimes} />
      )}
      <Field
        label={isQueue ? say("How many numbers?") : say("Places at each time")}
        type="number"
        value={capacity}
        change={setCapacity}
      />
      {!isQueue && (
        <Choice
          label={say("Who says yes?")}
          value={yes}
          options={[
            ["automatic", say("The node, at once")],
            ["by-hand", say("You, each time")],
          ]}
          change={setYes}
        />
      )}
      <p>
        {isQueue
          ? count("{count} number.", "{count} numbers.", room)
          : count("{count} place in all.", "{count} places in all.", counted * room)}{" "}
        {say("This node books them. Times and numbers cannot be changed later.")}
      </p>
      {start !== "" && !isSoon && (
        <Notice>{say("The beginning has to be within the next 90 days.")}</Notice>
      )}
      <Button isMain isBusy={sending.isBusy} isOff={!isWhole} act={() => void open()}>
        {say("Open it")}
      </Button>
      <Sent sending={sending} />
    </>
  );
}

function whole(text: string, least: number, most: number): number {
  return Math.min(most, Math.max(least, Number.parseInt(text, 10) || least));
}
