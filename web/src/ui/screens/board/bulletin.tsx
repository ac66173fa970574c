/** One bulletin, drill or alert whole: what it says, who said it, and what the reader may do. */

import type { Bulletin } from "../../../node/documents/bulletins";
import { dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";
import { later } from "../../later";
import { useDocument } from "../../loading";
import { Label, LinkButton, Notice, Screen, Words } from "../../parts";
import { Said } from "./checked";
import { Here } from "./here";
import { Byline, Notices, Official, SeverityLabel } from "./marks";
import { isMember, isMine } from "./me";
import { Others } from "./others";
import { graveOf, type Outcome, useOutcome } from "./outcome";
import { categoryWord } from "./wording";

const TakeBack = later(() => import("./post/takeback").then((one) => one.TakeBack));

export function BulletinScreen({ id }: { id: string }) {
  const loaded = useDocument<Bulletin>(`/bulletins/${id}`);
  const bulletin = loaded.document;
  const title = bulletin?.title ?? (bulletin ? categoryWord(bulletin.category) : say("News"));
  return (
    <Screen title={title} back={["board"]}>
      <Here loaded={loaded}>{(document) => <Whole bulletin={document} />}</Here>
    </Screen>
  );
}

function Whole({ bulletin }: { bulletin: Bulletin }) {
  const outcome = useOutcome({ ...bulletin, words: [bulletin.title, bulletin.text] });
  return (
    <>
      {bulletin.is_drill && (
        <Notice tone="drill">
          {say("This is a drill. Nothing has happened, and nobody has to do anything.")}
        </Notice>
      )}
      <p class="row">
        <SeverityLabel bulletin={bulletin} outcome={graveOf(bulletin) && outcome} />
        {bulletin.title && <Label>{categoryWord(bulletin.category)}</Label>}
        {bulletin.is_update && <span class="quiet">{say("updated")}</span>}
      </p>
      <Notices notices={bulletin.notices} />
      <Words text={bulletin.text} />
      <Official bulletin={bulletin} />
      <Byline thing={bulletin} />
      <Roles roles={rolesOf(bulletin, outcome)} />
      <p class="quiet">
        {say("From {created}, until {expires}", {
          created: dayAndClock(bulletin.created),
          expires: dayAndClock(bulletin.expires),
        })}
      </p>
      {outcome && <Said outcome={outcome} />}
      {isMember() && isMine(bulletin) && bulletin.kind !== "alert" && <Own bulletin={bulletin} />}
      <Others thing={bulletin} />
    </>
  );
}

/** What its author may do: a drill is only taken back, it says nothing that could be over. */
function Own({ bulletin }: { bulletin: Bulletin }) {
  const { id, template, kind } = bulletin;
  const isSaidByUs = template === null || template.id !== null;
  return (
    <div class="row">
      {kind === "bulletin" && isSaidByUs && (
        <LinkButton to={["board", "change", "bulletin", id]}>{say("Change")}</LinkButton>
      )}
      {kind === "bulletin" && bulletin.severity !== "info" && template?.id !== "all-clear" && (
        <LinkButton to={["board", "change", "over", id]}>{say("All-clear")}</LinkButton>
      )}
      <TakeBack root={bulletin.root} until={bulletin.expires} what={bulletin.text} />
    </div>
  );
}

/** Returns the roles that this phone proved; one that cannot prove any takes the node's word. */
function rolesOf(bulletin: Bulletin, outcome: Outcome | null): readonly string[] {
  if (outcome?.kind === "unpaired") {
    return bulletin.author_roles;
  }
  return outcome?.kind === "checked" ? outcome.roles : [];
}

function Roles({ roles }: { roles: readonly string[] }) {
  const words = roles.map(roleWord).filter((one) => one !== null);
  return words.length > 0 ? <p class="quiet">{words.join(", ")}</p> : null;
}

function roleWord(role: string): string | null {
  switch (role) {
    case "steward":
      return say("Steward of the community");
    case "coordinator":
      return say("Coordinator");
    case "moderator":
      return say("Moderator");
    default:
      return null;
  }
}
