/** What this node holds about me, in plain words, and how it goes. */

import type { Belonging, Me } from "../../../node/documents/own";
import { dayAndClock } from "../../../words/times";
import { count, say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Card, LinkButton, Screen, Shown } from "../../parts";

export function Held(_: { path: readonly string[] }) {
  const loaded = useDocument<Me>("/me", {}, false);
  return (
    <Screen title={say("What this node holds about me")} back={["me"]}>
      <Shown loaded={loaded}>
        {(me) => (
          <>
            <p>
              {say(
                "This phone is connected since {time}. The node keeps its key, that time, and the day on which it was last here.",
                {
                  time: dayAndClock(me.paired),
                },
              )}
            </p>
            <p>{say("It keeps no address of your phone and not what you read.")}</p>
            <h2>{count("{count} entry", "{count} entries", me.total)}</h2>
            {[...byKind(me.objects)].map(([kind, objects]) => (
              <Kind key={kind} kind={kind} objects={objects} />
            ))}
            {me.objects.length < me.total && <p class="quiet">{say("The newest are shown.")}</p>}
            <p>
              {say(
                "Every entry ends by itself at its time. What you take back leaves all nodes when they hear of it; private messages are sealed and belong to nobody here.",
              )}
            </p>
            <LinkButton to={["me", "erase"]}>{say("Take back and delete everything")}</LinkButton>
          </>
        )}
      </Shown>
    </Screen>
  );
}

function Kind({ kind, objects }: { kind: string; objects: readonly Belonging[] }) {
  const bytes = objects.reduce((sum, one) => sum + one.bytes, 0);
  const until =
    objects
      .map((one) => one.expires)
      .sort()
      .at(-1) ?? "";
  return (
    <Card>
      <h3>{kindWord(kind)}</h3>
      <p>
        {count("{count} entry", "{count} entries", objects.length)},{" "}
        {say("{bytes} bytes, the last until {time}", { bytes, time: dayAndClock(until) })}
      </p>
      {objects.some((one) => !one.is_own) && (
        <p class="quiet">{say("Some were written by others about you.")}</p>
      )}
    </Card>
  );
}

function byKind(objects: readonly Belonging[]): Map<string, Belonging[]> {
  const found = new Map<string, Belonging[]>();
  for (const one of objects) {
    found.set(one.kind, [...(found.get(one.kind) ?? []), one]);
  }
  return found;
}

/** Returns what kinds of objects are called where somebody reads about their own. */
function kindWord(kind: string): string {
  const words: Readonly<Record<string, string>> = {
    profile: say("Your name and languages"),
    bulletin: say("Your notices on the board"),
    drill: say("Your notices on the board"),
    withdrawal: say("What you took back"),
    certificate: say("Who speaks for whom"),
    device: say("Your phones"),
    role: say("Roles"),
    revocation: say("Keys that were cut off"),
    prekey: say("Keys for private messages"),
    circle: say("Circles that you listed"),
    offer: say("Your offers and requests"),
    claim: say("What you asked for or promised"),
    place: say("Places that you entered"),
    level: say("How full you said a place is"),
    slots: say("Times that can be booked"),
    meetup: say("Your meet-ups"),
    booking: say("Your bookings"),
    checkin: say("Your check-ins and calls for help"),
    triage: say("Calls for help that you took"),
    mode: say("What you said about the neighbourhood"),
  };
  return words[kind] ?? kind;
}
