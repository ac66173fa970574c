"""Languages: catalogues of translations, read from `locale/*.po` when the node starts.

Not for: which language somebody reads. English is what the sources say and needs no catalogue.
Invariants: a language is either whole or not listed here; a test holds that up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from meshnode.board.words import Words

LANGUAGES: Final = ("en", "de", "de-simple", "tr", "ar", "uk")
"""What a node can speak, as tags of BCP 47; the first one is for those who want none of them.

`simple` is a registered variant: German by the rules of easy language.
Source: IANA language subtag registry.
"""

NEIGHBOURHOOD_LANGUAGE: Final = "de"
"""What the pages speak to those who want none of them, unless the configuration says else."""

RIGHT_TO_LEFT: Final = frozenset({"ar"})
"""Languages written from right to left."""

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


Languages = Mapping[str, Language]


def load_languages() -> Languages:
    """Return every language by its tag."""
    return {tag: load_language(tag) for tag in LANGUAGES}


@cache
def load_language(tag: str) -> Language:
    """Return one of `LANGUAGES`; there is one of each, for readers and for the search."""
    path = LOCALE / f"{tag}.po"
    return Language(tag, _read(path) if path.exists() else NullTranslations())


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


def _read(path: Path) -> GNUTranslations:
    """Read a .po file by way of its compiled form in memory: there is no build step to forget."""
    # 4 MB and a few dozen milliseconds, which a command line that renders nothing is spared.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=base_of(path.stem)))
    compiled.seek(0)
    return GNUTranslations(compiled)
