/**
 * The build of the phone app: hashed files into the package that serves them, each compressed
 * beside itself, so that a Pi compresses nothing while people wait.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const BUILT = "../meshnode/api/static";
const COMPRESSED = /\.(?:css|html|js|svg|webmanifest)$/;

/** Writes `NAME.gz` beside every text file of the build. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const entry of readdirSync(BUILT, { recursive: true, withFileTypes: true })) {
        if (entry.isFile() && COMPRESSED.test(entry.name)) {
          const path = join(entry.parentPath, entry.name);
          writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
        }
      }
    },
  };
}

export default defineConfig({
  base: "/",
  build: {
    outDir: BUILT,
    emptyOutDir: true,
    target: ["chrome96", "firefox102", "safari15.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: "build.json",
    // What the first screen and most others need, in one file: left alone, the bundler makes nine
    // of it, which compress worse and take a request each.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "first",
              test: /node_modules.(?:preact|@preact|idb).|src.ui.(?:app|session|route|address|trust)\.ts|src.node.client|src.core.errors|src.person.(?:store|people|arrival)\.ts|src.node.stream|preload-helper/,
            },
          ],
        },
      },
    },
  },
  plugins: [compressed()],
  // Cryptography on a machine that does other things beside it.
  test: { testTimeout: 60_000 },
});
