/**
 * Text codec 1: raw deflate with preset dictionary 1, which comes as a file from the node.
 *
 * Compressors are free: these bytes need not be those of another program, only their text.
 */

import { deflateSync } from "fflate";
import { checkedFile } from "./files";
import { inflate } from "./inflate";
import type { Compressor } from "./texts";

/**
 * Return the codec that `/models/dictionary-1.bin` makes.
 *
 * Throws `PeerError` ("bad_file") if the file is another one.
 */
export function readDictionary(file: Uint8Array): Compressor {
  const dictionary = checkedFile("dictionary-1", file).slice();
  return {
    write: (plain) => deflateSync(plain, { level: 9, mem: 8, dictionary }),
    read: (data, bytesMax) => inflate(data, dictionary, bytesMax),
  };
}
