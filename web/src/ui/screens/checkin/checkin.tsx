/** "I am OK" and "We need help": for oneself, and for somebody who cannot say it. */

import { useState } from "preact/hooks";
import type { Texts } from "../../../core/text/texts";
import type { CheckIn as CheckInDocument, CheckIns } from "../../../node/documents/calls";
import type { ModeState } from "../../../node/documents/modes";
import { say } from "../../../words/words";
import { checkInPosting, okTargets } from "../../acts/checkins";
import { person } from "../../app";
import { useDocument } from "../../loading";
import { Button, Field, LinkButton, Screen } from "../../parts";
import { Sent, useSending } from "../../sending";
import { JoinFirst } from "../places/members";
import { Emergency } from "./emergency";
import { HelpForm } from "./help";
import { OwnCheckIn } from "./own";
import "../places/places.css";

export function CheckIn({ path }: { path: readonly string[] }) {
  const speaker = person.value;
  const found = useDocument<CheckIns>(speaker === null ? null : "/checkins");
  const mode = useDocument<ModeState>("/mode").document;
  const own = (found.document?.checkins ?? []).filter(
    (one) => one.author_fingerprint === speaker?.fingerprint,
  );
  const effects = mode?.effects ?? null;
  if (path[0] === "help") {
    const before = own.find((one) => one.root === path[1]) ?? null;
    return (
      <Screen title={say("We need help")} back={["checkin"]}>
        <Emergency />
        {speaker === null ? (
          <JoinFirst />
        ) : (
          <HelpForm own={own} before={before} effects={effects} />
        )}
      </Screen>
    );
  }
  return (
    <Screen title={say("How are you?")} back={["now"]}>
      {speaker === null && (
        <>
          <Emergency />
          <JoinFirst />
        </>
      )}
      {own.map((one) => (
        <OwnCheckIn key={one.root} checkin={one} effects={effects} />
      ))}
      {speaker !== null && <SayOk own={own} effects={effects} />}
    </Screen>
  );
}

function SayOk(props: { own: readonly CheckInDocument[]; effects: ModeState["effects"] | null }) {
  const { own, effects } = props;
  const sending = useSending();
  const [name, setName] = useState("");
  const [where, setWhere] = useState("");
  const about = own.filter((one) => isAbout(one, name));
  const title = name.trim() === "" ? say("I am OK") : say("Somebody else is OK");
  const ok = () => {
    const said = { state: "ok", onBehalfOf: name, where, text: "", needs: [], persons: 1 } as const;
    return sending.postWords(
      name + where,
      ...okTargets(about).map(
        (before) => (texts: Texts) => checkInPosting(texts, said, before, effects, title),
      ),
    );
  };
  return (
    <>
      <div class="row tall">
        <Button isMain isBusy={sending.isBusy} act={() => void ok()}>
          {title}
        </Button>
        <LinkButton to={["checkin", "help"]}>{say("We need help")}</LinkButton>
      </div>
      <Sent sending={sending} />
      <p class="quiet">{say("Everybody in the neighbourhood can read it.")}</p>
      <details>
        <summary>{say("For somebody who cannot say it")}</summary>
        <Field
          label={say("Who?")}
          value={name}
          change={setName}
          max={60}
          hint={say("Everybody reads this name, and that you said it.")}
        />
        <Field label={say("In which street?")} value={where} change={setWhere} max={60} />
      </details>
    </>
  );
}

function isAbout(one: CheckInDocument, name: string): boolean {
  return (one.on_behalf_of ?? "").trim().toLowerCase() === name.trim().toLowerCase();
}
