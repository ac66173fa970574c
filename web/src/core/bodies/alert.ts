/**
 * Alerts: a bulletin's body behind where it comes from.
 *
 * Not for: writing them, which importers do on their nodes.
 * Source: docs/spec/kinds.md section 3.2.
 */

import { Reader } from "../bytes";
import { PeerError } from "../errors";
import { KIND } from "../object";
import type { Body } from "./body";
import { NAME_BYTES_MAX } from "./names";

const REFERENCE_BYTES = 8;
const REPLACES_MAX = 4;
const MINUTE_BYTES = 3;
const ENDS_FLAG = 0x20;
const ONSET_FLAG = 0x10;
const REFERENCE_FLAG = 0x08;
const COUNT_MASK = 0x07;

/** Return the bulletin in an alert, and whether the alert is in force, or throw `PeerError`. */
export function bulletinIn(thing: Body): { readonly isInForce: boolean; readonly bulletin: Body } {
  const reader = new Reader(thing.body);
  reader.block(NAME_BYTES_MAX);
  reader.take(MINUTE_BYTES);
  const flags = reader.byte();
  const count = flags & COUNT_MASK;
  if (count > REPLACES_MAX) {
    throw new PeerError("oversize", `${count} earlier alerts, at most ${REPLACES_MAX}`);
  }
  const references = count + (flags & REFERENCE_FLAG ? 1 : 0);
  const minutes = [ONSET_FLAG, ENDS_FLAG].filter((flag) => flags & flag).length;
  reader.take(references * REFERENCE_BYTES + minutes * MINUTE_BYTES);
  return { isInForce: flags >> 6 === 0, bulletin: { codec: thing.codec, body: reader.rest() } };
}

/** Return how severe a bulletin, drill or alert is, 0 to 3; an alert that is over is information. */
export function severityIn(thing: Body & { readonly kind: number }): number {
  if (thing.kind !== KIND.alert) {
    return (thing.body[0] ?? 0) >> 6;
  }
  const { isInForce, bulletin } = bulletinIn(thing);
  return isInForce ? (bulletin.body[0] ?? 0) >> 6 : 0;
}
