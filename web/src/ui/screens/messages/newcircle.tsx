/** Making a circle. Loaded by those who do. */

import { useState } from "preact/hooks";
import type { Mailbox } from "../../../person/mail";
import { circleKey } from "../../../private/circlerecords";
import { found } from "../../../private/founding";
import { say } from "../../../words/words";
import { Button, Choice, Field, Notice, Screen } from "../../parts";
import { go } from "../../route";
import { failureWords } from "./failures";

type YesNo = "yes" | "no";

export function NewCircle({ box }: { box: Mailbox }) {
  const [name, setName] = useState("");
  const [isOpen, setOpen] = useState<YesNo>("no");
  const [hasHistory, setHistory] = useState<YesNo>("no");
  const [isListed, setListed] = useState<YesNo>("no");
  const [failure, setFailure] = useState<string | null>(null);
  const make = async () => {
    try {
      const policy = { isOpen: isOpen === "yes", hasHistory: hasHistory === "yes" };
      const founded = await box.change((one) =>
        found(one, { name, policy, isListed: isListed === "yes" }),
      );
      void box.sync();
      go("messages", "circles", circleKey(box.device, founded.id));
    } catch (error) {
      setFailure(failureWords(error));
    }
  };
  const answers = [
    ["yes", say("Yes")],
    ["no", say("No")],
  ] as const;
  return (
    <Screen title={say("Make a circle")} back={["messages", "circles"]}>
      <Field label={say("Name of the circle")} value={name} change={setName} max={40} />
      <Choice
        label={say("May everybody join?")}
        value={isOpen}
        options={answers}
        change={setOpen}
      />
      <Choice
        label={say("Do new members read what was written before?")}
        value={hasHistory}
        options={answers}
        change={setHistory}
      />
      <Choice
        label={say("Show the circle to all members of the community?")}
        value={isListed}
        options={answers}
        change={setListed}
      />
      <p class="quiet">
        {say("The circle lives on this phone: only here people can be let in or removed.")}
      </p>
      {failure && <Notice tone="severe">{failure}</Notice>}
      <Button act={() => void make()} isMain>
        {say("Make it")}
      </Button>
    </Screen>
  );
}
