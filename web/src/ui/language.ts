/**
 * The reader's language: that of the browser, or what was chosen on this phone.
 *
 * The catalogue comes from the node and is kept, so that a phone which starts without one still
 * speaks. Invariant: English needs nothing.
 */

import {
  type Catalogue,
  catalogue,
  chosenLanguage,
  ENGLISH,
  LANGUAGES,
  type Language,
} from "../words/words";
import { revision } from "./app";
import { plain, store } from "./session";

const CHOICE = "language";

/** Speaks the reader's language, if the node or this phone has its words. */
export async function speakFirst(): Promise<void> {
  await speak(kept() ?? chosenLanguage(navigator.languages));
}

/** Speaks another language from now on. */
export async function choose(language: Language): Promise<void> {
  try {
    localStorage.setItem(CHOICE, language);
  } catch {
    // A private window keeps nothing; the choice holds until the page is closed.
  }
  await speak(language);
  revision.value += 1;
}

async function speak(language: Language): Promise<void> {
  if (language === "en") {
    catalogue.value = ENGLISH;
    return;
  }
  const name = `words/${language}`;
  try {
    const words = await plain.get<Catalogue>("/words", { language });
    catalogue.value = words;
    void store.put(name, words).catch(() => {});
  } catch {
    const before = await store.get<Catalogue>(name).catch(() => undefined);
    catalogue.value = before ?? catalogue.value;
  }
}

function kept(): Language | null {
  try {
    const choice = localStorage.getItem(CHOICE);
    return choice !== null && choice in LANGUAGES ? (choice as Language) : null;
  } catch {
    return null;
  }
}
