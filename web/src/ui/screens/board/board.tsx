/**
 * The screen Board: the list, one thing whole, and the forms to write one.
 *
 * `#/board`, `#/board/bulletin/ID`, `#/board/offer/ID`, `#/board/request/ID`, `#/board/meetup/ID`,
 * `#/board/new`, `#/board/new/offer` and so on.
 */

import "./board.css";
import { later } from "../../later";
import { BoardList } from "./list";

const BulletinScreen = later(() => import("./bulletin").then((one) => one.BulletinScreen));
const OfferScreen = later(() => import("./offer").then((one) => one.OfferScreen));
const MeetupScreen = later(() => import("./meetup").then((one) => one.MeetupScreen));
const NewScreen = later(() => import("./post/new").then((one) => one.NewScreen));

export function Board({ path }: { path: readonly string[] }) {
  const [what, id = ""] = path;
  switch (what) {
    case "bulletin":
      return <BulletinScreen key={id} id={id} />;
    case "offer":
    case "request":
      return <OfferScreen key={id} id={id} />;
    case "meetup":
      return <MeetupScreen key={id} id={id} />;
    case "new":
      return <NewScreen key={id} kind={id} />;
    default:
      return <BoardList />;
  }
}
