/** A tiny map in one file, made by code: for tests and for looking at the app, and nothing else. */

import { PbfWriter } from "pbf";
import { Compression, type Source, TileType, zxyToTileId } from "pmtiles";

const HEADER_BYTES = 127;
const EXTENT = 4096;

/** One shape of a layer: rings or lines in the tile's own units, 0..4096. */
export interface Shape {
  readonly layer: string;
  readonly kind: string;
  readonly isArea: boolean;
  readonly points: readonly (readonly [number, number])[];
}

/** A tile at its place. */
export interface WrittenTile {
  readonly at: readonly [number, number, number];
  readonly data: Uint8Array;
}

/** Returns a vector tile (MVT 2) that holds these shapes. */
export function vectorTile(shapes: readonly Shape[]): Uint8Array {
  const pbf = new PbfWriter();
  for (const name of new Set(shapes.map((one) => one.layer))) {
    pbf.writeMessage(
      3,
      (found: readonly Shape[], layer: PbfWriter) => {
        layer.writeStringField(1, name);
        for (const [number, one] of found.entries()) {
          layer.writeMessage(2, writeFeature, { one, number });
        }
        layer.writeStringField(3, "kind");
        for (const one of found) {
          layer.writeMessage(
            4,
            (kind: string, value: PbfWriter) => value.writeStringField(1, kind),
            one.kind,
          );
        }
        layer.writeVarintField(5, EXTENT);
        layer.writeVarintField(15, 2);
      },
      shapes.filter((one) => one.layer === name),
    );
  }
  return pbf.finish();
}

function writeFeature({ one, number }: { one: Shape; number: number }, feature: PbfWriter): void {
  feature.writePackedVarint(2, [0, number]);
  feature.writeVarintField(3, one.isArea ? 3 : 2);
  feature.writePackedVarint(4, commands(one));
}

function commands({ points, isArea }: Shape): number[] {
  let [lastX, lastY] = [0, 0];
  const written: number[] = [];
  points.forEach(([x, y], number) => {
    if (number === 0) {
      written.push((1 << 3) | 1);
    } else if (number === 1) {
      written.push(((points.length - 1) << 3) | 2);
    }
    written.push(zigzag(x - lastX), zigzag(y - lastY));
    [lastX, lastY] = [x, y];
  });
  return isArea ? [...written, (1 << 3) | 7] : written;
}

function zigzag(value: number): number {
  return (value << 1) ^ (value >> 31);
}

/** Returns a PMTiles file (version 3) with these tiles, nothing compressed. */
export function pmtiles(
  tiles: readonly WrittenTile[],
  metadata: unknown,
  tileType = TileType.Mvt,
): Uint8Array {
  const sorted = [...tiles].sort((one, other) => idOf(one) - idOf(other));
  const directory = writtenDirectory(sorted);
  const json = new TextEncoder().encode(JSON.stringify(metadata));
  const data = sorted.reduce((sum, one) => sum + one.data.length, 0);
  const starts = [HEADER_BYTES, HEADER_BYTES + directory.length];
  const dataStart = HEADER_BYTES + directory.length + json.length;
  const file = new Uint8Array(dataStart + data);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode("PMTiles"));
  file[7] = 3;
  const longs = [
    [8, starts[0] ?? 0],
    [16, directory.length],
    [24, starts[1] ?? 0],
    [32, json.length],
    [40, dataStart],
    [48, 0],
    [56, dataStart],
    [64, data],
    [72, sorted.length],
    [80, sorted.length],
    [88, sorted.length],
  ] as const;
  for (const [at, value] of longs) {
    view.setBigUint64(at, BigInt(value), true);
  }
  const zooms = sorted.map(({ at }) => at[0]);
  file.set([1, Compression.None, Compression.None, tileType], 96);
  file.set([Math.min(...zooms), Math.max(...zooms)], 100);
  file.set(directory, HEADER_BYTES);
  file.set(json, HEADER_BYTES + directory.length);
  let position = dataStart;
  for (const one of sorted) {
    file.set(one.data, position);
    position += one.data.length;
  }
  return file;
}

function idOf({ at: [z, x, y] }: WrittenTile): number {
  return zxyToTileId(z, x, y);
}

function writtenDirectory(tiles: readonly WrittenTile[]): Uint8Array {
  const pbf = new PbfWriter();
  const put = (values: readonly number[]) => {
    for (const one of values) {
      pbf.writeVarint(one);
    }
  };
  const ids = tiles.map(idOf);
  let offset = 0;
  const offsets = tiles.map(({ data }) => {
    const start = offset;
    offset += data.length;
    return start + 1;
  });
  put([tiles.length]);
  put(ids.map((id, number) => id - (number === 0 ? 0 : (ids[number - 1] ?? 0))));
  put(tiles.map(() => 1));
  put(tiles.map(({ data }) => data.length));
  put(offsets);
  return pbf.finish();
}

/** Hands out parts of a file as a node does. */
export function sourceOf(file: Uint8Array): Source {
  return {
    getKey: () => "file",
    getBytes: (offset, length) =>
      Promise.resolve({ data: file.slice(offset, offset + length).buffer, etag: "1" }),
  };
}
