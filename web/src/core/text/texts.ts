/**
 * Short text as bytes: the shortest of a few frozen codecs, and the way back, bounded.
 *
 * Not for: what a text means. The codecs that need data come from whoever loaded it
 * (`deflate`, `model/`), so that a page which only looks brings neither.
 * Source: docs/spec/object.md section 6.
 */

import { fromUtf8, utf8 } from "../bytes";
import { LimitError, PeerError } from "../errors";
import { firstUnshowable, pointName } from "./characters";

export const UTF8 = 0;
export const DEFLATE = 1;
/** So much worse than the other on the first characters, a model has lost. */
const PROBE_BYTES = 3;

export type ModelName = "de-1" | "en-1";
/** A file that the node serves: `/models/de-1.bin`. */
export type TextFile = ModelName | "dictionary-1";

/** The codecs that predict, and their models. */
export const MODEL_CODECS: Readonly<Record<ModelName, number>> = { "de-1": 2, "en-1": 3 };

/** A codec between UTF-8 and fewer bytes: `deflate` makes it. */
export interface Compressor {
  write(plain: Uint8Array): Uint8Array;
  /** Throws `PeerError` if the data are damaged or yield more than `bytesMax`. */
  read(data: Uint8Array, bytesMax: number): Uint8Array;
}

/** A codec that predicts texts: `model/` makes it. */
export interface Predictor {
  write(text: string): Attempt;
  /** Throws `PeerError` if the data are not the one form of a text of at most `bytesMax`. */
  read(data: Uint8Array, bytesMax: number): string;
}

/** One text on its way through one model. */
export interface Attempt {
  /** Return about how many bytes the first characters take. */
  probe(): number;
  /** Return the text's one form in this model, or null if it has none. */
  finish(): Uint8Array | null;
}

/** What is loaded; each may be missing. */
export interface Texts {
  readonly dictionary?: Compressor;
  readonly models: Readonly<Partial<Record<ModelName, Predictor>>>;
}

/** Nothing is loaded: texts are written and read as UTF-8. */
export const NO_TEXTS: Texts = { models: {} };

/** A text in a codec. */
export interface WrittenText {
  readonly codec: number;
  readonly data: Uint8Array;
}

/** The text needs a file that is not loaded; load it and read again. */
export class MissingFile extends Error {
  override readonly name = "MissingFile";
  readonly file: TextFile;

  constructor(file: TextFile) {
    super(`text file ${file} is not loaded`);
    this.file = file;
  }
}

/** Return the file that reading this codec needs, or null. */
export function fileOf(codec: number): TextFile | null {
  if (codec === DEFLATE) {
    return "dictionary-1";
  }
  return modelNames().find((name) => MODEL_CODECS[name] === codec) ?? null;
}

/**
 * Return `text` in the codec that makes it shortest, of those that are loaded.
 *
 * `models` names those that are tried; all, if it is left out.
 * Throws `LimitError` if the text has a character that must not be shown.
 */
export function writeText(
  texts: Texts,
  text: string,
  models: readonly ModelName[] = modelNames(),
): WrittenText {
  const unshowable = firstUnshowable(text);
  if (unshowable !== null) {
    const point = pointName(unshowable.point);
    throw new LimitError(
      `The text has the invisible character ${point} at position ${unshowable.position}; ` +
        "such characters are not allowed. Remove it.",
      "bad_character",
      { point, position: unshowable.position },
    );
  }
  const plain = utf8(text);
  const candidates: WrittenText[] = [{ codec: UTF8, data: plain }];
  if (texts.dictionary) {
    candidates.push({ codec: DEFLATE, data: texts.dictionary.write(plain) });
  }
  candidates.push(...predicted(texts, text, models));
  return candidates.reduce((best, one) => (one.data.length < best.data.length ? one : best));
}

/**
 * Return the text that `data` holds, at most `bytesMax` bytes as UTF-8.
 *
 * Throws `PeerError`: unknown codec, damaged or over-long data, or a text that must not be shown;
 * `MissingFile`: the codec needs a file that is not loaded.
 */
export function readText(texts: Texts, codec: number, data: Uint8Array, bytesMax: number): string {
  const text = unpacked(texts, codec, data, bytesMax);
  const unshowable = firstUnshowable(text);
  if (unshowable !== null) {
    throw new PeerError("bad_character", pointName(unshowable.point));
  }
  return text;
}

function unpacked(texts: Texts, codec: number, data: Uint8Array, bytesMax: number): string {
  if (codec === UTF8) {
    if (data.length > bytesMax) {
      throw new PeerError("oversize", `text of ${data.length} bytes, at most ${bytesMax}`);
    }
    return fromUtf8(data);
  }
  const file = fileOf(codec);
  if (file === null) {
    throw new PeerError("unknown_codec", `text codec ${codec}`);
  }
  if (file === "dictionary-1") {
    return fromUtf8(loaded(texts.dictionary, file).read(data, bytesMax));
  }
  return loaded(texts.models[file], file).read(data, bytesMax);
}

/** Return the text in each model that does not lose on its first characters. */
function predicted(texts: Texts, text: string, models: readonly ModelName[]): WrittenText[] {
  const attempts = modelNames().flatMap((name) => {
    const model = models.includes(name) ? texts.models[name] : undefined;
    return model ? [{ codec: MODEL_CODECS[name], attempt: model.write(text) }] : [];
  });
  const sizes = attempts.map(({ attempt }) => attempt.probe());
  const least = Math.min(...sizes);
  return attempts.flatMap(({ codec, attempt }, number) => {
    const isLost = (sizes[number] as number) >= least + PROBE_BYTES;
    const data = isLost ? null : attempt.finish();
    return data === null ? [] : [{ codec, data }];
  });
}

function loaded<Codec>(codec: Codec | undefined, file: TextFile): Codec {
  if (codec === undefined) {
    throw new MissingFile(file);
  }
  return codec;
}

function modelNames(): readonly ModelName[] {
  return Object.keys(MODEL_CODECS) as ModelName[];
}
