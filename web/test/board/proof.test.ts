import { describe, expect, it } from "vitest";
import { encodeBulletin } from "../../src/core/bodies/bulletin";
import { base64url, hex } from "../../src/core/bytes";
import { fingerprint, signingKey } from "../../src/core/keys";
import { composeObject, KIND } from "../../src/core/object";
import { NO_TEXTS } from "../../src/core/text/texts";
import { provedBy, saysSo } from "../../src/ui/screens/board/proof";

const COMMUNITY = new Uint8Array(16).fill(7);
const STEWARD = signingKey(new Uint8Array(32).fill(1));
const OTHER = signingKey(new Uint8Array(32).fill(2));
const fingerprintOf = (key: typeof STEWARD) => hex(fingerprint(key.publicKey));
const steward = { fingerprint: fingerprintOf(STEWARD), key: hex(STEWARD.publicKey), name: "Anna" };
const THERE = {
  id: hex(COMMUNITY),
  name: "Nordstadt",
  charter: { number: 0, stewards: [steward] },
  minute: 1000,
  clock_known: true,
  node: { key: "", name: "" },
};
const FIELDS = {
  text: "Wasser am Nordmarkt.",
  title: "Wasser",
  category: "water",
  severity: "minor",
  template: null,
} as const;
const THING = composeObject(STEWARD, COMMUNITY, {
  kind: KIND.bulletin,
  ...encodeBulletin(NO_TEXTS, FIELDS),
  sequence: 1,
  createdMin: 1000,
  lifetimeCode: 4,
});
const DRILL = composeObject(STEWARD, COMMUNITY, {
  kind: KIND.drill,
  ...encodeBulletin(NO_TEXTS, FIELDS),
  sequence: 2,
  createdMin: 1000,
  lifetimeCode: 4,
});
const PAPERS = { id: hex(THING.id), encoded: base64url(THING.encoded), notices: [], vouchers: [] };
const SHOWN = {
  id: hex(THING.id),
  author_fingerprint: fingerprintOf(STEWARD),
  words: [FIELDS.title, FIELDS.text],
};

describe("what a phone proves about something that is shown", () => {
  it("is whose it is", () => {
    expect(provedBy(PAPERS, THERE, SHOWN)).toMatchObject({ name: "Anna" });
  });

  it("is nothing where the node shows another name or another object", () => {
    const other = { ...SHOWN, author_fingerprint: fingerprintOf(OTHER) };
    expect(provedBy(PAPERS, THERE, other)).toEqual({ problem: "other_author" });
    const id = "0".repeat(32);
    expect(provedBy(PAPERS, THERE, { ...SHOWN, id })).toEqual({ problem: "bad_signature" });
    const papers = { ...PAPERS, encoded: "not base64!" };
    expect(provedBy(papers, THERE, SHOWN)).toEqual({ problem: "damaged" });
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
