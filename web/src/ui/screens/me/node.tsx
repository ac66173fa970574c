/** Which node the installed app speaks with. */

import { useState } from "preact/hooks";
import { say } from "../../../words/words";
import { nodeAddress, useNodeAt } from "../../address";
import { Button, Field, Notice, Screen } from "../../parts";

export function WhichNode(_: { path: readonly string[] }) {
  const [address, setAddress] = useState(nodeAddress());
  const [isWrong, setWrong] = useState(false);
  return (
    <Screen title={say("Which node?")} back={["me"]}>
      <p>
        {say(
          "This app is installed, so it has to be told where the node is. The browser may ask whether it may look in your local network: say yes.",
        )}
      </p>
      <Field
        label={say("Address of the node")}
        value={address}
        change={setAddress}
        hint={say("As in http://192.168.1.20:8080. It stands beside the node’s QR code.")}
        keyboard="code"
      />
      {isWrong && <Notice tone="severe">{say("This is no address.")}</Notice>}
      <Button isMain act={() => setWrong(!useNodeAt(address))}>
        {say("Use this node")}
      </Button>
    </Screen>
  );
}
