/** What every screen is made of: large things to tap, words that carry their own direction. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { say } from "../words/words";
import type { Loaded } from "./loading";
import { refusedWords } from "./refused";
import { href } from "./route";

interface Children {
  readonly children: ComponentChildren;
}

/** A screen's body: a heading that is announced, an optional way back, and what is below. */
export function Screen(props: Children & { title: string; back?: readonly string[] }) {
  return (
    <main id="main" tabIndex={-1}>
      {props.back && (
        <a class="back" href={href(...props.back)}>
          <span aria-hidden="true" class="arrow" />
          {say("Back")}
        </a>
      )}
      <h1>{props.title}</h1>
      {props.children}
    </main>
  );
}

/** What somebody wrote: isolated from the direction of what stands around it. */
export function Words({ text }: { text: string }) {
  return (
    <p class="words" dir="auto">
      {text}
    </p>
  );
}

/** A name in the middle of a sentence, with a direction of its own. */
export function Name({ text }: { text: string }) {
  return <bdi>{text}</bdi>;
}

type Tone = "plain" | "extreme" | "severe" | "minor" | "info" | "good" | "drill";

/** A box for one thing; with `to` the whole of it leads there. */
export function Card(props: Children & { tone?: Tone; to?: readonly string[]; label?: string }) {
  const kind = `card ${props.tone ?? "plain"}`;
  if (props.to) {
    return (
      <a class={kind} href={href(...props.to)}>
        {props.children}
      </a>
    );
  }
  return (
    <section class={kind} aria-label={props.label}>
      {props.children}
    </section>
  );
}

/** A short word in a frame: severity, state. */
export function Label({ children, tone = "plain" }: Children & { tone?: Tone }) {
  return <span class={`label ${tone}`}>{children}</span>;
}

interface ButtonProps extends Children {
  readonly act: () => void;
  readonly isMain?: boolean;
  readonly isDanger?: boolean;
  readonly isBusy?: boolean;
  /** Whether something is still missing for it. */
  readonly isOff?: boolean;
}

/** Something to tap, 48 px high at least. While it is busy it cannot be tapped twice. */
export function Button({ act, isMain, isDanger, isBusy, isOff, children }: ButtonProps) {
  const tone = isMain ? "main" : isDanger ? "danger" : "";
  return (
    <button type="button" class={tone} onClick={act} disabled={isBusy || isOff} aria-busy={isBusy}>
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function LinkButton(props: Children & { to: readonly string[]; isMain?: boolean }) {
  return (
    <a class={`button ${props.isMain ? "main" : ""}`} href={href(...props.to)}>
      {props.children}
    </a>
  );
}

const UNLEARNED = { dir: "ltr", autocomplete: "off", autocapitalize: "none", spellcheck: false };
const KEYBOARDS = {
  code: UNLEARNED as Record<string, unknown>,
  digits: { ...UNLEARNED, inputMode: "numeric" } as Record<string, unknown>,
};

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly hint?: string;
  readonly lines?: number;
  readonly type?: "text" | "number" | "time" | "date" | "search" | "datetime-local";
  readonly max?: number;
  /** Which keyboard helps; a code and recovery words are never learned or corrected. */
  readonly keyboard?: "digits" | "code";
}

/** A line or more to write on, with its label above and a hint below. */
export function Field(props: FieldProps) {
  const { label, value, change, hint, lines = 1, type = "text", max, keyboard } = props;
  const written = (event: Event) =>
    change((event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value);
  const id = useId();
  const shared = {
    ...{ id, value, maxLength: max, onInput: written },
    ...(keyboard === undefined ? ({ dir: "auto" } as const) : KEYBOARDS[keyboard]),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {lines > 1 ? (
        <textarea {...shared} rows={lines} />
      ) : (
        // Which type it is decides the phone's keyboard; the rest is the same for all of these.
        <input {...shared} type={type as "text"} />
      )}
      {hint && <small>{hint}</small>}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T | null;
  readonly options: readonly (readonly [T, string])[];
  readonly change: (value: T) => void;
}

/** A few options side by side, one of which is chosen; up to about eight. */
export function Choice<T extends string>({ label, value, options, change }: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map(([word, shown]) => (
        <button key={word} type="button" aria-pressed={word === value} onClick={() => change(word)}>
          {shown}
        </button>
      ))}
    </fieldset>
  );
}

/** One of many, in the phone's own list. */
export function Picker<T extends string>({ label, value, options, change }: ChoiceProps<T>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value ?? ""}
        onChange={(event) => change(event.currentTarget.value as T)}
      >
        {value === null && <option value="" />}
        {options.map(([word, shown]) => (
          <option key={word} value={word}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Something that has to be said before anything else; read aloud when it appears. */
export function Notice({ children, tone = "minor" }: Children & { tone?: Tone }) {
  return (
    <div class={`notice ${tone}`} role="status">
      {children}
    </div>
  );
}

/** Shows a document when it is there, and says why it is not. */
export function Shown<T>(props: {
  loaded: Loaded<T>;
  children: (document: T) => ComponentChildren;
}) {
  const { document, isOld, refusal } = props.loaded;
  if (refusal !== null) {
    return <Notice>{refusedWords(refusal)}</Notice>;
  }
  if (document === null) {
    return isOld ? (
      <Notice>{say("The node does not answer. Are you in its Wi-Fi?")}</Notice>
    ) : (
      <p class="quiet" aria-busy="true">
        {say("One moment …")}
      </p>
    );
  }
  return <>{props.children(document)}</>;
}
