/**
 * Where things are on a flat map: Web Mercator, north up, and what a window of it shows.
 *
 * Pure. Shapes: `x` and `y` of the world are 0..1 from its north-west corner; a `View` is centred on
 * a point of the world at a zoom at which the world is `256 * 2 ** zoom` pixels wide.
 */

/** Width of the world at zoom 0, as tiles have it. */
export const TILE_PIXELS = 256;
/** A street and its houses; positions are good to 100 m. */
export const ZOOM_MAX = 18;
export const ZOOM_MIN = 3;
/** Around what a view is fitted to. */
const MARGIN_PIXELS = 56;
/** A view of one place shows the streets around it. */
const ZOOM_OF_ONE = 15;
const EQUATOR_M = 40_075_017;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Degrees {
  readonly latitude: number;
  readonly longitude: number;
}

export interface View {
  readonly center: Point;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

/** Returns the point of the world at a position. */
export function project({ latitude, longitude }: Degrees): Point {
  const sine = Math.sin((latitude * Math.PI) / 180);
  const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  return { x: longitude / 360 + 0.5, y };
}

/** Returns where on the screen a point of the world is, in pixels from the top left corner. */
export function onScreen(view: View, point: Point): Point {
  const scale = TILE_PIXELS * 2 ** view.zoom;
  return {
    x: (point.x - view.center.x) * scale + view.width / 2,
    y: (point.y - view.center.y) * scale + view.height / 2,
  };
}

/** Returns the view that shows all points, no closer than is of use. */
export function fitted(points: readonly Point[], width: number, height: number): View {
  const xs = points.map((one) => one.x);
  const ys = points.map((one) => one.y);
  const [west, east] = [Math.min(...xs), Math.max(...xs)];
  const [north, south] = [Math.min(...ys), Math.max(...ys)];
  const inner = (pixels: number) => Math.max(1, pixels - 2 * MARGIN_PIXELS);
  const scale = Math.min(inner(width) / (east - west), inner(height) / (south - north));
  const zoom = Math.min(ZOOM_OF_ONE, Math.log2(scale / TILE_PIXELS));
  const center = { x: (west + east) / 2, y: (north + south) / 2 };
  return { center, zoom: clampedZoom(zoom), width, height };
}

/** Returns the view moved by pixels: what was there is under the finger now. */
export function moved(view: View, right: number, down: number): View {
  const scale = TILE_PIXELS * 2 ** view.zoom;
  const center = { x: view.center.x - right / scale, y: view.center.y - down / scale };
  return { ...view, center };
}

/** Returns the view closer by steps of zoom, farther for negative ones. */
export function zoomed(view: View, steps: number): View {
  return { ...view, zoom: clampedZoom(view.zoom + steps) };
}

function clampedZoom(zoom: number): number {
  return Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, zoom));
}

/** A line that is so long on the ground. */
export interface Scale {
  readonly metres: number;
  readonly pixels: number;
}

/** Returns the longest round length that takes at most `pixelsMax` in the middle of a view. */
export function scaleOf(view: View, pixelsMax: number): Scale {
  const latitude = Math.atan(Math.sinh(Math.PI * (1 - 2 * view.center.y)));
  const metresPerPixel = (EQUATOR_M * Math.cos(latitude)) / (TILE_PIXELS * 2 ** view.zoom);
  const most = metresPerPixel * pixelsMax;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2, 1].find((one) => one * power <= most) ?? 1) * power;
  return { metres, pixels: metres / metresPerPixel };
}

/** One tile, and where on the screen its square is. */
export interface PlacedTile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** Returns the tiles of a view, of a file that has those from `zoomMin` to `zoomMax`. */
export function tilesOf(view: View, zoomMin: number, zoomMax: number): readonly PlacedTile[] {
  const z = Math.min(zoomMax, Math.max(zoomMin, Math.round(view.zoom)));
  const count = 2 ** z;
  const size = TILE_PIXELS * 2 ** (view.zoom - z);
  const corner = onScreen(view, { x: 0, y: 0 });
  const from = (start: number) => Math.max(0, Math.floor(-start / size));
  const to = (start: number, extent: number) =>
    Math.min(count - 1, Math.floor((extent - start) / size));
  const tiles: PlacedTile[] = [];
  for (let y = from(corner.y); y <= to(corner.y, view.height); y++) {
    for (let x = from(corner.x); x <= to(corner.x, view.width); x++) {
      tiles.push({ z, x, y, left: corner.x + x * size, top: corner.y + y * size, size });
    }
  }
  return tiles;
}
