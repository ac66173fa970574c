/** One bulletin, drill or alert whole: what it says, who said it, and what the reader may do. */

import type { Bulletin } from "../../../node/documents/bulletins";
import { dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";
import { later, lazily } from "../../later";
import { useDocument } from "../../loading";
import { Label, LinkButton, Notice, Screen, Words } from "../../parts";
import { Checked } from "./checked";
import { Here } from "./here";
import { Byline, Notices, Official, SeverityLabel } from "./marks";
import { isMember, isMine, isModerator } from "./me";
import { categoryWord } from "./wording";

const Moderation = lazily(() => import("./moderate").then((one) => one.Moderation));
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
  return (
    <>
      {bulletin.is_drill && (
        <Notice tone="drill">
          {say("This is a drill. Nothing has happened, and nobody has to do anything.")}
        </Notice>
      )}
      <p class="row">
        <SeverityLabel bulletin={bulletin} />
        {bulletin.title && <Label>{categoryWord(bulletin.category)}</Label>}
        {bulletin.is_update && <span class="quiet">{say("updated")}</span>}
      </p>
      <Notices notices={bulletin.notices} />
      <Words text={bulletin.text} />
      <Official bulletin={bulletin} />
      <Byline thing={bulletin} />
      <Roles roles={bulletin.author_roles} />
      <p class="quiet">
        {say("From {created}, until {expires}", {
          created: dayAndClock(bulletin.created),
          expires: dayAndClock(bulletin.expires),
        })}
      </p>
      <Checked thing={{ ...bulletin, words: [bulletin.title, bulletin.text] }} />
      {isMember() && isMine(bulletin) && bulletin.kind === "bulletin" && (
        <div class="row">
          {bulletin.template === null && (
            <LinkButton to={["board", "change", "bulletin", bulletin.id]}>
              {say("Change")}
            </LinkButton>
          )}
          <TakeBack root={bulletin.root} until={bulletin.expires} what={bulletin.text} />
        </div>
      )}
      {isModerator() && !isMine(bulletin) && (
        <Moderation target={bulletin.id} expires={bulletin.expires} />
      )}
    </>
  );
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
