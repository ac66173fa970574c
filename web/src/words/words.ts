/**
 * What the app says, in the reader's language. English stands in the sources and is the key; the
 * node hands out the rest (`GET /api/v1/words`).
 *
 * Not for: coded words of the board, which come with each document (`..._words`).
 * Invariants: a missing translation shows English, never nothing; blanks are `{name}`.
 */

import { signal } from "@preact/signals";

/** The languages of the product, as tags of BCP 47, with their own names. */
export const LANGUAGES = {
  de: "Deutsch",
  "de-simple": "Einfaches Deutsch",
  en: "English",
  tr: "Türkçe",
  ar: "العربية",
  uk: "Українська",
} as const;

export type Language = keyof typeof LANGUAGES;
export type Blanks = Readonly<Record<string, string | number>>;

/** One language's words, as the node hands them out. */
export interface Catalogue {
  readonly language: Language;
  readonly direction: "ltr" | "rtl";
  /** CLDR's plural categories in the order of `counted`'s forms. */
  readonly plurals: readonly Intl.LDMLPluralRule[];
  readonly words: Readonly<Record<string, string>>;
  readonly counted: Readonly<Record<string, readonly string[]>>;
}

/** What is spoken until a catalogue is there, and for good in English. */
export const ENGLISH: Catalogue = {
  language: "en",
  direction: "ltr",
  plurals: ["one", "other"],
  words: {},
  counted: {},
};

/** The catalogue in use; whatever calls `say` while it renders is rendered anew when it changes. */
export const catalogue = signal<Catalogue>(ENGLISH);

/** Returns a sentence in the reader's language with its blanks filled in. */
export function say(english: string, blanks: Blanks = {}): string {
  return filled(catalogue.value.words[english] ?? english, blanks);
}

/** Returns a sentence in the form for `number`, which also fills the blank `{count}`. */
export function count(one: string, many: string, number: number, blanks: Blanks = {}): string {
  const { language, plurals, counted } = catalogue.value;
  const forms = counted[one] ?? [one, many];
  const form = new Intl.PluralRules(localeOf(language)).select(number);
  const index = Math.max(0, (counted[one] ? plurals : ENGLISH.plurals).indexOf(form));
  const pattern = forms[Math.min(index, forms.length - 1)] ?? many;
  return filled(pattern, { count: number, ...blanks });
}

/** Returns the locale for Intl: easy German counts and dates as German does, digits are Western. */
export function localeOf(language: Language): string {
  return `${language === "de-simple" ? "de" : language}-u-nu-latn`;
}

/** Returns the language of the product that serves these wishes best; German serves who has none. */
export function chosenLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const base = wish.toLowerCase().split("-")[0] ?? "";
    if (base in LANGUAGES) {
      return base as Language;
    }
  }
  return "de";
}

function filled(pattern: string, blanks: Blanks): string {
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => String(blanks[name] ?? whole));
}
