/** The node's map behind the places, drawn tile by tile as they come. */

import { useEffect, useRef } from "preact/hooks";
import type { MapArchive } from "./archive";
import { DAY, drawTile, NIGHT } from "./drawing";
import { tilesOf, type View } from "./projection";

export function Ground({ archive, view }: { archive: MapArchive; view: View }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const { width, height } = view;
  const density = Math.min(2, globalThis.devicePixelRatio || 1);
  useEffect(() => {
    const context = ref.current?.getContext("2d");
    if (!context) {
      return;
    }
    const palette = globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ? NIGHT : DAY;
    let isCurrent = true;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.fillStyle = palette.land;
    context.fillRect(0, 0, width, height);
    for (const placed of tilesOf(view, archive.zoomMin, archive.zoomMax)) {
      archive.tile(placed.z, placed.x, placed.y).then((tile) => {
        if (isCurrent && tile !== null) {
          drawTile(context, placed, tile, palette);
        }
      });
    }
    return () => {
      isCurrent = false;
    };
  }, [archive, view, density]);
  return <canvas ref={ref} class="ground" width={width * density} height={height * density} />;
}
