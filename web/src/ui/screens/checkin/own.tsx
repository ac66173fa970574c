/** One's own check-in or call for help, and what became of it: no more than somebody signed. */

import type { CallHolder, CheckIn } from "../../../node/documents/calls";
import type { ModeEffects } from "../../../node/documents/modes";
import { ago, clock } from "../../../words/times";
import { say } from "../../../words/words";
import { checkInPosting } from "../../acts/checkins";
import { Button, Card, Label, LinkButton, Words } from "../../parts";
import { Sent, useSending } from "../../sending";
import { isolated } from "../places/level";

export function OwnCheckIn(props: { checkin: CheckIn; effects: ModeEffects | null }) {
  const { checkin, effects } = props;
  const sending = useSending();
  const isOpenCall = checkin.stage === "new" || checkin.stage === "taken";
  const fine = { state: "ok", onBehalfOf: null, where: null, text: "", needs: [], persons: null };
  const end = () =>
    sending.postWords(checkin.where ?? "", (texts) =>
      checkInPosting(texts, { ...fine, state: "ok" }, checkin, effects, say("We are OK")),
    );
  return (
    <Card tone={isOpenCall ? "extreme" : "good"}>
      <h2>
        <bdi>{checkin.on_behalf_of ?? checkin.author_name}</bdi>{" "}
        <Label tone={checkin.state === "ok" ? "good" : "extreme"}>{checkin.state_words}</Label>
      </h2>
      <p class="quiet">
        {checkin.age_s !== null && ago(checkin.age_s)}
        {checkin.where && ` · \u2068${checkin.where}\u2069`}
      </p>
      {checkin.needs_words.length > 0 && <p>{checkin.needs_words.join(", ")}</p>}
      {checkin.text && <Words text={checkin.text} />}
      {checkin.state !== "ok" && <Became checkin={checkin} />}
      {checkin.state !== "ok" && (
        <div class="row">
          <Button isMain isBusy={sending.isBusy} act={() => void end()}>
            {say("We are OK now")}
          </Button>
          <LinkButton to={["checkin", "help", checkin.root]}>
            {isOpenCall ? say("Change it") : say("We still need help")}
          </LinkButton>
        </div>
      )}
      <Sent sending={sending} />
    </Card>
  );
}

function Became({ checkin }: { checkin: CheckIn }) {
  const { stage, holders, closed } = checkin;
  if (stage === "new") {
    return <p>{say("Nobody has taken it yet. Nobody is on the way.")}</p>;
  }
  if (stage === "taken") {
    return (
      <>
        {holders.map((one) => (
          <p key={one.fingerprint}>{holderWords(one)}</p>
        ))}
      </>
    );
  }
  return closed === null ? (
    <p>{checkin.stage_words}</p>
  ) : (
    <p>
      {say("{name}: {words} ({time})", {
        name: isolated(closed.by_name),
        words: closed.act_words,
        time: clock(closed.created),
      })}
      {closed.note && (
        <>
          {" "}
          <bdi>{closed.note}</bdi>
        </>
      )}
    </p>
  );
}

/** Returns who has a call, and whether that one says that somebody has set off. */
export function holderWords(holder: CallHolder): string {
  const name = isolated(holder.name);
  const note = holder.note === null ? "" : ` ${isolated(holder.note)}`;
  if (holder.on_the_way_since !== null) {
    const time = clock(holder.on_the_way_since);
    return say("{name} said at {time}: on the way.", { name, time }) + note;
  }
  const time = clock(holder.since);
  return (
    say("{name} has it since {time}. Nobody has said to be on the way.", { name, time }) + note
  );
}
