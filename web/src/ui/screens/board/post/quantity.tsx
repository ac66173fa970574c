/** How many of which unit, by two large buttons; nothing said where nobody counts. */

import type { ChoosableUnit } from "../../../../node/documents/drafting";
import { catalogue, localeOf, say } from "../../../../words/words";
import { Picker } from "../../../parts";

export const QUANTITY_MAX = 9999;

export interface Counted {
  readonly count: number;
  readonly unit: string;
}

export function QuantityField(props: {
  units: readonly ChoosableUnit[];
  value: Counted | null;
  usual: string;
  change: (value: Counted | null) => void;
}) {
  const { units, value, usual, change } = props;
  const unit = value?.unit ?? usual;
  const count = value?.count ?? 0;
  const set = (next: number) =>
    change(next < 1 ? null : { count: Math.min(next, QUANTITY_MAX), unit });
  return (
    <div class="field">
      <Stepper
        label={say("How many?")}
        count={count}
        change={set}
        shown={count > 0 ? counted(units, unit, count) : say("Not counted")}
      />
      {count > 0 && (
        <Picker
          label={say("Counted in")}
          value={unit}
          options={units.map((one) => [one.id, counted(units, one.id, count)] as const)}
          change={(chosen) => change({ count, unit: chosen })}
        />
      )}
    </div>
  );
}

/** A number by two large buttons, or typed. */
export function Stepper(props: {
  label: string;
  count: number;
  shown: string;
  change: (count: number) => void;
}) {
  const { label, count, shown, change } = props;
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="stepper">
        <button type="button" aria-label={say("One fewer")} onClick={() => change(count - 1)}>
          −
        </button>
        <input
          type="number"
          inputMode="numeric"
          min={0}
          max={QUANTITY_MAX}
          aria-label={label}
          value={count || ""}
          onInput={(event) => change(Number(event.currentTarget.value) || 0)}
        />
        <button type="button" aria-label={say("One more")} onClick={() => change(count + 1)}>
          +
        </button>
      </div>
      <output>{shown}</output>
    </fieldset>
  );
}

/** Returns a quantity in the reader's words, as in `20 litres`. */
export function counted(units: readonly ChoosableUnit[], unit: string, count: number): string {
  const forms = units.find((one) => one.id === unit)?.forms ?? ["{count}"];
  const { language, plurals } = catalogue.value;
  const form = new Intl.PluralRules(localeOf(language)).select(count);
  const at = plurals.indexOf(form);
  const pattern = forms[at < 0 ? forms.length - 1 : at] ?? forms.at(-1) ?? "{count}";
  return pattern.replace("{count}", String(count));
}
