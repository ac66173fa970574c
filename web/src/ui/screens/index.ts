/** Every screen by the first word of its address. */

import { later, lazily } from "../later";
import type { ScreenView } from "../shell";
import { Board } from "./board/board";
import { Me } from "./me/me";
import { Now } from "./now/now";

export const SCREENS: Readonly<Record<string, ScreenView>> = {
  now: Now,
  board: Board,
  places: later(() => import("./places/places").then((module) => module.Places)),
  messages: later(() => import("./messages/messages").then((module) => module.Messages)),
  me: Me,
  join: lazily(() => import("./join/join").then((module) => module.Join)),
  checkin: later(() => import("./checkin/checkin").then((module) => module.CheckIn)),
  host: lazily(() => import("./host/host").then((module) => module.Host)),
  triage: lazily(() => import("./triage/triage").then((module) => module.Triage)),
  map: lazily(() => import("../../map/map").then((module) => module.MapScreen)),
};
