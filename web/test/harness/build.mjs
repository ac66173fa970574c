/** Bundles a harness for Node.js: `node test/harness/build.mjs private /tmp/out` makes private.mjs. */

import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";

const [name, directory] = process.argv.slice(2);

/** Files next to a source stay findable from the bundle. */
const places = {
  name: "places",
  transform: (code, id) =>
    code.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id.split("?")[0]).href)),
};

await build({
  configFile: false,
  logLevel: "error",
  root: fileURLToPath(new URL("../..", import.meta.url)),
  publicDir: false,
  plugins: [places],
  ssr: { noExternal: true },
  build: {
    ssr: fileURLToPath(new URL(`./${name}.ts`, import.meta.url)),
    outDir: directory,
    emptyOutDir: false,
    target: "node20",
    rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
  },
});
