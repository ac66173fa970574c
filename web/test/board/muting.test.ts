import { describe, expect, it } from "vitest";
import { entriesOf, idOf } from "../../src/ui/screens/board/entries";
import { unmuted } from "../../src/ui/screens/board/muting";
import { ANNA, BERT, bulletin, offer } from "./documents";

describe("a board without those whom its reader leaves out", () => {
  const entries = entriesOf(
    [
      bulletin({ id: "news", author_fingerprint: BERT }),
      bulletin({ id: "warning", author_fingerprint: BERT, severity: "severe" }),
      bulletin({ id: "official", author_fingerprint: BERT, kind: "alert" }),
      bulletin({ id: "unsigned", author_fingerprint: null }),
      bulletin({ id: "annas" }),
    ],
    [offer({ id: "offer", author_fingerprint: BERT })],
    [],
  );

  it("has their warnings, and what others write", () => {
    const left = unmuted(entries, { [BERT]: "Bert" }).map(idOf);
    expect(left.sort()).toEqual(["annas", "official", "unsigned", "warning"]);
    expect(unmuted(entries, {})).toHaveLength(entries.length);
    expect(unmuted(entries, { [ANNA]: "Anna" }).map(idOf)).not.toContain("annas");
  });
});
