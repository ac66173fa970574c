/** The small menu of those who may moderate: hide, label, correct, each with a reason. */

import { useState } from "preact/hooks";
import { encodeNotice, type NoticeAct, type NoticeReason } from "../../../core/bodies/notice";
import { fromHex } from "../../../core/bytes";
import { KIND } from "../../../core/object";
import { cleanText } from "../../../core/text/characters";
import { say } from "../../../words/words";
import { Button, Choice, Field, LinkButton, Notice, Picker } from "../../parts";
import { go } from "../../route";
import { limitSentence } from "./post/limits";
import { signed } from "./signing";
import { refusalOf } from "./steps";
import { minuteOf } from "./time";
import { reasonWord } from "./wording";

const NOTICE_CHARACTERS_MAX = 400;
const REASONS: readonly NoticeReason[] = [
  "rumour",
  "unconfirmed",
  "outdated",
  "duplicate",
  "wrong",
  "offensive",
  "spam",
  "private",
  "request",
  "other",
];
type Act = "label" | "correct" | "hide";

/** `target` is an object's whole id; what is said holds as long as that is there. */
export function Moderation({ target, expires }: { target: string; expires: string }) {
  const [act, setAct] = useState<Act | null>(null);
  const [reason, setReason] = useState<NoticeReason | null>(null);
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isReady = act !== null && reason !== null;
  const post = () => {
    if (act === null || reason === null) {
      return;
    }
    setBusy(true);
    noticed(target, expires, act, reason, text)
      .then((refusal) => {
        setProblem(refusal);
        setSaid(refusal === null ? afterwards(act) : null);
        if (refusal === null && act === "hide") {
          // What is hidden is gone from here: there it can be undone.
          go("board", "moderated");
        }
      })
      .catch((error: unknown) => setProblem(limitSentence(error)))
      .finally(() => setBusy(false));
  };
  if (said !== null) {
    return (
      <Notice tone="good">
        <p>{said}</p>
        <LinkButton to={["board", "moderated"]}>{say("See what was moderated")}</LinkButton>
      </Notice>
    );
  }
  return (
    <details class="moderation">
      <summary>{say("Moderate")}</summary>
      <Choice
        label={say("What do you want to do?")}
        value={act}
        options={[
          ["label", say("Put a note on it")],
          ["correct", say("Correct it")],
          ["hide", say("Hide it")],
        ]}
        change={setAct}
      />
      {act && (
        <>
          <Picker
            label={say("Why? Everybody reads it.")}
            value={reason}
            options={REASONS.map((one) => [one, reasonWord(one)] as const)}
            change={setReason}
          />
          <Field
            label={act === "correct" ? say("What is right?") : say("A few words, if you like")}
            value={text}
            change={setText}
            lines={3}
            max={NOTICE_CHARACTERS_MAX}
          />
          {problem && <Notice tone="severe">{problem}</Notice>}
          {isReady && (
            <Button isMain isBusy={isBusy} act={post}>
              {say("Say it to everybody")}
            </Button>
          )}
        </>
      )}
    </details>
  );
}

/** Signs the notice; returns why the node refused it, or null. Throws `LimitError`. */
export async function noticed(
  target: string,
  expires: string,
  act: NoticeAct,
  reason: NoticeReason,
  text: string,
): Promise<string | null> {
  const id = fromHex(target);
  const sent = await signed(say("Moderate"), (texts) => ({
    kind: KIND.notice,
    ...encodeNotice(texts, { act, reason, target: id, text: cleanText(text) }),
    parent: id.slice(0, 4),
    minutes: 1,
    untilMin: minuteOf(expires),
  }));
  return sent.progress === "refused" ? refusalOf(sent) : null;
}

function afterwards(act: Act): string {
  switch (act) {
    case "hide":
      return say(
        "Hidden here, and on every node as soon as it hears of it. It stays in the record.",
      );
    case "label":
      return say("Everybody reads the note with it.");
    case "correct":
      return say("Everybody reads the correction in front of it.");
  }
}
