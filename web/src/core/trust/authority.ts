/**
 * Whether somebody may say what they signed, as things stand: severe news, drills, alerts.
 *
 * Not for: who is who (`membership`), what a text says. meshnode/board/rules.py judges the same way.
 * Source: docs/spec/trust.md sections 4 to 6.
 */

import { severityIn } from "../bodies/alert";
import { hex } from "../bytes";
import { expiresMin, KIND, type SignedObject } from "../object";
import type { Checks } from "./evidence";
import type { Identity, Signer, Standing } from "./membership";

/** A grant says since which minute, and clocks differ: an act may be so much older. */
const GRANT_SLACK_MIN = 60;
/** From this severity on a bulletin needs a role. */
export const SEVERE = 2;

export type Reason = "stranger" | "bad_signature" | "revoked" | "outlives_certificate" | "role";

export type Judgement =
  | { readonly author: Identity; readonly roles: readonly string[] }
  | { readonly reason: Reason };

/** Returns who signed a bulletin, drill, alert or what else hangs in public, if they may. */
export function judge(standing: Standing, thing: SignedObject, checks: Checks): Judgement {
  const signers = standing.signers.get(hex(thing.author)) ?? [];
  const signer = signers.find((one) => checks.isSigned(thing, one.key));
  if (signer === undefined) {
    return { reason: signers.length > 0 ? "bad_signature" : "stranger" };
  }
  const { identity, last } = signer;
  if (thing.sequence > last) {
    return { reason: "revoked" };
  }
  if (identity.expiresMin !== null && expiresMin(thing) > identity.expiresMin) {
    return { reason: "outlives_certificate" };
  }
  const roles = rolesOf(standing, thing, signer);
  const needed = neededFor(thing);
  const isEnough = needed === null || needed.some((one) => roles.includes(one));
  return isEnough ? { author: identity, roles } : { reason: "role" };
}

/** Returns the roles in which somebody could say it: those of that time, and being a steward. */
function rolesOf(standing: Standing, thing: SignedObject, { identity }: Signer): string[] {
  const grants = standing.grants.get(identity.fingerprint) ?? [];
  const held = grants.filter(({ cuts, createdMin, expiresMin: until }) => {
    const isKept = cuts === null || thing.sequence <= (cuts.get(hex(thing.author)) ?? 0);
    const isThen = createdMin - GRANT_SLACK_MIN <= thing.createdMin;
    return isKept && isThen && expiresMin(thing) <= until;
  });
  const roles = held.map((one) => one.role as string);
  return identity.isSteward ? ["steward", ...roles] : roles;
}

/** Returns which roles may say such a thing; null: every member. */
function neededFor(thing: SignedObject): readonly string[] | null {
  const warning = ["steward", "coordinator"];
  switch (thing.kind) {
    case KIND.bulletin:
      return severityIn(thing) >= SEVERE ? warning : null;
    case KIND.drill:
    case KIND.mode:
      return warning;
    case KIND.alert:
      return ["importer"];
    case KIND.notice:
      return ["steward", "moderator", "coordinator"];
    default:
      return null;
  }
}
