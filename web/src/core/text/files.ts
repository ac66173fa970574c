/** The files that codecs need: frozen, and known by their hashes (docs/spec/object.md, text.md). */

import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "../bytes";
import { PeerError } from "../errors";
import type { TextFile } from "./texts";

const HASHES: Readonly<Record<TextFile, string>> = {
  "dictionary-1": "2d05a6a9357fc2b0f3770cb82d2c47e51e2e1707fa0db72c3452fdf376531797",
  "de-1": "b78b5c55bfc80bc1a64d73e48e3cad4bf643277216636812b551d178e4d42acf",
  "en-1": "a48f6a878eec56c9ca3b83b95af0ed2ecb3bd6d39a62beabe80d18745a31231c",
};

/** Return the file if it is the one of this name, or throw `PeerError` ("bad_file"). */
export function checkedFile(name: TextFile, file: Uint8Array): Uint8Array {
  if (hex(sha256(file)) !== HASHES[name]) {
    throw new PeerError("bad_file", `${name} is damaged or another one`);
  }
  return file;
}
