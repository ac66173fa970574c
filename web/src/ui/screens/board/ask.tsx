/** Asking for what is offered, or answering a request. */

import { useState } from "preact/hooks";
import type { Span } from "../../../core/bodies/claim";
import type { OfferWithClaims } from "../../../node/documents/offers";
import type { Outgoing } from "../../../person/person";
import { say } from "../../../words/words";
import { letters } from "../../app";
import { useDocument } from "../../loading";
import { Button, Field, Notice, Screen } from "../../parts";
import { go } from "../../route";
import { composeAsk, privateText } from "./claiming";
import { Here } from "./here";
import { isMine } from "./me";
import { limitSentence } from "./post/limits";
import { Stepper } from "./post/quantity";
import { signed } from "./signing";
import { refusalOf } from "./steps";
import { inputMs, localInput, minuteOf, useNowMs } from "./time";
import { apart, authorName } from "./wording";

const CLAIM_CHARACTERS_MAX = 160;
const CONTACT_CHARACTERS_MAX = 120;
const LINE_CHARACTERS_MAX = 60;
const WEEK_MINUTES = 7 * 1440;
const HOUR_MS = 3_600_000;

export function AskScreen({ id }: { id: string }) {
  const loaded = useDocument<OfferWithClaims>(`/offers/${id}`);
  const offer = loaded.document;
  const direction = offer?.direction ?? "offer";
  const title = direction === "offer" ? say("Ask for it") : say("I can help");
  return (
    <Screen title={title} back={["board", direction, id]}>
      <Here loaded={loaded}>{(document) => <Form offer={document} />}</Here>
    </Screen>
  );
}

interface Filled {
  readonly quantity: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly contact: string;
  readonly onBehalf: string;
}

function Form({ offer }: { offer: OfferWithClaims }) {
  const nowMs = useNowMs();
  const [filled, setFilled] = useState<Filled>(() => begun(nowMs));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (some: Partial<Filled>) => setFilled({ ...filled, ...some });
  const act = () => {
    setBusy(true);
    asked(offer, filled, nowMs)
      .then((said) => (said === null ? go("board", offer.direction, offer.id) : setProblem(said)))
      .catch((error: unknown) => setProblem(limitSentence(error)))
      .finally(() => setBusy(false));
  };
  const name = authorName(offer);
  return (
    <>
      <p>{offer.sentence}</p>
      <p>
        {offer.direction === "offer"
          ? say("{name} decides. Nothing is promised until then.", { name })
          : say("{name} decides. Nothing is agreed until then.", { name })}
      </p>
      <Fields offer={offer} filled={filled} set={set} />
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Button isMain isBusy={isBusy} act={act}>
        {offer.direction === "offer" ? say("Ask for it") : say("Offer my help")}
      </Button>
    </>
  );
}

function Fields(props: {
  offer: OfferWithClaims;
  filled: Filled;
  set: (some: Partial<Filled>) => void;
}) {
  const { offer, filled, set } = props;
  const most = offer.remaining ?? offer.quantity?.count ?? 1;
  return (
    <>
      {offer.quantity && most > 1 && (
        <Stepper
          label={say("How many?")}
          count={filled.quantity}
          shown={say("{count} of {total}", { count: filled.quantity, total: offer.quantity.text })}
          change={(quantity) => set({ quantity: Math.min(most, Math.max(1, quantity)) })}
        />
      )}
      {offer.calendar && (
        <>
          <ul class="occasions">
            {offer.calendar.free.map((one) => (
              <li key={one.from}>{say("Free: {when}", { when: one.when })}</li>
            ))}
          </ul>
          <Field
            label={say("From when?")}
            type="datetime-local"
            value={filled.from}
            change={(from) => set({ from })}
          />
          <Field
            label={say("When is it back?")}
            type="datetime-local"
            value={filled.to}
            change={(to) => set({ to })}
          />
        </>
      )}
      {letters.value !== null && offer.author_fingerprint !== null && !isMine(offer) && (
        <Field
          label={say("How can you be reached?")}
          hint={say("Only {name} can read this: it goes sealed.", {
            name: apart(offer.author_name ?? offer.author),
          })}
          value={filled.contact}
          change={(contact) => set({ contact })}
          max={CONTACT_CHARACTERS_MAX}
        />
      )}
      <Field
        label={say("A few words, if you like")}
        hint={say("Everybody can read them.")}
        value={filled.text}
        change={(text) => set({ text })}
        max={CLAIM_CHARACTERS_MAX}
      />
      <Field
        label={say("For somebody without a phone: whose name?")}
        value={filled.onBehalf}
        change={(onBehalf) => set({ onBehalf })}
        max={LINE_CHARACTERS_MAX}
      />
    </>
  );
}

function begun(nowMs: number): Filled {
  const from = Math.ceil(nowMs / HOUR_MS) * HOUR_MS + HOUR_MS;
  return {
    quantity: 1,
    from: localInput(from),
    to: localInput(from + 4 * HOUR_MS),
    text: "",
    contact: "",
    onBehalf: "",
  };
}

/** Asks; returns what is in the way, or null. Throws `LimitError`. */
async function asked(
  offer: OfferWithClaims,
  filled: Filled,
  nowMs: number,
): Promise<string | null> {
  if (isMine(offer) && filled.onBehalf.trim() === "") {
    return say("This is your own. For whom do you ask? Write the name.");
  }
  const form = {
    quantity: filled.quantity,
    span: offer.calendar === null ? null : spanOf(filled),
    onBehalf: filled.onBehalf,
    text: filled.text,
  };
  const what = offer.direction === "offer" ? say("Ask for it") : say("I can help");
  const title = `${what}: ${offer.headline}`;
  const sent = await signed(title, (texts) => composeAsk(texts, offer, form, nowMs));
  return sent.progress === "refused" ? refusalOf(sent) : await told(offer, sent, filled.contact);
}

/** Sends how to be reached, sealed; the ask has its id once it is signed. */
async function told(
  offer: OfferWithClaims,
  sent: Outgoing,
  contact: string,
): Promise<string | null> {
  const to = offer.author_fingerprint;
  if (contact.trim() === "" || letters.value === null || to === null || isMine(offer)) {
    return null;
  }
  if (sent.object === null) {
    return say("It waits on this phone. Send your contact once the node has answered.");
  }
  try {
    await letters.value.write(to, privateText(sent.object, contact, null), WEEK_MINUTES);
    return null;
  } catch {
    return say("It is said publicly, but your private words did not go. Tell them in person.");
  }
}

function spanOf(filled: Filled): Span | null {
  const [from, to] = [inputMs(filled.from), inputMs(filled.to)];
  return from === null || to === null ? null : { startMin: minuteOf(from), endMin: minuteOf(to) };
}
