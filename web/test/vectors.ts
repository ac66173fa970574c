/** The vectors that Python and TypeScript share. */

import { readFileSync } from "node:fs";
import { fromHex } from "../src/core/bytes";

/** Return one of the files in tests/vectors, as the type that the test says it has. */
export function vectors<Shape>(name: string): Shape {
  const path = new URL(`../../tests/vectors/${name}`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")) as Shape;
}

/** Return the bytes of hexadecimal digits, or null. */
export function bytesOrNull(digits: string | null): Uint8Array | null {
  return digits === null ? null : fromHex(digits);
}
