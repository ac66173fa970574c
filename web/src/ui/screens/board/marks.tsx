/**
 * What must stand with a thing wherever it is shown: moderation, official source, who and when.
 *
 * Invariant: nobody reads something without the corrections and labels that count for it.
 */

import type { Bulletin, Notice } from "../../../node/documents/bulletins";
import { nowMs } from "../../../words/now";
import { ago, lasting } from "../../../words/times";
import { say } from "../../../words/words";
import { Label, Words } from "../../parts";
import { isDoubted, type Outcome } from "./outcome";
import { apart, authorName, near, reasonWord, severityWord } from "./wording";

/** Corrections and labels, each with who said it. */
export function Notices({ notices }: { notices: readonly Notice[] }) {
  return (
    <>
      {notices.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
    </>
  );
}

function NoticeLine({ notice }: { notice: Notice }) {
  if (notice.act !== "label" && notice.act !== "correct") {
    return null;
  }
  const author = apart(notice.by_name);
  return (
    <div class="marked">
      <strong>
        {notice.act === "correct"
          ? say("Correction by {author}:", { author })
          : say("Note by {author}: {reason}.", { author, reason: reasonWord(notice.reason) })}
      </strong>
      {notice.text && <Words text={notice.text} />}
    </div>
  );
}

/** From which official source an alert is, and whether it is still in force. */
export function Official({ bulletin }: { bulletin: Bulletin }) {
  const { provenance, passed_on_by } = bulletin;
  if (provenance === null) {
    return null;
  }
  const now = nowMs();
  const source = apart(provenance.source);
  const author = passed_on_by.map(apart).join(", ");
  const moment = near(provenance.issued, now);
  return (
    <>
      {provenance.state === "unlisted" && (
        <p>
          <strong>
            {say("Its source does not list this warning any more. Nobody has given an all-clear.")}
          </strong>
        </p>
      )}
      {provenance.state === "all-clear" && (
        <p>
          <strong>{say("No longer in force")}</strong>
        </p>
      )}
      <p class="quiet">
        {say("Official: {source}. Passed on by {author}, {moment}", { source, author, moment })}
        {provenance.onset && (
          <> · {say("valid from {moment}", { moment: near(provenance.onset, now) })}</>
        )}
        {provenance.ends && (
          <> · {say("valid until {moment}", { moment: near(provenance.ends, now) })}</>
        )}
      </p>
    </>
  );
}

/** How bad it is; a drill says first that it is one, and what nobody may have said, that. */
export function SeverityLabel({
  bulletin,
  outcome,
}: {
  bulletin: Bulletin;
  outcome: Outcome | null;
}) {
  if (bulletin.is_drill) {
    return <Label tone="drill">{say("DRILL")}</Label>;
  }
  if (isDoubted(outcome)) {
    return <Label>{say("Not confirmed")}</Label>;
  }
  const isOver = bulletin.provenance !== null && bulletin.provenance.state !== "in-force";
  return (
    <Label tone={isOver ? "plain" : bulletin.severity}>{severityWord(bulletin.severity)}</Label>
  );
}

interface Signed {
  readonly author: string;
  readonly author_name: string | null;
  readonly age_s?: number | null;
  readonly expires_in_s?: number;
}

/** Who said it, when, and for how long it stays. */
export function Byline({ thing }: { thing: Signed }) {
  const said = [say("by {author}", { author: authorName(thing) })];
  if (typeof thing.age_s === "number") {
    said.push(ago(thing.age_s));
  }
  if (thing.expires_in_s !== undefined) {
    said.push(lasting(thing.expires_in_s));
  }
  return <p class="quiet">{said.join(" · ")}</p>;
}
