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

LANGUAGES: Final = ("en", "de")
"""What a node can speak; the first one is for those who want none of them."""

LOCALE: Final = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its tag as in `Accept-Language`, and its translations."""

    tag: str
    translations: NullTranslations

    def text(self, english: str) -> str:
        """Return the translation of a sentence."""
        return self.translations.gettext(english)

    def in_context(self, context: str, english: str) -> str:
        """Return the translation of a word that needs to be said what it is for."""
        return self.translations.pgettext(context, english)

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


def _read(path: Path) -> GNUTranslations:
    """Read a .po file by way of its compiled form in memory: there is no build step to forget."""
    # 4 MB and a few dozen milliseconds, which a command line that renders nothing is spared.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=path.stem))
    compiled.seek(0)
    return GNUTranslations(compiled)
