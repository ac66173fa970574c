/**
 * Whom the reader does not want to read: kept on this phone, and nobody is told.
 *
 * Invariant: warnings come through whoever says them; who is muted may be a coordinator tonight.
 */

import { effect, signal } from "@preact/signals";
import type { Person } from "../../../person/person";
import { person } from "../../app";
import { type Entry, entryAuthor } from "./entries";

/** Who mutes more people than that reads a board of their own. */
const MUTED_MAX = 500;
const KEPT = "muted";
const WARNINGS = ["severe", "extreme"];

/** Names by fingerprint. */
export type Muted = Readonly<Record<string, string>>;

/** Those who are muted by whoever uses this phone. */
export const muted = signal<Muted>({});

effect(() => {
  const who = person.value;
  muted.value = {};
  if (who !== null) {
    void load(who);
  }
});

/** Leaves somebody out of what is read here. */
export async function mute(fingerprint: string, name: string): Promise<void> {
  await change((before) => ({
    ...Object.fromEntries(Object.entries(before).slice(1 - MUTED_MAX)),
    [fingerprint]: name,
  }));
}

/** Reads somebody again. */
export async function unmute(fingerprint: string): Promise<void> {
  await change((before) =>
    Object.fromEntries(Object.entries(before).filter(([one]) => one !== fingerprint)),
  );
}

/** Returns what is left of a list without those who are muted. */
export function unmuted(entries: readonly Entry[], out: Muted): readonly Entry[] {
  return entries.filter((entry) => {
    const author = entryAuthor(entry);
    return isWarning(entry) || author === null || !Object.hasOwn(out, author);
  });
}

function isWarning(entry: Entry): boolean {
  return (
    entry.kind === "bulletin" &&
    (entry.bulletin.kind === "alert" || WARNINGS.includes(entry.bulletin.severity))
  );
}

async function load(who: Person): Promise<void> {
  const kept = await who.values.get<Muted>(KEPT);
  if (person.value === who && kept !== undefined) {
    muted.value = kept;
  }
}

async function change(f: (before: Muted) => Muted): Promise<void> {
  const who = person.value;
  if (who !== null) {
    muted.value = await who.values.change<Muted>(KEPT, (before = {}) => f(before));
  }
}
