/** Whom the reader left out, to read them again. */

import { say } from "../../../words/words";
import { Button, Card, Name, Screen } from "../../parts";
import { muted, unmute } from "./muting";

export function MutedScreen() {
  const all = Object.entries(muted.value);
  return (
    <Screen title={say("Left out")} back={["board"]}>
      <p>{say("What these people write does not stand on your board. They are not told.")}</p>
      {all.length === 0 && <p>{say("You leave nobody out.")}</p>}
      {all.map(([fingerprint, name]) => (
        <Card key={fingerprint}>
          <p>
            <Name text={name} />
          </p>
          <Button act={() => void unmute(fingerprint)}>{say("Show it again")}</Button>
        </Card>
      ))}
    </Screen>
  );
}
