/** Every screen by the first word of its address. */

import { later } from "../later";
import type { ScreenView } from "../shell";
import { Board } from "./board/board";
import { CheckIn } from "./checkin/checkin";
import { Me } from "./me/me";
import { Messages } from "./messages/messages";
import { Now } from "./now/now";
import { Places } from "./places/places";

export const SCREENS: Readonly<Record<string, ScreenView>> = {
  now: Now,
  board: Board,
  places: Places,
  messages: Messages,
  me: Me,
  join: later(() => import("./join/join").then((module) => module.Join)),
  checkin: CheckIn,
  host: later(() => import("./host/host").then((module) => module.Host)),
  triage: later(() => import("./triage/triage").then((module) => module.Triage)),
  map: later(() => import("../../map/map").then((module) => module.MapScreen)),
};
