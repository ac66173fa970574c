"""Folding: words as people search for them, whichever way they are written.

`Straße`, `STRASSE` and `strasse` are one word, so are `Müll`, `Muell` and `Mull`, `ışık` and
`isik`, Arabic with vowel signs and without. Not for: what is shown, or whose names look alike
(`likeness`). Invariants: what begins a word begins its folded form, so that a search can follow
the typing; folding what is folded changes nothing; folded text has letters, digits and single
blanks only.
Source: docs/spec/search.md section 2.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

FOLDING: Final = f"1 {unicodedata.unidata_version}"
"""Version of the rules and of Unicode's tables: an index that other rules made is made anew."""

_LETTERS: Final = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "ı": "i",
        "þ": "th",
        # Arabic letters that are written one for the other, and what only stretches a line.
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ک": "ك",
        "ـ": "",
    }
)
"""Letters that no decomposition of Unicode takes apart."""
_DIGRAPHS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
"""How umlauts are written without umlauts. Both ways become the letter without dots, which is how
people write who have neither; `neue` and `neu` become one word, a price that nobody notices."""
_IN_WORDS: Final = frozenset({"Mc", "Mn", "Me", "Cf"})
"""Marks and invisible joiners stand within words."""
_KEPT_MARKS: Final = "Mc"
"""Vowels of Indic scripts; other marks are left out."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its folded form and where it stands, in characters."""

    folded: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return the folded words of a text, with one blank between two."""
    return " ".join(word.folded for word in words_of(text))


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a text that have a letter or digit, in order."""
    start: int | None = None
    for at, character in enumerate(text):
        if _is_in_word(character):
            start = at if start is None else start
        elif start is not None:
            yield from _word(text, start, at)
            start = None
    if start is not None:
        yield from _word(text, start, len(text))


def _word(text: str, start: int, end: int) -> Iterator[Word]:
    folded = _folded(text[start:end])
    if folded:
        yield Word(folded, start, end)


def _folded(word: str) -> str:
    # Twice: what is taken apart may have capitals, and what is made small may come apart.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word.casefold()).casefold())
    plain = plain.translate(_LETTERS)
    kept = "".join(
        one for one in plain if one.isalnum() or unicodedata.category(one) == _KEPT_MARKS
    )
    for spelt, letter in _DIGRAPHS:
        while spelt in kept:
            kept = kept.replace(spelt, letter)
    return kept


@lru_cache(maxsize=4096)
def _is_in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in _IN_WORDS
