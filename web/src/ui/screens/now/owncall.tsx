/** One's own call for help on Now, and who took it: no more than somebody signed. */

import type { OwnCheckIn } from "../../../node/documents/own";
import { clock } from "../../../words/times";
import { say } from "../../../words/words";
import { Card, Label } from "../../parts";

export function OwnCall({ call }: { call: OwnCheckIn }) {
  return (
    <Card tone={call.closed === null ? "extreme" : "good"} to={["checkin"]}>
      <p>
        <Label tone="extreme">{call.state_words}</Label> <bdi>{call.who}</bdi>
      </p>
      {sentences(call).map((one) => (
        <p key={one}>
          <strong>{one}</strong>
        </p>
      ))}
    </Card>
  );
}

function sentences(call: OwnCheckIn): readonly string[] {
  if (call.closed !== null) {
    const { by_name: name, act_words: words, created } = call.closed;
    return [say("{name}: {words}, {time}", { name, words, time: clock(created) })];
  }
  if (call.holders.length === 0) {
    return [say("Nobody has taken it yet.")];
  }
  return call.holders.map(({ name, since, on_the_way_since }) =>
    on_the_way_since === null
      ? say("{name} took it at {time}.", { name, time: clock(since) })
      : say("{name} is on the way since {time}.", { name, time: clock(on_the_way_since) }),
  );
}
