/** Times that can be booked, and queues: asking is one thing, being booked is another. */

import { useState } from "preact/hooks";
import type { BookableThing, Slot } from "../../../node/documents/capacity";
import { nowMs } from "../../../words/now";
import { clock, day, dayAndClock } from "../../../words/times";
import { count, say } from "../../../words/words";
import { askPosting } from "../../acts/bookings";
import { person } from "../../app";
import { useDocument } from "../../loading";
import { Button, Field, LinkButton, Notice, Screen, Shown, Words } from "../../parts";
import { type Sending, Sent, useSending } from "../../sending";
import { isolated } from "./level";
import { JoinFirst } from "./members";

/** More times than this are shown only when somebody asks for them. */
const SHOWN_MAX = 12;

export function Booking({ place, thing }: { place: string; thing: string }) {
  const loaded = useDocument<BookableThing>(`/bookable/${encodeURIComponent(thing)}`);
  const title = loaded.document?.title ?? say("Book");
  return (
    <Screen title={title} back={["places", place]}>
      <Shown loaded={loaded}>{(found) => <Ask thing={found} />}</Shown>
    </Screen>
  );
}

function Ask({ thing }: { thing: BookableThing }) {
  const sending = useSending();
  const left = thing.slots.filter((one) => Date.parse(one.ends) > nowMs());
  const isOnlyOne = thing.sort === "queue" || left.length === 1;
  const [slot, setSlot] = useState<number | null>(null);
  const chosen = isOnlyOne ? (left[0] ?? null) : (left.find((one) => one.slot === slot) ?? null);
  if (sending.sent !== null) {
    return <Asked thing={thing} sending={sending} />;
  }
  return (
    <>
      {thing.text && <Words text={thing.text} />}
      {thing.where && (
        <p>
          <bdi>{thing.where}</bdi>
        </p>
      )}
      <WhoBooks thing={thing} />
      {left.length === 0 && <Notice>{say("This is over.")}</Notice>}
      {!isOnlyOne && chosen === null && <Times slots={left} choose={setSlot} />}
      {chosen && (
        <p>
          <strong>{slotLine(chosen)}</strong>
        </p>
      )}
      {chosen && person.value === null && <JoinFirst />}
      {chosen && person.value !== null && <AskForm thing={thing} slot={chosen} sending={sending} />}
      {chosen && !isOnlyOne && (
        <Button act={() => setSlot(null)}>{say("Choose another time")}</Button>
      )}
    </>
  );
}

function WhoBooks({ thing }: { thing: BookableThing }) {
  const { authority } = thing;
  if (!thing.is_rightful) {
    return <Notice>{say("Nothing is booked here: whoever opened it is not a host.")}</Notice>;
  }
  if (authority === null) {
    return <p>{count("{count} person comes.", "{count} people come.", thing.signed_up)}</p>;
  }
  const isHere = authority.heard_s === 0;
  return (
    <p class="quiet">
      {isHere
        ? say("This node books it: you get the answer at once.")
        : say("The node {node} books it. The answer comes when it can be reached.", {
            node: isolated(authority.name),
          })}
      {thing.is_automatic === false && " "}
      {thing.is_automatic === false && say("Here the host decides, too.")}
    </p>
  );
}

function Times({ slots, choose }: { slots: readonly Slot[]; choose: (slot: number) => void }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? slots : slots.slice(0, SHOWN_MAX);
  const days = [...new Set(shown.map((one) => day(one.starts)))];
  return (
    <>
      <h2>{say("Choose a time")}</h2>
      {days.map((name) => (
        <fieldset key={name} class="choice times">
          <legend>{name}</legend>
          {shown
            .filter((one) => day(one.starts) === name)
            .map((one) => (
              <button key={one.slot} type="button" onClick={() => choose(one.slot)}>
                <span>{`${clock(one.starts)} – ${clock(one.ends)}`}</span>
                <small>{freeWords(one)}</small>
              </button>
            ))}
        </fieldset>
      ))}
      {shown.length < slots.length && (
        <Button act={() => setWhole(true)}>{say("Show later times")}</Button>
      )}
    </>
  );
}

function slotLine(slot: Slot): string {
  return `${dayAndClock(slot.starts)} – ${clock(slot.ends)} · ${freeWords(slot)}`;
}

/** Returns how many are free, as far as this node knows. */
export function freeWords({ free }: Slot): string {
  if (free === null) {
    return say("come without booking");
  }
  return free === 0 ? say("full, waiting list") : say("{number} free", { number: free });
}

function AskForm(props: { thing: BookableThing; slot: Slot; sending: Sending }) {
  const { thing, slot, sending } = props;
  const [units, setUnits] = useState("1");
  const [other, setOther] = useState("");
  const most = thing.claim_max ?? 1;
  const wanted = Math.min(most, Math.max(1, Number.parseInt(units, 10) || 1));
  const isQueue = thing.sort === "queue";
  const ask = () => {
    const title = say("Ask for: {what}", { what: thing.title ?? thing.sort_words });
    const wish = { slot: slot.slot, units: wanted, onBehalf: other };
    return sending.postWords(other, (texts) => askPosting(texts, thing, wish, title));
  };
  return (
    <>
      {most > 1 && (
        <Field
          label={say("How many places?")}
          type="number"
          value={units}
          change={setUnits}
          hint={say("Up to {most} for one person", { most })}
        />
      )}
      <details>
        <summary>{say("For somebody else")}</summary>
        <Field
          label={say("Name")}
          value={other}
          change={setOther}
          max={60}
          hint={say("Everybody at the place reads this name.")}
        />
      </details>
      <Button isMain isBusy={sending.isBusy} act={() => void ask()}>
        {isQueue ? say("Take a number") : askWords(slot)}
      </Button>
      <Sent sending={sending} />
    </>
  );
}

function askWords(slot: Slot): string {
  return slot.free === 0 ? say("Put me on the waiting list") : say("Ask for it");
}

function Asked({ thing, sending }: { thing: BookableThing; sending: Sending }) {
  return (
    <>
      <Sent sending={sending} />
      <p>
        <strong>{say("Asked for, not booked yet")}</strong>
      </p>
      <p>
        {thing.authority === null
          ? say("The host sees it as soon as it gets there.")
          : say("It is booked only when the node {node} has confirmed it.", {
              node: isolated(thing.authority.name),
            })}
      </p>
      <LinkButton isMain to={["places", "mine"]}>
        {say("Look at my bookings")}
      </LinkButton>
    </>
  );
}
