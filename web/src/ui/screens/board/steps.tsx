/** The small form of one step in the life of an offer: as few fields as it needs, one main button. */

import { useState } from "preact/hooks";
import type { Claim, OfferWithClaims } from "../../../node/documents/offers";
import type { Outgoing, Person } from "../../../person/person";
import { count, say } from "../../../words/words";
import { letters, person } from "../../app";
import { Button, Field, Notice } from "../../parts";
import { refusedWords } from "../../refused";
import { stepWord } from "./claim";
import { composeStep, privateText } from "./claiming";
import { canCheck, checkCode, codeFor } from "./handover";
import type { Step } from "./life";
import { limitSentence } from "./post/limits";
import { UntilField, until } from "./post/until";
import { signed } from "./signing";
import { useNowMs } from "./time";
import { apart } from "./wording";

const CLAIM_CHARACTERS_MAX = 160;
const CONTACT_CHARACTERS_MAX = 120;
const WEEK_MINUTES = 7 * 1440;

interface StepProps {
  readonly offer: OfferWithClaims;
  readonly claim: Claim;
  readonly step: Step;
  readonly close: () => void;
}

/** What was filled in; each step uses some of it. */
interface Filled {
  readonly text: string;
  readonly contact: string;
  readonly code: string;
}

export function StepForm({ offer, claim, step, close }: StepProps) {
  const nowMs = useNowMs();
  const [filled, setFilled] = useState<Filled>({ text: "", contact: "", code: "" });
  const [end, setEnd] = useState(() => until("hours", nowMs));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (some: Partial<Filled>) => setFilled({ ...filled, ...some });
  const who = person.value;
  if (who === null) {
    return null;
  }
  const act = () => {
    setBusy(true);
    const untilMs = step === "hold" ? end.ms : null;
    taken(who, { offer, claim, step, close }, filled, untilMs)
      .then((said) => (said === null ? close() : setProblem(said)))
      .catch((error: unknown) => setProblem(limitSentence(error)))
      .finally(() => setBusy(false));
  };
  return (
    <form
      class="due"
      onSubmit={(event) => {
        event.preventDefault();
        act();
      }}
    >
      {step === "hold" && (
        <UntilField
          label={say("For how long?")}
          answers={["hour", "hours", "today", "tomorrow", "own"]}
          nowMs={nowMs}
          value={end}
          change={setEnd}
        />
      )}
      <Explained offer={offer} claim={claim} step={step} who={who} />
      {step === "confirm" && letters.value !== null && (
        <Field
          label={say("Where and when? Your phone number?")}
          hint={say("Only {name} can read this: it goes sealed.", { name: apart(claim.by_name) })}
          value={filled.contact}
          change={(contact) => set({ contact })}
          lines={2}
          max={CONTACT_CHARACTERS_MAX}
        />
      )}
      {step === "done" && canCheck(who, claim) && (
        <Field
          label={say("The code that {name} says to you", { name: apart(claim.by_name) })}
          hint={say(
            "It proves that the right person is there. Leave it out if you know each other.",
          )}
          value={filled.code}
          change={(code) => set({ code })}
          max={4}
        />
      )}
      <Field
        label={say("A few words, if you like")}
        hint={say("Everybody can read them.")}
        value={filled.text}
        change={(text) => set({ text })}
        max={CLAIM_CHARACTERS_MAX}
      />
      {problem && <Notice tone="severe">{problem}</Notice>}
      <div class="row">
        <Button isMain isBusy={isBusy} act={act}>
          {stepWord(step, offer)}
        </Button>
        <Button act={close}>{say("Back")}</Button>
      </div>
    </form>
  );
}

/** What the step means, where that is more than its word. */
function Explained(props: { offer: OfferWithClaims; claim: Claim; step: Step; who: Person }) {
  const { claim, step } = props;
  const name = apart(claim.by_name);
  switch (step) {
    case "hold":
      return <p>{say("That is no promise yet. Then it is free again by itself.")}</p>;
    case "confirm":
      return letters.value === null ? (
        <p>{say("{name} sees your promise as soon as it has got there.", { name })}</p>
      ) : (
        <p>{say("{name} gets a code of four digits to say to you at the door.", { name })}</p>
      );
    case "cancel":
      return <p>{say("The other side sees it as soon as it has got there.")}</p>;
    default:
      return null;
  }
}

/** Takes the step; returns what is in the way, or null. Throws `LimitError`. */
async function taken(
  who: Person,
  props: StepProps,
  filled: Filled,
  untilMs: number | null,
): Promise<string | null> {
  const { offer, claim, step } = props;
  if (step === "done" && filled.code.trim() !== "") {
    const verdict = await checkCode(who, claim, filled.code);
    if (!verdict.isRight) {
      return verdict.left > 0
        ? count(
            "That is not the code. {count} try is left.",
            "That is not the code. {count} tries are left.",
            verdict.left,
          )
        : say("That is not the code, and no more are taken. Do not hand it over to a stranger.");
    }
  }
  const sent = await signed(`${stepWord(step, offer)}: ${offer.headline}`, (texts) =>
    composeStep(texts, claim, step, {
      text: filled.text,
      ...(untilMs !== null && { untilMs }),
    }),
  );
  if (sent.progress === "refused") {
    return refusalOf(sent);
  }
  return step === "confirm" ? await told(who, claim, filled.contact) : null;
}

/** Sends contact and code to the other side, sealed. */
async function told(who: Person, claim: Claim, contact: string): Promise<string | null> {
  if (letters.value === null || claim.by === who.fingerprint) {
    return null;
  }
  const text = privateText(claim.id, contact, codeFor(who, claim));
  try {
    await letters.value.write(claim.by, text, WEEK_MINUTES);
    return null;
  } catch {
    return say("It is said publicly, but your private words did not go. Tell them in person.");
  }
}

/** Returns why a node refused something. */
export function refusalOf(sent: Outgoing): string {
  const why = sent.refusal && refusedWords(sent.refusal);
  return [say("The node did not take it."), why].filter(Boolean).join(" ");
}
