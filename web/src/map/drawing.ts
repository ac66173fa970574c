/**
 * A few layers of a tile on a canvas: land, green, water, houses, streets. Names come from the
 * board, not from the tiles.
 *
 * Knows the layers of the two common schemas (Protomaps, OpenMapTiles) by their names.
 */

import type { VectorTile, VectorTileFeature } from "@mapbox/vector-tile";
import type { Tile } from "./archive";
import type { PlacedTile } from "./projection";

/** What of a canvas is drawn on. */
export type Canvas = Pick<
  CanvasRenderingContext2D,
  | "save"
  | "restore"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "closePath"
  | "rect"
  | "clip"
  | "fill"
  | "stroke"
  | "drawImage"
> & {
  fillStyle: string | CanvasGradient | CanvasPattern;
  strokeStyle: string | CanvasGradient | CanvasPattern;
  lineWidth: number;
  lineJoin: CanvasLineJoin;
};

/** Colours of the map; those of the night spare eyes and batteries. */
export interface Palette {
  readonly land: string;
  readonly green: string;
  readonly water: string;
  readonly house: string;
  readonly street: string;
}

export const DAY: Palette = {
  land: "#f4f3ee",
  green: "#dcebd2",
  water: "#bcd8ea",
  house: "#e2ddd3",
  street: "#b9b4a8",
};
export const NIGHT: Palette = {
  land: "#1b1d21",
  green: "#1f2a20",
  water: "#16283a",
  house: "#2a2d33",
  street: "#4d525b",
};

type Paint = keyof Palette;

/** Layers from the ground up, by their names in either schema. */
const LAYERS: readonly (readonly [string, Paint])[] = [
  ["earth", "land"],
  ["landcover", "green"],
  ["landuse", "green"],
  ["park", "green"],
  ["natural", "green"],
  ["water", "water"],
  ["waterway", "water"],
  ["buildings", "house"],
  ["building", "house"],
  ["roads", "street"],
  ["transportation", "street"],
];
/** Kinds of land that are green; the rest of its layer is left out. */
const GREEN = /park|wood|forest|grass|garden|cemetery|meadow|recreation|pitch|nature|allotments/;
const MAIN = /highway|motorway|trunk|primary|secondary|major|main/;

/** Draws one tile into its square. */
export function drawTile(canvas: Canvas, placed: PlacedTile, tile: Tile, palette: Palette): void {
  const { left, top, size } = placed;
  if (tile.kind === "image") {
    canvas.drawImage(tile.image, left, top, size, size);
    return;
  }
  canvas.save();
  canvas.beginPath();
  canvas.rect(left, top, size, size);
  canvas.clip();
  for (const [name, paint] of LAYERS) {
    drawLayer(canvas, placed, tile.tile, { name, paint, colour: palette[paint] });
  }
  canvas.restore();
}

interface Layer {
  readonly name: string;
  readonly paint: Paint;
  readonly colour: string;
}

function drawLayer(canvas: Canvas, placed: PlacedTile, tile: VectorTile, layer: Layer): void {
  const found = tile.layers[layer.name];
  if (found === undefined) {
    return;
  }
  canvas.fillStyle = layer.colour;
  canvas.strokeStyle = layer.colour;
  canvas.lineJoin = "round";
  for (let number = 0; number < found.length; number++) {
    const feature = found.feature(number);
    if (isShown(feature, layer.paint)) {
      drawFeature(canvas, placed, feature, layer.paint);
    }
  }
}

function isShown(feature: VectorTileFeature, paint: Paint): boolean {
  return paint !== "green" || GREEN.test(kindOf(feature));
}

function kindOf({ properties }: VectorTileFeature): string {
  const { kind, pmap_kind, class: sort, subclass } = properties;
  return [kind, pmap_kind, sort, subclass].filter((one) => one !== undefined).join(" ");
}

const LINE = 2;
const POLYGON = 3;

function drawFeature(
  canvas: Canvas,
  placed: PlacedTile,
  feature: VectorTileFeature,
  paint: Paint,
): void {
  if (feature.type !== LINE && feature.type !== POLYGON) {
    return;
  }
  const scale = placed.size / feature.extent;
  canvas.beginPath();
  for (const ring of feature.loadGeometry()) {
    ring.forEach((point, number) => {
      const x = placed.left + point.x * scale;
      const y = placed.top + point.y * scale;
      if (number === 0) {
        canvas.moveTo(x, y);
      } else {
        canvas.lineTo(x, y);
      }
    });
    if (feature.type === POLYGON) {
      canvas.closePath();
    }
  }
  if (feature.type === POLYGON) {
    canvas.fill("evenodd");
  } else {
    canvas.lineWidth = widthOf(feature, paint, placed);
    canvas.stroke();
  }
}

/** Streets grow with the zoom, main ones are twice as wide. */
function widthOf(feature: VectorTileFeature, paint: Paint, placed: PlacedTile): number {
  const zoom = placed.z + Math.log2(placed.size / 256);
  const width = Math.max(0.7, (zoom - 11) * 0.8);
  return paint === "street" && MAIN.test(kindOf(feature)) ? 2 * width : width;
}
