/** The tabs' signs: drawn with one pen on a field of 24, in the colour of the word below. */

const SHAPES = {
  now: "M12 3v3M12 18v3M3 12h3M18 12h3M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8",
  board: "M5 4h14v16H5zM9 9h6M9 13h6",
  places:
    "M12 21s-7-6.2-7-11.5a7 7 0 0 1 14 0C19 14.8 12 21 12 21zM12 7.5a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4",
  messages: "M4 5h16v11H11l-5 4v-4H4z",
  me: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4.5 20c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
} as const;

export type IconName = keyof typeof SHAPES;

/** A sign beside a word that says the same, so nothing is read aloud twice. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
