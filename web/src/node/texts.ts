/**
 * The files that make text short, from the node, each once while the page is open.
 *
 * A phone writes without them, too, in more bytes of air; so whatever does not come is left out.
 */

import type { ModelName, TextFile, Texts } from "../core/text/texts";

/** In which model a language is written shorter; the others have the dictionary alone. */
const MODELS: Readonly<Record<string, ModelName>> = { de: "de-1", "de-simple": "de-1", en: "en-1" };
/** A model is 150 kB; at the edge of the Wi-Fi nobody waits for it longer. */
const TIMEOUT_MS = 8000;

const files = new Map<TextFile, Promise<Uint8Array>>();

/** Returns what writes texts of a language shortest, as far as the node at `address` hands it out. */
export async function textsToWrite(address: string, language: string): Promise<Texts> {
  const model = MODELS[language];
  return await textsWith(address, model ? ["dictionary-1", model] : ["dictionary-1"]);
}

/** Returns texts with these files, as far as they can be had. */
export async function textsWith(address: string, names: readonly TextFile[]): Promise<Texts> {
  const isModel = (name: TextFile): name is ModelName => name !== "dictionary-1";
  const [dictionary, ...predictors] = await Promise.all([
    names.includes("dictionary-1") ? dictionaryAt(address) : undefined,
    ...names.filter(isModel).map((name) => predictorAt(address, name)),
  ]);
  const models = Object.fromEntries(predictors.flatMap((one) => (one ? [one] : [])));
  return dictionary ? { dictionary, models } : { models };
}

async function dictionaryAt(address: string) {
  try {
    const [{ readDictionary }, file] = await Promise.all([
      import("../core/text/deflate"),
      fileAt(address, "dictionary-1"),
    ]);
    return readDictionary(file);
  } catch {
    return undefined;
  }
}

async function predictorAt(address: string, name: ModelName) {
  try {
    const [{ readPredictor }, file] = await Promise.all([
      import("../core/text/model/predictor"),
      fileAt(address, name),
    ]);
    return [name, readPredictor(name, file)] as const;
  } catch {
    return null;
  }
}

function fileAt(address: string, name: TextFile): Promise<Uint8Array> {
  const known = files.get(name);
  if (known) {
    return known;
  }
  const coming = fetched(`${address}/models/${name}.bin`);
  files.set(name, coming);
  coming.catch(() => files.delete(name));
  return coming;
}

async function fetched(address: string): Promise<Uint8Array> {
  const response = await fetch(address, {
    credentials: "omit",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) {
    throw new Error(`${address}: ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
