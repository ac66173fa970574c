/**
 * The screen Board: the list, one thing whole, and the forms to write one.
 *
 * `#/board`, `#/board/bulletin/ID`, `#/board/offer/ID`, `#/board/request/ID`, `#/board/meetup/ID`,
 * `#/board/new`, `#/board/new/offer` and so on, `#/board/new/news/water`, `#/board/ask/ID`, `#/board/change/offer/ID`,
 * `#/board/moderated`, `#/board/muted`.
 */

import "./board.css";
import { later } from "../../later";
import { BoardList } from "./list";

const BulletinScreen = later(() => import("./bulletin").then((one) => one.BulletinScreen));
const OfferScreen = later(() => import("./offer").then((one) => one.OfferScreen));
const MeetupScreen = later(() => import("./meetup").then((one) => one.MeetupScreen));
const AskScreen = later(() => import("./ask").then((one) => one.AskScreen));
const ChangeScreen = later(() => import("./post/change").then((one) => one.ChangeScreen));
const NewScreen = later(() => import("./post/new").then((one) => one.NewScreen));
const ModeratedScreen = later(() => import("./moderated").then((one) => one.ModeratedScreen));
const MutedScreen = later(() => import("./mutedlist").then((one) => one.MutedScreen));

export function Board({ path }: { path: readonly string[] }) {
  const [what, id = "", more = ""] = path;
  switch (what) {
    case "bulletin":
      return <BulletinScreen key={id} id={id} />;
    case "offer":
    case "request":
      return <OfferScreen key={id} id={id} />;
    case "meetup":
      return <MeetupScreen key={id} id={id} />;
    case "ask":
      return <AskScreen key={id} id={id} />;
    case "moderated":
      return <ModeratedScreen />;
    case "muted":
      return <MutedScreen />;
    case "change":
      return <ChangeScreen key={more} kind={id} id={more} />;
    case "new":
      return <NewScreen key={`${id}/${more}`} kind={id} what={more} />;
    default:
      return <BoardList />;
  }
}
