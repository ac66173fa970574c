/** Where: a place of the neighbourhood, or a few words. */

import type { NamedPlaces } from "../../../../node/documents/drafting";
import { say } from "../../../../words/words";
import { useDocument } from "../../../loading";
import { Field, Picker } from "../../../parts";

export interface Where {
  readonly place: string | null;
  readonly words: string;
}

export const NOWHERE: Where = { place: null, words: "" };
const LINE_CHARACTERS_MAX = 60;

export function WhereField({ value, change }: { value: Where; change: (value: Where) => void }) {
  const places = useDocument<NamedPlaces>("/places").document?.places ?? [];
  const choose = (root: string) => {
    const found = places.find((one) => one.root === root);
    // The name goes along in words, for whoever does not have the place on their node.
    change({ place: found?.root ?? null, words: found?.name ?? value.words });
  };
  return (
    <>
      {places.length > 0 && (
        <Picker
          label={say("Place")}
          value={value.place ?? ""}
          options={[
            ["", say("No place of the list")],
            ...places.map((one) => [one.root, one.name] as const),
          ]}
          change={choose}
        />
      )}
      <Field
        label={say("Where, in your words")}
        value={value.words}
        change={(words) => change({ ...value, words })}
        max={LINE_CHARACTERS_MAX}
      />
    </>
  );
}
