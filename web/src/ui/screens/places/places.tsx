/** The screen Places: what is needed, where it is, and how full it is there. */

import { later } from "../../later";
import { PlaceDetail } from "./detail";
import { PlaceList } from "./list";
import { Mine } from "./mine";
import "./places.css";

const Booking = later(() => import("./booking").then((module) => module.Booking));

const NewPlace = later(() => import("../host/editing").then((module) => module.NewPlace));

export function Places({ path }: { path: readonly string[] }) {
  const [first, second, third] = path;
  if (first === undefined) {
    return <PlaceList />;
  }
  if (first === "mine") {
    return <Mine />;
  }
  if (first === "new") {
    return <NewPlace />;
  }
  if (second === "book" && third !== undefined) {
    return <Booking place={first} thing={third} />;
  }
  return <PlaceDetail root={first} />;
}
