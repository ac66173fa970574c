"""Translators' files: the messages of a `.po` file, for the standard library's `gettext`.

Why not Babel, which writes them: reading six languages took it a sixth of a start and 4 MB that a
node never gave back. Not for: writing (`tools.catalogues`) or compiled files.
Invariants: fuzzy, obsolete and untranslated messages are left out; what is no such file is refused
with its line. Keys are the same strings for all languages: they are a third of what this takes.
Source: GNU gettext manual, section "The Format of PO Files".
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from gettext import GNUTranslations, c2py
from typing import Final

_LINE: Final = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\]) +)?"(.*)"')
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r"}
_PLURALS: Final = re.compile(r"Plural-Forms:.*plural=([^;\n]+)")
_PLURALS_DEFAULT: Final = "n != 1"


@dataclass(slots=True)
class _Entry:
    """What stands in a file between two message ids, by keyword."""

    said: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def key(self) -> str:
        english = self.said.get("msgid", "")
        context = self.said.get("msgctxt")
        key = english if context is None else GNUTranslations.CONTEXT % (context, english)
        return sys.intern(key)

    @property
    def forms(self) -> list[str]:
        """The translation, in all its forms."""
        return [text for keyword, text in self.said.items() if keyword.startswith("msgstr")]


class Translations(GNUTranslations):
    """The translations of one file, which can be listed, too."""

    _catalog: dict[str | tuple[str, int], str]

    def __init__(self, text: str) -> None:
        """Read a file's text.

        Raises:
            ValueError: It is none.
        """
        super().__init__()
        self._catalog = {}
        plurals = _PLURALS_DEFAULT
        for entry in _entries(text):
            if not entry.key:
                found = _PLURALS.search(entry.said.get("msgstr", ""))
                plurals = found[1] if found else plurals
            elif not entry.is_fuzzy and all(entry.forms):
                self._add(entry)
        self.plural = c2py(plurals)

    def _add(self, entry: _Entry) -> None:
        if "msgid_plural" in entry.said:
            self._catalog |= {(entry.key, form): text for form, text in enumerate(entry.forms)}
        else:
            (self._catalog[entry.key],) = entry.forms

    def entries(self, context: str) -> Iterator[tuple[str, str | list[str]]]:
        """Yield what the file has in a context, in its order."""
        counted: dict[str, list[str]] = {}
        beginning = self.CONTEXT % (context, "")
        for key, text in self._catalog.items():
            whole = key if isinstance(key, str) else key[0]
            if not whole.startswith(beginning):
                continue
            english = whole.removeprefix(beginning)
            if isinstance(key, str):
                yield english, text
            else:
                counted.setdefault(english, []).append(text)
        yield from counted.items()


def _entries(text: str) -> Iterator[_Entry]:
    entry, keyword = _Entry(), ""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        is_comment = line.startswith("#")
        found = None if is_comment else _LINE.fullmatch(line.strip())
        if not is_comment and (found is None or not (found[1] or keyword)):
            raise ValueError(f"line {number} belongs to no message: {line}")
        is_next = is_comment or (found is not None and found[1] in ("msgctxt", "msgid"))
        if is_next and entry.forms:
            yield entry
            entry, keyword = _Entry(), ""
        if found is None:
            entry.is_fuzzy |= line.startswith("#,") and "fuzzy" in line
            continue
        keyword = found[1] or keyword
        entry.said[keyword] = entry.said.get(keyword, "") + _plain(found[2])
    if entry.forms:
        yield entry


def _plain(quoted: str) -> str:
    if "\\" not in quoted:
        return quoted
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), quoted)
