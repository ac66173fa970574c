/** What somebody looks after for others: calls for help, a place. */

import type { Calls } from "../../../node/documents/calls";
import type { Standing } from "../../../person/person";
import { say } from "../../../words/words";
import { useDocument } from "../../loading";
import { Card } from "../../parts";

export function Duties({ standing }: { standing: Standing }) {
  const has = (role: string) => standing.roles.some((one) => one.role === role);
  return (
    <>
      {(standing.isSteward || has("coordinator")) && <CallsToTake />}
      {has("host") && <Card to={["host"]}>{say("Host's tools")}</Card>}
    </>
  );
}

function CallsToTake() {
  const { document } = useDocument<Calls>("/calls");
  const waiting = document?.new ?? 0;
  return (
    <Card to={["triage"]} tone={waiting > 0 ? "extreme" : "plain"}>
      <strong>{say("Calls for help")}</strong>
      {waiting > 0 && ": "}
      {waiting > 0 && say("nobody has taken {number}", { number: waiting })}
    </Card>
  );
}
