/**
 * The node's map file: its tiles, by Range requests to the node and to nobody else.
 *
 * Not for: drawing (`drawing`). Invariant: what is no map, or not there, is null and never thrown.
 */

import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { EtagMismatch, PMTiles, type Source, TileType } from "pmtiles";

/** Where a node hands out its map (docs/spec/api.md section 7). */
export const MAP_PATH = "/map.pmtiles";
/** The whole of a small neighbourhood; a phone has little memory. */
const TILES_MAX = 48;
const TIMEOUT_MS = 12_000;
const DEFAULT_ATTRIBUTION = "© OpenStreetMap contributors";
const IMAGES: Readonly<Partial<Record<TileType, string>>> = {
  [TileType.Png]: "image/png",
  [TileType.Jpeg]: "image/jpeg",
  [TileType.Webp]: "image/webp",
  [TileType.Avif]: "image/avif",
};

/** A tile as it can be drawn. */
export type Tile =
  | { readonly kind: "vector"; readonly tile: VectorTile }
  | { readonly kind: "image"; readonly image: ImageBitmap };

export interface MapArchive {
  readonly zoomMin: number;
  readonly zoomMax: number;
  /** Whom the map's data are from; it has to be shown. */
  readonly attribution: string;
  /** Returns a tile, or null where the file has none. */
  tile(z: number, x: number, y: number): Promise<Tile | null>;
}

/** Returns parts of the file at a node; the version that came first is asked for from then on. */
export function nodeSource(address: string): Source {
  return {
    getKey: () => address + MAP_PATH,
    async getBytes(offset, length, signal, etag) {
      const version = etag === undefined ? "" : `?v=${encodeURIComponent(etag)}`;
      const response = await fetch(address + MAP_PATH + version, {
        headers: { range: `bytes=${offset}-${offset + length - 1}` },
        credentials: "omit",
        signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status !== 206) {
        throw new EtagMismatch(`the map is not there (${response.status})`);
      }
      const found = response.headers.get("etag")?.replaceAll('"', "");
      return { data: await response.arrayBuffer(), ...(found !== undefined && { etag: found }) };
    },
  };
}

/** Returns the map of a source, or null if there is none that this app can draw. */
export async function openArchive(source: Source): Promise<MapArchive | null> {
  const archive = new PMTiles(source);
  try {
    const header = await archive.getHeader();
    if (header.tileType !== TileType.Mvt && IMAGES[header.tileType] === undefined) {
      return null;
    }
    const attribution = attributionOf(await archive.getMetadata());
    const known = new Map<string, Promise<Tile | null>>();
    const { minZoom: zoomMin, maxZoom: zoomMax } = header;
    const tile = (z: number, x: number, y: number) =>
      remembered(known, `${z}/${x}/${y}`, () => read(archive, header.tileType, [z, x, y]));
    return { zoomMin, zoomMax, attribution, tile };
  } catch {
    // Not there, out of reach, or no PMTiles file: the schematic does without, whatever it was.
    return null;
  }
}

async function read(
  archive: PMTiles,
  type: TileType,
  [z, x, y]: readonly [number, number, number],
): Promise<Tile | null> {
  const found = await archive.getZxy(z, x, y);
  if (found === undefined) {
    return null;
  }
  const mime = IMAGES[type];
  if (mime !== undefined) {
    const image = await createImageBitmap(new Blob([found.data], { type: mime }));
    return { kind: "image", image };
  }
  return { kind: "vector", tile: new VectorTile(new PbfReader(new Uint8Array(found.data))) };
}

function remembered(
  known: Map<string, Promise<Tile | null>>,
  key: string,
  make: () => Promise<Tile | null>,
): Promise<Tile | null> {
  const found = known.get(key) ?? make().catch(() => null);
  known.delete(key);
  known.set(key, found);
  const oldest = known.keys().next().value;
  if (known.size > TILES_MAX && oldest !== undefined) {
    known.delete(oldest);
  }
  return found;
}

/** Returns the attribution as plain text: files carry it as a piece of HTML. */
export function attributionOf(metadata: unknown): string {
  const given = (metadata as { attribution?: unknown } | null)?.attribution;
  if (typeof given !== "string") {
    return DEFAULT_ATTRIBUTION;
  }
  const text = given.replace(/<[^>]*>/g, "").replaceAll("&copy;", "©");
  return text.trim() === "" ? DEFAULT_ATTRIBUTION : text.trim().slice(0, 200);
}
