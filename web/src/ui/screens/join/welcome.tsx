/** Somebody belongs now: what comes next, first of all the words on paper. */

import type { Person } from "../../../person/person";
import { say } from "../../../words/words";
import { Card, LinkButton } from "../../parts";

export function Welcome({ somebody }: { somebody: Person }) {
  const { name, identity } = somebody;
  return (
    <>
      <Card tone="good">
        <h2>{say("Welcome, {name}!", { name })}</h2>
        <p>{say("You belong now. You can post, answer, write and book.")}</p>
      </Card>
      {identity.paper !== null && !identity.isWrittenDown ? (
        <>
          <p>
            {say(
              "One thing first: write down 12 words. With them you get your name back if this phone is lost, or if the browser forgets.",
            )}
          </p>
          <div class="row">
            <LinkButton isMain to={["me", "sheet"]}>
              {say("Write the words down")}
            </LinkButton>
            <LinkButton to={["now"]}>{say("Later")}</LinkButton>
          </div>
        </>
      ) : (
        <LinkButton isMain to={["now"]}>
          {say("Go on")}
        </LinkButton>
      )}
    </>
  );
}
