/** What is mine: bookings and queue numbers. */

import { count, say } from "../../../words/words";
import { person } from "../../app";
import { useMine } from "../../mine";
import { Card, Notice, Screen } from "../../parts";
import { ClaimCard } from "./claim";
import { JoinFirst } from "./members";

export function Mine() {
  const { bookings, tickets, isOld, isLoading } = useMine();
  const isEmpty = bookings.length + tickets.length === 0;
  return (
    <Screen title={say("My bookings and numbers")} back={["places"]}>
      {isOld && <Notice>{say("The node does not answer. This may be old.")}</Notice>}
      {person.value === null && <JoinFirst />}
      {[...tickets, ...bookings].map((one) => (
        <ClaimCard key={one.id} claim={one} />
      ))}
      {isEmpty && !isLoading && person.value !== null && (
        <p>{say("You have booked nothing. Choose a place to see what can be booked.")}</p>
      )}
    </Screen>
  );
}

/** A way to what is mine, where there is something; a number that is called comes first. */
export function MineLink() {
  const { bookings, tickets } = useMine();
  const number = bookings.length + tickets.length;
  if (number === 0) {
    return null;
  }
  const isCalled = tickets.some((one) => one.state === "called");
  return (
    <Card to={["places", "mine"]} tone={isCalled ? "extreme" : "info"}>
      <strong>{isCalled ? say("It is your turn") : say("My bookings and numbers")}</strong>{" "}
      {count("{count} entry", "{count} entries", number)}
    </Card>
  );
}
