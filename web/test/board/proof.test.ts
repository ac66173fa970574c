import { describe, expect, it } from "vitest";
import { type BulletinFields, encodeBulletin } from "../../src/core/bodies/bulletin";
import { base64url, hex } from "../../src/core/bytes";
import { fingerprint, type SigningKey, signingKey } from "../../src/core/keys";
import { KIND, type SignedObject } from "../../src/core/object";
import { NO_TEXTS } from "../../src/core/text/texts";
import { provedBy, saysSo } from "../../src/ui/screens/board/proof";
import { SmallTown } from "../town";

const TOWN = new SmallTown();
const STEWARD = TOWN.steward;
const [ANNA, PHONE, OTHER] = [2, 3, 4].map((seed) => signingKey(new Uint8Array(32).fill(seed))) as [
  SigningKey,
  SigningKey,
  SigningKey,
];
const fingerprintOf = (key: SigningKey) => hex(fingerprint(key.publicKey));
const FIELDS: BulletinFields = {
  text: "Wasser am Nordmarkt.",
  title: "Wasser",
  category: "water",
  severity: "minor",
  template: null,
};
const DAY = 4;

function said(by: SigningKey, fields: Partial<BulletinFields> = {}, kind = KIND.bulletin) {
  const { codec, body } = encodeBulletin(NO_TEXTS, { ...FIELDS, ...fields });
  return TOWN.sign(by, kind, body, codec, DAY);
}

function papersOf(thing: SignedObject) {
  const encoded = base64url(thing.encoded);
  return { id: hex(thing.id), encoded, notices: [], vouchers: [] };
}

function shownAs(thing: SignedObject, author: SigningKey) {
  const words = [FIELDS.title, FIELDS.text];
  return { id: hex(thing.id), author_fingerprint: fingerprintOf(author), words };
}

const THING = said(STEWARD);
const DRILL = said(STEWARD, {}, KIND.drill);
const PAPERS = papersOf(THING);
const SHOWN = shownAs(THING, STEWARD);
const MEMBERS = [TOWN.certificate(ANNA, "Anna"), TOWN.device(ANNA, PHONE)];

describe("what a phone proves about something that is shown", () => {
  it("is whose it is, and in which role", async () => {
    const trust = await TOWN.trust(...MEMBERS);
    expect(provedBy(PAPERS, trust, SHOWN)).toMatchObject({ name: null, roles: ["steward"] });
    const thing = said(PHONE);
    const found = provedBy(papersOf(thing), trust, shownAs(thing, ANNA));
    expect(found).toMatchObject({ name: "Anna", roles: [] });
  });

  it("is nothing for a warning by somebody without the role, whatever the node says", async () => {
    const warning = said(PHONE, { severity: "extreme" });
    const shown = { ...shownAs(warning, ANNA), severity: "extreme" } as const;
    const without = await TOWN.trust(...MEMBERS);
    expect(provedBy(papersOf(warning), without, shown)).toEqual({ problem: "role" });
    const moderator = await TOWN.trust(...MEMBERS, TOWN.role(ANNA, 2));
    expect(provedBy(papersOf(warning), moderator, shown)).toEqual({ problem: "role" });
    const coordinator = await TOWN.trust(...MEMBERS, TOWN.role(ANNA, 1));
    const found = provedBy(papersOf(warning), coordinator, shown);
    expect(found).toMatchObject({ name: "Anna", roles: ["coordinator"] });
    const stranger = said(OTHER, { severity: "extreme" });
    const foreign = { ...shown, ...shownAs(stranger, OTHER) };
    expect(provedBy(papersOf(stranger), coordinator, foreign)).toEqual({ problem: "stranger" });
  });

  it("is nothing for a phone that was revoked, or a bulletin that is shown worse than it is", async () => {
    const thing = said(PHONE);
    const revoked = await TOWN.trust(...MEMBERS, TOWN.revocation(PHONE));
    const found = provedBy(papersOf(thing), revoked, shownAs(thing, ANNA));
    expect(found).toEqual({ problem: "revoked" });
    const trust = await TOWN.trust(...MEMBERS);
    const shown = { ...SHOWN, severity: "severe" } as const;
    expect(provedBy(PAPERS, trust, shown)).toEqual({ problem: "other_severity" });
    expect(provedBy(PAPERS, trust, { ...SHOWN, severity: "minor" })).toHaveProperty("thing");
  });

  it("is nothing where the node shows another name or another object", async () => {
    const trust = await TOWN.trust(...MEMBERS);
    const other = { ...SHOWN, author_fingerprint: fingerprintOf(OTHER) };
    expect(provedBy(PAPERS, trust, other)).toEqual({ problem: "other_author" });
    const id = "0".repeat(32);
    expect(provedBy(PAPERS, trust, { ...SHOWN, id })).toEqual({ problem: "bad_signature" });
    const papers = { ...PAPERS, encoded: "not base64!" };
    expect(provedBy(papers, trust, SHOWN)).toEqual({ problem: "damaged" });
  });

  it("is that the words are the author's, also behind the words for a drill", () => {
    expect(saysSo(NO_TEXTS, THING, SHOWN)).toBe(true);
    const drill = { ...SHOWN, words: ["ÜBUNG: \u2068Wasser\u2069", `Eine Übung.\n${FIELDS.text}`] };
    expect(saysSo(NO_TEXTS, DRILL, drill)).toBe(true);
    expect(saysSo(NO_TEXTS, THING, drill)).toBe(false);
    const forged = { ...SHOWN, words: [FIELDS.title, "Kein Wasser am Nordmarkt!"] };
    expect(saysSo(NO_TEXTS, THING, forged)).toBe(false);
  });
});
