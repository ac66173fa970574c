"""Languages: catalogues of translations, read from `locale/*.po` when the node starts.

Not for: which language somebody reads. English is what the sources say and needs no catalogue.
Invariants: a language is either whole or not listed here; a test holds that up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

from meshnode.board.words import Words
from meshnode.node.pofile import Translations

_COUNTS: Final = 200
"""Every form of a language here is for some number below."""

LANGUAGES: Final = ("en", "de", "de-simple", "tr", "ar", "uk")
"""What a node can speak, as tags of BCP 47; the first one is for those who want none of them.

`simple` is a registered variant: German by the rules of easy language.
Source: IANA language subtag registry.
"""

NEIGHBOURHOOD_LANGUAGE: Final = "de"
"""What the pages speak to those who want none of them, unless the configuration says else."""

PLURALS: Final = {
    "en": ("one", "other"),
    "de": ("one", "other"),
    "tr": ("one", "other"),
    "ar": ("zero", "one", "two", "few", "many", "other"),
    "uk": ("one", "few", "many"),
}
"""What Unicode calls the forms in which a language counts whole numbers, in the order of gettext's.

Source: CLDR, Language Plural Rules; a test compares them with Babel's.
"""

RIGHT_TO_LEFT: Final = frozenset({"ar"})
"""Languages written from right to left."""

PHONE_CONTEXT: Final = "phone"
"""The context of what the phone app says; it gets the whole of it (`Language.entries`)."""

LOCALE: Final = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its tag as in `Accept-Language`, and its translations."""

    tag: str
    translations: NullTranslations

    @property
    def is_right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return base_of(self.tag) in RIGHT_TO_LEFT

    def text(self, english: str) -> str:
        """Return the translation of a sentence."""
        return self.translations.gettext(english)

    def in_context(self, context: str, english: str) -> str:
        """Return the translation of a word that needs to be said what it is for."""
        return self.translations.pgettext(context, english)

    def named(self, words: Words, word: str) -> str:
        """Return what a coded word is called; one that is not known is its own name."""
        english = words.english.get(word)
        return word if english is None else self.in_context(words.context, english)

    def counted(self, singular: str, plural: str, count: int) -> str:
        """Return the translation in the form for this count."""
        return self.translations.ngettext(singular, plural, count)

    def forms(self, singular: str, plural: str) -> list[str]:
        """Return what is counted in every form, in the order of `plurals`, with its blanks."""
        return [self.counted(singular, plural, count) for count in self._counts.values()]

    def entries(self, context: str) -> Iterator[tuple[str, str | list[str]]]:
        """Yield all of a context: what is English, and its translation; of what is counted, the
        singular, and the translations in the order of the plurals' forms.
        """
        if isinstance(self.translations, Translations):
            yield from self.translations.entries(context)

    @property
    def plurals(self) -> list[str]:
        """What Unicode calls the forms in which this language counts, in their order."""
        return list(PLURALS[base_of(self.tag)])

    @property
    def _counts(self) -> dict[int, int]:
        """The smallest number that takes each form, by the form's number, in their order."""
        found = {self._form_of(count): count for count in reversed(range(_COUNTS))}
        return dict(sorted(found.items()))

    def _form_of(self, count: int) -> int:
        if isinstance(self.translations, Translations):
            return self.translations.plural(count)
        return int(count != 1)


Languages = Mapping[str, Language]


def load_languages() -> Languages:
    """Return every language by its tag."""
    return {tag: load_language(tag) for tag in LANGUAGES}


@cache
def load_language(tag: str) -> Language:
    """Return one of `LANGUAGES`; there is one of each, for readers and for the search."""
    return read_language(tag, LOCALE / f"{tag}.po")


def read_language(tag: str, path: Path) -> Language:
    """Return a language with the catalogue at `path`, without translations if there is none."""
    if not path.exists():
        return Language(tag, NullTranslations())
    return Language(tag, Translations(path.read_text(encoding="utf-8")))


def language_of_source(tag: str) -> Language:
    """Return the language in which to say what stands around a source's own words.

    A source that does not say which one it speaks speaks that of the neighbourhood.
    """
    return load_language(best_match(tag or NEIGHBOURHOOD_LANGUAGE) or LANGUAGES[0])


def base_of(tag: str) -> str:
    """Return the language of a tag without its variants, whose plurals and direction it has."""
    return tag.partition("-")[0]


def best_match(wish: str) -> str | None:
    """Return the language that serves somebody who wishes for `wish` best, or None.

    Takes tags of BCP 47 and locales of POSIX: `de-AT`, `de_DE.UTF-8@simple`, `tr`. Subtags that no
    language here has are passed over, wherever they stand.
    Source: RFC 4647 section 3.4.
    """
    base, *others = _subtags(wish)
    candidates = (tag for tag in LANGUAGES if base_of(tag) == base)
    fitting = [tag for tag in candidates if set(_subtags(tag)[1:]) <= set(others)]
    return max(fitting, key=len, default=None)


def _subtags(tag: str) -> list[str]:
    locale, _, modifier = tag.strip().lower().partition("@")
    name = locale.partition(".")[0]
    parts = f"{name}-{modifier}".replace("_", "-").split("-")
    return [parts[0], *filter(None, parts[1:])]
