/** What this app is, and what it cannot promise in a Wi-Fi without TLS. */

import { fromHex, hex } from "../../../core/bytes";
import { fingerprint } from "../../../core/keys";
import type { Status } from "../../../node/documents/node";
import { say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Screen } from "../../parts";
import { session } from "../../session";
import { Fingerprint } from "./fingerprint";

export function About(_: { path: readonly string[] }) {
  const { document } = useDocument<Status>("/status");
  const { pairing } = session.value;
  return (
    <Screen title={say("About this app")} back={["me"]}>
      <p>{say("meshnode lets neighbours read, share and help without internet or telephone.")}</p>
      <h2>{say("What is safe")}</h2>
      <p>
        {say(
          "Your key is made on this phone. What you say is signed here, and private messages are sealed here. The node and everybody between can only carry them.",
        )}
      </p>
      <h2>{say("What is not safe")}</h2>
      <p>
        {say(
          "This page comes from the node without encryption. Whoever runs the node, or can change packets in this Wi-Fi, could send another program that looks like this one and takes your key.",
        )}
      </p>
      <p>
        {say(
          "Who sees your screen or takes your unlocked phone can speak as you. The key lies in the memory of the browser without a password.",
        )}
      </p>
      <p>
        {say(
          "A browser may delete what it keeps, some after a week without a visit. Your 12 words on paper bring you back.",
        )}
      </p>
      <p>
        {say(
          "At another address of the node your phone is a stranger: a browser keeps things for one address only. Connect it there as a second phone.",
        )}
      </p>
      <h2>{say("What you can do")}</h2>
      <p>
        {say(
          "Compare the fingerprint of the node with the one that whoever looks after it shows you. For what must never be known, use the program on a computer of your own: the app there is installed, not sent by a node.",
        )}
      </p>
      {pairing !== null && (
        <>
          <p>{say("The node “{node}”:", { node: pairing.name })}</p>
          <Fingerprint digits={hex(fingerprint(fromHex(pairing.key)))} />
        </>
      )}
      <h2>{say("Licence")}</h2>
      <p>
        {say(
          "Free software under the GPL, version 3 or later, without any warranty. Nobody has audited it yet.",
        )}
      </p>
      {document !== null && <p class="quiet">meshnode {document.version}</p>}
    </Screen>
  );
}
