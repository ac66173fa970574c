/**
 * Coded words of the board as people read them, and phrases that several of its parts share.
 *
 * Not for: things, units and categories to choose from; the node hands those out (`/vocabulary`).
 */

import type { Severity } from "../../../node/documents/bulletins";
import { clock, dayAndClock } from "../../../words/times";
import { say } from "../../../words/words";

const ISOLATE = "\u2068";
const ISOLATE_END = "\u2069";

/** Returns what people wrote as it can stand in a sentence of another direction. */
export function apart(text: string): string {
  return ISOLATE + text + ISOLATE_END;
}

/** Returns who signed something, by name or by key. */
export function authorName(thing: { author_name: string | null; author: string }): string {
  return apart(thing.author_name ?? thing.author);
}

/** Returns a moment by its clock time alone if it is today. */
export function near(moment: string, nowMs: number): string {
  const isToday = new Date(moment).toDateString() === new Date(nowMs).toDateString();
  return isToday ? clock(moment) : dayAndClock(moment);
}

/** Returns from when to when; the day is said once where it is the same. */
export function span(from: string, to: string): string {
  const isSameDay = new Date(from).toDateString() === new Date(to).toDateString();
  return `${dayAndClock(from)} – ${isSameDay ? clock(to) : dayAndClock(to)}`;
}

export function severityWord(severity: Severity): string {
  switch (severity) {
    case "info":
      return say("Info");
    case "minor":
      return say("Advisory");
    case "severe":
      return say("Warning");
    case "extreme":
      return say("Immediate danger");
  }
}

/** Returns why somebody moderated something. */
export function reasonWord(reason: string): string {
  switch (reason) {
    case "rumour":
      return say("rumour");
    case "unconfirmed":
      return say("unconfirmed");
    case "outdated":
      return say("outdated");
    case "duplicate":
      return say("said twice");
    case "wrong":
      return say("wrong");
    case "offensive":
      return say("offensive");
    case "spam":
      return say("advertising");
    case "private":
      return say("tells private matters");
    case "request":
      return say("on request");
    default:
      return say("another reason");
  }
}

/** Returns what a category is called; one of somebody's own is its own name. */
export function categoryWord(category: string): string {
  const words: Readonly<Record<string, () => string>> = {
    general: () => say("General"),
    water: () => say("Water"),
    power: () => say("Power"),
    heat: () => say("Heating"),
    food: () => say("Food"),
    health: () => say("Health"),
    shelter: () => say("Shelter"),
    transport: () => say("Transport"),
    safety: () => say("Safety"),
    communication: () => say("Phone and internet"),
    event: () => say("Event"),
    "lost-found": () => say("Lost and found"),
    help: () => say("Help"),
    weather: () => say("Weather"),
    other: () => say("Other"),
  };
  return words[category]?.() ?? category;
}
