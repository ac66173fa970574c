import { TileType } from "pmtiles";
import { afterEach, describe, expect, it, vi } from "vitest";
import { attributionOf, nodeSource, openArchive } from "../../src/map/archive";
import { type Canvas, DAY, drawTile } from "../../src/map/drawing";
import { placed } from "../../src/map/labels";
import {
  fitted,
  moved,
  onScreen,
  project,
  scaleOf,
  tilesOf,
  zoomed,
} from "../../src/map/projection";
import { pmtiles, type Shape, sourceOf, vectorTile } from "./writing";

const PARK: Shape = {
  layer: "landuse",
  kind: "park",
  isArea: true,
  points: [
    [0, 0],
    [4096, 0],
    [4096, 2048],
    [0, 2048],
  ],
};
const FACTORY: Shape = { ...PARK, kind: "industrial" };
const ROAD: Shape = {
  layer: "roads",
  kind: "major_road",
  isArea: false,
  points: [
    [0, 2048],
    [4096, 2048],
  ],
};
const METADATA = { attribution: '<a href="https://example.org">&copy; OpenStreetMap</a>' };
const NORDMARKT = { latitude: 51.524, longitude: 7.472 };
const PLACED = { z: 14, x: 8532, y: 5446, left: 100, top: 50, size: 256 };

/** A canvas that remembers what was asked of it. */
function recorded(): { readonly canvas: Canvas; readonly calls: string[] } {
  const calls: string[] = [];
  const state: Record<string, unknown> = {};
  const canvas = new Proxy(state, {
    get:
      (_, name: string) =>
      (...given: readonly unknown[]) => {
        const paint =
          name === "fill" ? state.fillStyle : name === "stroke" ? state.strokeStyle : "";
        calls.push(`${name} ${[...given.map(rounded), paint].join(" ")}`.trim());
      },
    set: (_, name: string, value: unknown) => {
      state[name] = value;
      return true;
    },
  });
  return { canvas: canvas as unknown as Canvas, calls };
}

function rounded(value: unknown): unknown {
  return typeof value === "number" ? Math.round(value) : value;
}

describe("a map file", () => {
  it("gives its tiles, its zooms and whom to thank", async () => {
    const data = vectorTile([PARK, FACTORY, ROAD]);
    const file = pmtiles([{ at: [14, 8532, 5446], data }], METADATA);
    const archive = await openArchive(sourceOf(file));
    expect(archive).toMatchObject({ zoomMin: 14, zoomMax: 14, attribution: "© OpenStreetMap" });
    const tile = await archive?.tile(14, 8532, 5446);
    expect(tile?.kind === "vector" && Object.keys(tile.tile.layers)).toEqual(["landuse", "roads"]);
    expect(await archive?.tile(14, 1, 1)).toBeNull();
  });

  it("that is none, or cannot be drawn, is no map", async () => {
    expect(await openArchive(sourceOf(new TextEncoder().encode("[node]")))).toBeNull();
    const odd = pmtiles([{ at: [1, 0, 0], data: new Uint8Array(3) }], {}, TileType.Mlt);
    expect(await openArchive(sourceOf(odd))).toBeNull();
  });

  it("with a damaged tile has no such tile", async () => {
    const data = new Uint8Array([0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const archive = await openArchive(sourceOf(pmtiles([{ at: [0, 0, 0], data }], {})));
    expect(await archive?.tile(0, 0, 0)).toBeNull();
  });

  it("that says nothing about its data has them from where almost all maps have them", () => {
    expect(attributionOf(null)).toBe("© OpenStreetMap contributors");
    expect(attributionOf({ attribution: 7 })).toBe("© OpenStreetMap contributors");
  });
});

describe("a node's map", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is asked for in parts, of the version that came first", async () => {
    const file = pmtiles([{ at: [0, 0, 0], data: vectorTile([ROAD]) }], METADATA);
    const asked: string[] = [];
    vi.stubGlobal("fetch", (url: string, { headers }: { headers: { range: string } }) => {
      asked.push(`${url} ${headers.range}`);
      const [first = 0, last = 0] = (headers.range.match(/\d+/g) ?? []).map(Number);
      const body = file.slice(first, last + 1);
      return Promise.resolve(new Response(body, { status: 206, headers: { etag: '"abc"' } }));
    });
    const archive = await openArchive(nodeSource("http://node"));
    expect((await archive?.tile(0, 0, 0))?.kind).toBe("vector");
    expect(asked[0]).toBe("http://node/map.pmtiles bytes=0-16383");
    expect(asked.slice(1).every((one) => one.startsWith("http://node/map.pmtiles?v=abc "))).toBe(
      true,
    );
  });

  it("that is not there is none", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("", { status: 404 })));
    expect(await openArchive(nodeSource(""))).toBeNull();
  });
});

