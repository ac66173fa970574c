/** Documents of what a form needs: words to choose from, templates, and previews. */

export interface ChoosableWord {
  readonly id: string;
  readonly word: string;
}

/** What an offer can be about, and what it has unless its author says else. */
export interface ChoosableThing {
  readonly id: string;
  readonly number: number;
  readonly word: string;
  readonly sort: string;
  readonly category: string;
  readonly unit: string;
}

/** `forms` stand in the order of the catalogue's `plurals`. */
export interface ChoosableUnit {
  readonly id: string;
  readonly forms: readonly string[];
}

export interface Vocabulary {
  readonly things: readonly ChoosableThing[];
  readonly sorts: readonly ChoosableWord[];
  readonly units: readonly ChoosableUnit[];
  readonly categories: readonly ChoosableWord[];
  readonly severities: readonly ChoosableWord[];
  readonly reasons: readonly ChoosableWord[];
}

/** A blank of a template: `label` is what a form asks, `words` how the choices read. */
export interface TemplateParameter {
  readonly name: string;
  readonly kind: string;
  readonly is_optional: boolean;
  readonly choices: readonly string[];
  readonly label: string;
  readonly words: readonly string[];
}

/** A bulletin with blanks, in the reader's language. */
export interface Template {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly severity: string;
  readonly example: string;
  readonly parameters: readonly TemplateParameter[];
}

export interface Templates {
  readonly templates: readonly Template[];
}

/** How a draft would read. */
export interface Preview {
  readonly headline: string | null;
  readonly sentence: string | null;
  readonly text: string | null;
}

/** A place, as a form lets choose it. @schema LocalPlace */
export interface NamedPlace {
  readonly root: string;
  readonly name: string;
}

/** @schema LocalPlaces */
export interface NamedPlaces {
  readonly places: readonly NamedPlace[];
}
