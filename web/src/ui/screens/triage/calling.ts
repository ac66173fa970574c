/**
 * The roll: of a street or of names, who is OK, who needs help, and who was not heard of.
 *
 * Pure, and the same rule as `meshnode/board/calls/roll.py`. Not for: circles, whose members only
 * their own phones know. Invariants: somebody who was not heard of is never counted as OK;
 * somebody else's "OK" does not silence one's own call.
 * Source: docs/spec/calls.md section 5.
 */

import type { CheckIn } from "../../../node/documents/calls";

export type Answer = "needs_help" | "not_heard" | "ok";

/** One line of the roll; `report` is what says so, null where nothing was heard. */
export interface Row {
  readonly name: string;
  readonly answer: Answer;
  readonly report: CheckIn | null;
}

/** What of a check-in decides; every document of one has it. */
export type Report = Pick<
  CheckIn,
  | "root"
  | "who"
  | "author_fingerprint"
  | "on_behalf_of"
  | "where"
  | "created"
  | "state"
  | "stage"
  | "needs_words"
>;

const ORDER: readonly Answer[] = ["needs_help", "not_heard", "ok"];
const STREET = /(?:strasse|str\.)$/u;

/** Returns a row for everybody who is asked for, those who need help first. */
export function rollOfNames(names: readonly string[], reports: readonly CheckIn[]): readonly Row[] {
  const rows = names.map((name) =>
    row(
      name,
      reports.filter((one) => folded(one.who) === folded(name)),
    ),
  );
  return inOrder(rows);
}

/**
 * Returns a row for everybody of whom a check-in names this street or house. Nobody is known to be
 * missing this way: for that somebody has to name who lives there.
 */
export function rollOfStreet(street: string, reports: readonly CheckIn[]): readonly Row[] {
  const people = new Map<string, CheckIn[]>();
  for (const one of reports.filter(({ where }) => isThere(street, where ?? ""))) {
    const key = isOwn(one) ? (one.author_fingerprint ?? "") : folded(one.who);
    people.set(key, [...(people.get(key) ?? []), one]);
  }
  const rows = [...people.values()].map((about) => row(newest(about)?.who ?? "", about));
  return inOrder(rows);
}

/** Returns whether the words of a place name that street or house, however it is spelled. */
export function isThere(street: string, where: string): boolean {
  const wanted = streetWords(street);
  const said = streetWords(where);
  return (
    wanted.length > 0 &&
    said.some((_, start) => isMatch(wanted, said.slice(start, start + wanted.length)))
  );
}

/** Returns a name as it is compared: without case and doubled blanks. */
export function folded(name: string): string {
  return name.trim().split(/\s+/u).join(" ").toLowerCase().replaceAll("ß", "ss");
}

function streetWords(text: string): readonly string[] {
  return folded(text.replaceAll(",", " "))
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => word.replace(STREET, "str"));
}

function isMatch(wanted: readonly string[], said: readonly string[]): boolean {
  return (
    wanted.length === said.length &&
    wanted.every((word, at) => {
      const other = said[at] ?? "";
      return word === other || (!/\d/u.test(word) && other.startsWith(word));
    })
  );
}

function row(name: string, about: readonly CheckIn[]): Row {
  const fine = about.filter((one) => one.state === "ok");
  const ownFine = fine.filter(isOwn);
  const calls = about.filter(
    (one) => one.state !== "ok" && !isEnded(one) && ownFine.every((ok) => isLater(one, ok)),
  );
  const worst = newest(calls.filter((one) => one.state === "urgent")) ?? newest(calls);
  if (worst !== null) {
    return { name, answer: "needs_help", report: worst };
  }
  if (fine.length > 0) {
    return { name, answer: "ok", report: newest(fine) };
  }
  // All their calls were ended by somebody else; they have not said since that they are well.
  return { name, answer: "not_heard", report: newest(about) };
}

function isOwn(one: Report): boolean {
  return one.on_behalf_of === null && one.author_fingerprint !== null;
}

function isEnded({ stage }: Report): boolean {
  return stage === "done" || stage === "ended";
}

function newest(some: readonly CheckIn[]): CheckIn | null {
  return some.reduce<CheckIn | null>(
    (best, one) => (best === null || isLater(one, best) ? one : best),
    null,
  );
}

function isLater(one: Report, other: Report): boolean {
  return one.created === other.created ? one.root > other.root : one.created > other.created;
}

function inOrder(rows: readonly Row[]): readonly Row[] {
  const place = (one: Row) => ORDER.indexOf(one.answer);
  return [...rows].sort((one, other) => {
    const names = folded(one.name) < folded(other.name) ? -1 : 1;
    return place(one) - place(other) || names;
  });
}
