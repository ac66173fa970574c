/**
 * Places where they are: dots with names, north up, over the node's own map if it has one.
 *
 * Invariant: nothing here asks anybody but the node. Whoever cannot see it has the same as a list,
 * with distances.
 */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Place, Places } from "../node/documents/places";
import { theNode } from "../ui/app";
import { useDocument } from "../ui/loading";
import { Button, Card, Name, Screen, Shown } from "../ui/parts";
import { distanceWords, metresBetween } from "../ui/screens/places/distance";
import { LevelShown } from "../ui/screens/places/level";
import { say } from "../words/words";
import { type MapArchive, nodeSource, openArchive } from "./archive";
import { Ground } from "./ground";
import { fitted, moved, type Point, project, type View, zoomed } from "./projection";
import { Schematic } from "./schematic";
import "../ui/screens/places/places.css";
import "./map.css";

const HEIGHT_SHARE = 0.55;

export function MapScreen({ path }: { path: readonly string[] }) {
  const loaded = useDocument<Places>("/places");
  return (
    <Screen title={say("Map")} back={["places"]}>
      <Shown loaded={loaded}>
        {({ places }) => {
          const placed = places.filter((one) => one.position !== null);
          return placed.length === 0 ? (
            <p>{say("No place here says where it is.")}</p>
          ) : (
            <Chart places={placed} chosen={path[0] ?? null} />
          );
        }}
      </Shown>
    </Screen>
  );
}

function Chart({ places, chosen }: { places: readonly Place[]; chosen: string | null }) {
  const archive = useArchive();
  const frame = useRef<HTMLDivElement>(null);
  const points = useMemo(() => places.map(pointOf), [places]);
  const [view, setView] = useState<View | null>(null);
  const [selected, select] = useState(chosen);
  useEffect(() => {
    const width = frame.current?.clientWidth ?? 360;
    setView(fitted(points, width, Math.round(globalThis.innerHeight * HEIGHT_SHARE)));
  }, [points.length]);
  const current = places.find((one) => one.root === selected) ?? null;
  return (
    <>
      <div class="map" ref={frame}>
        {view && (
          <Movable view={view} change={setView}>
            {archive && <Ground archive={archive} view={view} />}
            <Schematic
              view={view}
              places={places}
              points={points}
              selected={selected}
              select={select}
            />
          </Movable>
        )}
        {view && (
          <div class="zoom">
            <Button act={() => setView(zoomed(view, 1))}>
              <span aria-hidden="true">+</span>
              <span class="unseen">{say("Closer")}</span>
            </Button>
            <Button act={() => setView(zoomed(view, -1))}>
              <span aria-hidden="true">−</span>
              <span class="unseen">{say("Farther")}</span>
            </Button>
          </div>
        )}
      </div>
      {archive && (
        <p class="quiet attribution">
          <bdi>{archive.attribution}</bdi>
        </p>
      )}
      {current && <Chosen place={current} />}
      <Distances places={places} from={current} />
    </>
  );
}

function Chosen({ place }: { place: Place }) {
  return (
    <Card to={["places", place.root]} tone="info">
      <h2 class="placename">
        <Name text={place.name} /> <small>{place.category_words}</small>
      </h2>
      <LevelShown crowding={place.crowding} />
    </Card>
  );
}

function Distances({ places, from }: { places: readonly Place[]; from: Place | null }) {
  const others = places.filter((one) => one !== from);
  const metres = (one: Place) => (from === null ? null : metresBetween(from, one));
  const sorted = [...others].sort((one, other) => (metres(one) ?? 0) - (metres(other) ?? 0));
  return (
    <>
      <h2>
        {from === null
          ? say("All places on the map")
          : say("From {place}", { place: `\u2068${from.name}\u2069` })}
      </h2>
      <ul>
        {sorted.map((one) => (
          <li key={one.root}>
            <a href={`#/places/${one.root}`}>
              <bdi>{one.name}</bdi>
            </a>
            {from !== null && ` · ${distanceWords(metres(one) ?? 0)}`}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Moves with one finger or the mouse; the page scrolls where the map is not. */
function Movable(props: {
  view: View;
  change: (view: View) => void;
  children: preact.ComponentChildren;
}) {
  const { view, change, children } = props;
  const last = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const down = (event: PointerEvent) => {
    last.current = { x: event.clientX, y: event.clientY };
  };
  const move = (event: PointerEvent) => {
    if (last.current === null || event.buttons === 0) {
      return;
    }
    const { x, y } = last.current;
    last.current = { x: event.clientX, y: event.clientY };
    change(moved(view, event.clientX - x, event.clientY - y));
  };
  const up = () => {
    last.current = null;
  };
  return (
    <div
      class="movable"
      style={{ blockSize: `${view.height}px` }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerLeave={up}
    >
      {children}
    </div>
  );
}

/** The node's map, or null while it is not known to have one. */
function useArchive(): MapArchive | null {
  const [archive, setArchive] = useState<MapArchive | null>(null);
  useEffect(() => {
    let isCurrent = true;
    openArchive(nodeSource(theNode().address)).then((found) => isCurrent && setArchive(found));
    return () => {
      isCurrent = false;
    };
  }, []);
  return archive;
}

function pointOf(place: Place): Point {
  return place.position === null ? { x: 0, y: 0 } : project(place.position);
}
