/**
 * Taking back what somebody said, and ending an identity: what leaves all nodes that hear of it.
 *
 * Not for: what is kept on this phone (`people`). What was printed, copied or read stays; so do
 * certificates, since others stand on them.
 * Source: docs/spec/trust.md sections 4 and 6.
 */

import { encodeRevocation } from "../core/bodies/revocation";
import { fromHex, hex } from "../core/bytes";
import { fingerprint } from "../core/keys";
import { KIND, minuteAt, type SignedObject } from "../core/object";
import type { NodeClient } from "../node/client";
import { YEAR_MINUTES } from "./identity";
import { communityToSign, handIn, memberOf, type Person } from "./person";

/** Something of one's own: `root` is by what a withdrawal names it, in hex. */
export interface Own {
  readonly root: string;
  readonly expires: string;
}

interface Written extends Own {
  readonly author_fingerprint: string | null;
}

interface Held {
  readonly objects: readonly {
    readonly id: string;
    readonly kind: string;
    readonly is_own: boolean;
    readonly expires: string;
  }[];
}

/** Things without versions that only their author needs; the others are known by their roots. */
const SINGLE: ReadonlySet<string> = new Set(["profile", "prekey", "circle"]);
/** Objects that the node takes in one request. */
const TOGETHER_MAX = 64;

/** Returns what can be taken back of what somebody said here. */
export async function withdrawable(node: NodeClient, me: string): Promise<readonly Own[]> {
  const [bulletins, offers, things, places, checkins, held] = await Promise.all([
    node.get<{ bulletins: readonly Written[] }>("/bulletins", { author: me }),
    node.get<{ offers: readonly Written[] }>("/offers", { with: me }),
    node.get<{ things: readonly Written[] }>("/bookable"),
    node.get<{ places: readonly Written[] }>("/places"),
    node.get<{ checkins: readonly Written[] }>("/checkins"),
    node.get<Held>("/me"),
  ]);
  const written = [
    ...bulletins.bulletins,
    ...offers.offers,
    ...things.things,
    ...places.places,
    ...checkins.checkins,
  ].filter((one) => one.author_fingerprint === me);
  const single = held.objects
    .filter((one) => one.is_own && SINGLE.has(one.kind))
    .map(({ id, expires }) => ({ root: id.slice(0, 8), expires }));
  const known = new Map([...written, ...single].map((one) => [one.root, one]));
  return [...known.values()];
}

/** Takes all of it back; returns when this node has every withdrawal. */
export async function withdrawAll(
  node: NodeClient,
  me: Person,
  things: readonly Own[],
): Promise<void> {
  const { identity } = me;
  const { minute } = await communityToSign(node, identity.community);
  const device = hex(identity.device.publicKey);
  const member = await memberOf(node, me.fingerprint);
  const above = member?.keys.find((one) => one.key === device)?.last_sequence;
  const signed: SignedObject[] = [];
  for (const { root, expires } of things) {
    const minutes = Math.max(1, minuteAt(Date.parse(expires)) - minute);
    const parent = fromHex(root);
    const content = { kind: KIND.withdrawal, body: new Uint8Array(), minute, minutes, parent };
    signed.push(await identity.sign({ ...content, above }));
  }
  for (let at = 0; at < signed.length; at += TOGETHER_MAX) {
    await handIn(node, ...signed.slice(at, at + TOGETHER_MAX));
  }
}

/** Ends the identity for good: everything that any of its keys signed is void everywhere. */
export async function endIdentity(me: Person, paper: Uint8Array | null): Promise<void> {
  const { body } = encodeRevocation({
    reason: "erased",
    subject: fingerprint(me.identity.publicKey),
    cuts: [],
    role: null,
  });
  await me.act({ kind: KIND.revocation, body, minutes: YEAR_MINUTES }, paper);
}
