/** What keeps a phone from meeting its node, as a word for screens. */

import { LimitError, PeerError } from "../core/errors";
import { MissingFile } from "../core/text/texts";
import { Refused, Unreachable } from "../node/client";
import { NotNow } from "../private/carrier";
import { StorageLost } from "./store";

/** Why the last meeting did not come about; null: it did, or there was none yet. */
export type Trouble =
  | "unreachable"
  | "busy"
  | "clock"
  | "community"
  | "not_member"
  | "not_paired"
  | "revoked"
  | "storage"
  | null;

/** Returns what keeps the phone from its node; what is none of that is a mistake of ours. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof NotNow) {
    return error.reason;
  }
  const code = error instanceof Refused ? error.code : null;
  if (code === "busy" || code === "not_paired" || code === "revoked") {
    return code;
  }
  if (error instanceof StorageLost || error instanceof DOMException) {
    return "storage";
  }
  const isPassing = [Unreachable, Refused, MissingFile, PeerError, LimitError].some(
    (kind) => error instanceof kind,
  );
  if (!isPassing) {
    throw error;
  }
  return "unreachable";
}
