/** Which node books: the one that this phone speaks to. */

import { fromHex, hex } from "../../../core/bytes";
import { fingerprint } from "../../../core/keys";

/** Returns a node's fingerprint from its public key, both in hex. */
export function nodeFingerprint(key: string): string {
  return hex(fingerprint(fromHex(key)));
}