describe("a tile", () => {
  it("is drawn within its square: what is green, then streets, and no works", async () => {
    const data = vectorTile([PARK, FACTORY, ROAD]);
    const archive = await openArchive(sourceOf(pmtiles([{ at: [0, 0, 0], data }], {})));
    const tile = await archive?.tile(0, 0, 0);
    const { canvas, calls } = recorded();
    drawTile(canvas, PLACED, tile as NonNullable<typeof tile>, DAY);
    expect(calls).toEqual([
      "save",
      "beginPath",
      "rect 100 50 256 256",
      "clip",
      "beginPath",
      "moveTo 100 50",
      "lineTo 356 50",
      "lineTo 356 178",
      "lineTo 100 178",
      "lineTo 100 50",
      "closePath",
      `fill evenodd ${DAY.green}`,
      "beginPath",
      "moveTo 100 178",
      "lineTo 356 178",
      `stroke ${DAY.street}`,
      "restore",
    ]);
  });
});

describe("a view", () => {
  it("has the world's tiles where they belong", () => {
    const point = project(NORDMARKT);
    expect([Math.floor(point.x * 2 ** 14), Math.floor(point.y * 2 ** 14)]).toEqual([8532, 5446]);
    const view = fitted([point], 300, 200);
    expect(onScreen(view, point)).toEqual({ x: 150, y: 100 });
    const tiles = tilesOf(view, 0, 14);
    expect(tiles.every((one) => one.z === 14)).toBe(true);
    const under = tiles.find(
      (one) =>
        one.left <= 150 && one.left + one.size > 150 && one.top <= 100 && one.top + one.size > 100,
    );
    expect([under?.x, under?.y]).toEqual([8532, 5446]);
  });

  it("shows all places, and no more of the world than there is", () => {
    const points = [NORDMARKT, { latitude: 51.51, longitude: 7.45 }].map(project);
    const view = fitted(points, 320, 400);
    for (const point of points) {
      const { x, y } = onScreen(view, point);
      expect(x).toBeGreaterThan(50);
      expect(x).toBeLessThan(270);
      expect(y).toBeGreaterThan(50);
      expect(y).toBeLessThan(350);
    }
    expect(tilesOf({ ...view, zoom: 0 }, 0, 5)).toHaveLength(1);
  });

  it("moves with the finger and stays within its zooms", () => {
    const view = fitted([project(NORDMARKT)], 300, 200);
    const after = onScreen(moved(view, 30, -10), project(NORDMARKT));
    expect([Math.round(after.x), Math.round(after.y)]).toEqual([180, 90]);
    expect(zoomed(view, 99).zoom).toBe(18);
    expect(zoomed(view, -99).zoom).toBe(3);
  });

  it("has a scale in round metres", () => {
    const { metres, pixels } = scaleOf(fitted([project(NORDMARKT)], 300, 200), 120);
    expect(metres).toBe(200);
    expect(pixels).toBeLessThanOrEqual(120);
    expect(pixels).toBeGreaterThan(48);
  });
});

describe("names on the map", () => {
  it("stand beside their dots, and never on one another", () => {
    const names = [
      { name: "Brunnen", at: { x: 50, y: 50 } },
      { name: "Halle", at: { x: 60, y: 52 } },
      { name: "Am Rand", at: { x: 295, y: 100 } },
    ];
    const labels = placed(names, 300);
    expect(labels[0]).toMatchObject({ text: "Brunnen", anchor: "middle" });
    expect(labels[1]).toMatchObject({ anchor: "start" });
    expect(labels[2]).toMatchObject({ anchor: "end" });
  });

  it("are left out where there is no room, and cut where they are long", () => {
    const crowd = Array.from({ length: 12 }, () => ({ name: "Halle", at: { x: 100, y: 50 } }));
    expect(placed(crowd, 300).filter((one) => one !== null).length).toBeLessThan(5);
    const long = placed([{ name: "x".repeat(60), at: { x: 10, y: 50 } }], 600)[0];
    expect(long?.text).toHaveLength(24);
  });

  it("do not stand under the buttons that lie on the map", () => {
    const fountain = [{ name: "Brunnen", at: { x: 120, y: 50 } }];
    const buttons = { left: 0, right: 60, top: 0, bottom: 120 };
    expect(placed(fountain, 190, 1)[0]?.anchor).toBe("end");
    expect(placed(fountain, 190, 1, [buttons])[0]?.anchor).toBe("middle");
  });
});
