/** The triage board for coordinators: new, taken, done; side by side where there is room. */

import { useState } from "preact/hooks";
import type { Calls, CheckIn } from "../../../node/documents/calls";
import type { Places } from "../../../node/documents/places";
import { count, say } from "../../../words/words";
import { person } from "../../app";
import { useDocument } from "../../loading";
import { Field, LinkButton, Notice, Picker, Screen, Shown } from "../../parts";
import { JoinFirst } from "../places/members";
import { type Around, CallCard, type Coordinator } from "./call";
import { ModeDesk } from "./mode";
import { Roll } from "./roll";
import "../places/places.css";
import "./triage.css";

export function Triage({ path }: { path: readonly string[] }) {
  const back = path.length === 0 ? ["now"] : ["triage"];
  return (
    <Screen title={titleOf(path[0])} back={back}>
      {mayCoordinate() ? <Desk desk={path[0]} /> : <ForCoordinators />}
    </Screen>
  );
}

function titleOf(desk: string | undefined): string {
  if (desk === "roll") {
    return say("Roll call");
  }
  return desk === "mode" ? say("How the neighbourhood fares") : say("Calls for help");
}

function Desk({ desk }: { desk: string | undefined }) {
  if (desk === "roll") {
    return <Roll />;
  }
  return desk === "mode" ? <ModeDesk /> : <Board />;
}

function ForCoordinators() {
  return person.value === null ? (
    <JoinFirst />
  ) : (
    <Notice>{say("This is for coordinators. A steward can make you one.")}</Notice>
  );
}

/** Returns whether this phone's person may say something about calls for help, and about modes. */
export function mayCoordinate(): boolean {
  const standing = person.value?.standing.value;
  const isCoordinator = standing?.roles.some((one) => one.role === "coordinator") ?? false;
  return isCoordinator || (standing?.isSteward ?? false);
}

function Board() {
  const loaded = useDocument<Calls>("/calls");
  const coordinators = useCoordinators();
  const places = useDocument<Places>("/places").document?.places ?? [];
  const [where, setWhere] = useState("");
  const [age, setAge] = useState("0");
  const isShown = (one: CheckIn) =>
    isFrom(one, where) && (one.age_s ?? Number.POSITIVE_INFINITY) >= Number(age);
  return (
    <>
      <div class="row">
        <LinkButton to={["triage", "roll"]}>{say("Roll call")}</LinkButton>
        <LinkButton to={["triage", "mode"]}>{say("How the neighbourhood fares")}</LinkButton>
      </div>
      <div class="filters">
        <Field
          label={say("Only from this street or place")}
          type="search"
          value={where}
          change={setWhere}
        />
        <Picker
          label={say("Waiting for at least")}
          value={age}
          options={[
            ["0", say("any time")],
            ["3600", say("1 hour")],
            ["21600", say("6 hours")],
            ["86400", say("1 day")],
          ]}
          change={setAge}
        />
      </div>
      <Shown loaded={loaded}>
        {({ calls }) => (
          <Columns around={{ calls, coordinators, places }} shown={calls.filter(isShown)} />
        )}
      </Shown>
    </>
  );
}

interface Member extends Coordinator {
  readonly is_steward: boolean;
  readonly roles: readonly { readonly role: string }[];
}

/** Returns to whom a call can be handed over. */
function useCoordinators(): readonly Coordinator[] {
  const found = useDocument<{ readonly members: readonly Member[] }>("/members", {}, false);
  return (found.document?.members ?? []).filter(
    (one) =>
      one.fingerprint !== person.value?.fingerprint &&
      (one.is_steward || one.roles.some((each) => each.role === "coordinator")),
  );
}

function Columns({ around, shown }: { around: Around; shown: readonly CheckIn[] }) {
  const all = around.calls;
  const at = (isMeant: (call: CheckIn) => boolean) => shown.filter(isMeant);
  const columns = [
    ["new", say("Nobody has taken it"), at((one) => one.stage === "new")],
    ["taken", say("Taken"), at((one) => one.stage === "taken")],
    ["done", say("Done"), at((one) => one.stage !== "new" && one.stage !== "taken")],
  ] as const;
  return (
    <div class="columns">
      {columns.map(([name, title, calls]) => (
        <section key={name} aria-label={title}>
          <h2>
            {title} <small>{calls.length}</small>
          </h2>
          {calls.map((one) => (
            <CallCard key={one.root} call={one} around={around} />
          ))}
          {calls.length === 0 && <p class="quiet">{say("Nothing here.")}</p>}
        </section>
      ))}
      {shown.length < all.length && (
        <p class="quiet">
          {count(
            "{count} call is left out by the filter.",
            "{count} calls are left out by the filter.",
            all.length - shown.length,
          )}
        </p>
      )}
    </div>
  );
}

function isFrom(call: CheckIn, wanted: string): boolean {
  const text = `${call.where ?? ""} ${call.who}`.toLowerCase();
  return text.includes(wanted.trim().toLowerCase());
}
