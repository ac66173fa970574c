/**
 * Taking somebody in: a member's word for a key, after six digits were said aloud.
 *
 * Source: docs/spec/trust.md section 3; meshnode/commands/trust/admission.py does the same.
 */

import { encodeCertificate } from "../core/bodies/certificate";
import { cleanName } from "../core/bodies/names";
import { fromHex } from "../core/bytes";
import { LimitError } from "../core/errors";
import { KIND } from "../core/object";
import type { NodeClient } from "../node/client";
import type { Candidates, Newcomer } from "../node/documents/people";
import { YEAR_MINUTES } from "./identity";
import { memberOf, type Person } from "./person";

/** So many members have to speak for somebody where no steward does. */
export const WORDS_NEEDED = 2;

/** What a certificate led to. */
export interface Admission {
  readonly name: string;
  readonly isMember: boolean;
  readonly wordsNeeded: number;
}

/** Returns who has these digits; nobody else can claim them again. */
export function claimJoin(node: NodeClient, typed: string): Promise<Newcomer> {
  return node.post<Newcomer>("/joins/claim", { code: typed.replace(/\D/g, "") });
}

/**
 * Speaks for a newcomer and, where that is enough, lets their phone sign.
 *
 * Throws `LimitError` where the word did not count (`no_word`) or they were revoked (`revoked`).
 */
export async function admit(node: NodeClient, me: Person, newcomer: Newcomer): Promise<Admission> {
  const name = cleanName(newcomer.name);
  const publicKey = fromHex(newcomer.key);
  const { body, codec } = encodeCertificate({ identityClass: "person", publicKey, name });
  await me.act({ kind: KIND.certificate, codec, body, minutes: YEAR_MINUTES });
  const found = await memberOf(node, newcomer.fingerprint);
  if (found?.is_revoked) {
    throw new LimitError("This identity was revoked.", "revoked");
  }
  if (found !== null) {
    if (newcomer.devices.length > 0) {
      await node.post("/objects", { objects: newcomer.devices });
    }
    return { name: found.name, isMember: true, wordsNeeded: 0 };
  }
  const { candidates } = await node.get<Candidates>("/candidates");
  const words = candidates.find((one) => one.fingerprint === newcomer.fingerprint)?.vouched_by;
  if (!words?.includes(me.fingerprint)) {
    throw new LimitError("Your word did not count.", "no_word");
  }
  return { name, isMember: false, wordsNeeded: Math.max(0, WORDS_NEEDED - words.length) };
}
