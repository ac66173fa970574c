/** Dots with names and a scale: all that is left of a map where there is none. */

import type { Place } from "../node/documents/places";
import { say } from "../words/words";
import { type Box, placed } from "./labels";
import { onScreen, type Point, scaleOf, type View } from "./projection";

const SCALE_PIXELS_MAX = 120;

interface SchematicProps {
  readonly view: View;
  readonly places: readonly Place[];
  readonly points: readonly Point[];
  readonly selected: string | null;
  readonly select: (root: string) => void;
}

export function Schematic({ view, places, points, selected, select }: SchematicProps) {
  const found = places
    .map((place, number) => ({
      place,
      name: place.name,
      at: onScreen(view, points[number] ?? { x: 0, y: 0 }),
    }))
    .sort(
      (one, other) => Number(other.place.root === selected) - Number(one.place.root === selected),
    );
  const labels = placed(found, view.width, textScale(), furniture(view, textScale()));
  const { width, height } = view;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a drawing.
    <svg
      class="schematic"
      viewBox={`0 0 ${width} ${height}`}
      direction="ltr"
      role="group"
      aria-label={say("Places on a map, north is up")}
    >
      {found.map(({ place, at }, number) => (
        <Dot
          key={place.root}
          place={place}
          at={at}
          label={labels[number] ?? null}
          isSelected={place.root === selected}
          select={() => select(place.root)}
        />
      ))}
      <North x={width - 24} />
      <ScaleBar view={view} />
    </svg>
  );
}

/** Returns where buttons, the arrow and the scale lie over the map; `map.css` says how large. */
function furniture({ width, height }: View, scale: number): readonly Box[] {
  return [
    { left: 0, right: 60 * scale, top: 0, bottom: 120 * scale },
    { left: width - 40, right: width, top: 0, bottom: 30 },
    { left: 0, right: SCALE_PIXELS_MAX + 20, top: height - 32, bottom: height },
  ];
}

/** Returns how much larger than usual the reader has set letters. */
function textScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
}

interface DotProps {
  readonly place: Place;
  readonly at: Point;
  readonly label: ReturnType<typeof placed>[number];
  readonly isSelected: boolean;
  readonly select: () => void;
}

function Dot({ place, at, label, isSelected, select }: DotProps) {
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      select();
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no button inside of an SVG.
    <g
      class={`dot ${isSelected ? "selected" : ""}`}
      role="button"
      tabIndex={0}
      aria-pressed={isSelected}
      aria-label={place.name}
      onClick={select}
      onKeyDown={onKey}
    >
      <circle class="reach" cx={at.x} cy={at.y} r={22} />
      <circle cx={at.x} cy={at.y} r={isSelected ? 9 : 7} />
      {label && (
        <text x={label.x} y={label.y + 5} text-anchor={label.anchor}>
          {label.text}
        </text>
      )}
    </g>
  );
}

function North({ x }: { x: number }) {
  return (
    <g class="north">
      <path d={`M ${x} 8 l 7 18 l -7 -5 l -7 5 z`} />
    </g>
  );
}

function ScaleBar({ view }: { view: View }) {
  const { metres, pixels } = scaleOf(view, SCALE_PIXELS_MAX);
  const y = view.height - 12;
  const words = metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
  return (
    <g class="scale">
      <path d={`M 12 ${y - 6} V ${y} H ${12 + pixels} V ${y - 6}`} />
      <text x={18} y={y - 5}>
        {words}
      </text>
    </g>
  );
}
