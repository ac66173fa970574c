/**
 * The spoken code of a hand-over: four digits that whoever promised something can check.
 *
 * Invariants: the digits follow from the device's secret and the claim alone, so nothing is stored,
 * and nothing that is public lets anybody try them.
 * Source: docs/spec/exchange.md section 6.
 */

import { concat, Reader, utf8 } from "./bytes";
import type { SigningKey } from "./keys";

/** What somebody says at a door and the other types with cold fingers. */
export const CODE_DIGITS = 4;
const DOMAIN = utf8("meshnode hand-over 1\0");

/** Return the digits for a claim that the holder of `device` confirmed; `ask` is its whole id. */
export function codeOf(device: SigningKey, ask: Uint8Array): string {
  const reader = new Reader(device.mac(concat(DOMAIN, ask)));
  // Eight bytes are more than a number holds exactly: the remainder is taken half by half.
  const [high, low] = [reader.uint(4), reader.uint(4)];
  const most = 10 ** CODE_DIGITS;
  const remainder = ((high % most) * (2 ** 32 % most) + (low % most)) % most;
  return String(remainder).padStart(CODE_DIGITS, "0");
}
