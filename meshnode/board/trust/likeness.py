"""Names that look alike: which of a community's names people could take for one another.

Not for: forbidding names. Two people may well have the same one; whoever reads it sees some digits
of the fingerprint beside it then. Invariant: two names of one `skeleton` look alike, and the
skeleton does not depend on language or place.
Source: docs/spec/api.md section 5; the idea is of Unicode Technical Standard 39, section 4, the
table our own and short.
"""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from meshnode.protocol.keys import Fingerprint

DIGITS: Final = 8
"""Digits of a fingerprint shown beside a name: who wants the same ones tries four billion keys."""
_SKELETONS_MAX: Final = 4_096
"""Names whose skeleton is remembered: a large community's, twice."""

_ALIKE: Final = {
    # Cyrillic, as in Latin.
    "а": "a",
    "в": "b",
    "г": "r",
    "е": "e",
    "з": "3",
    "и": "u",
    "к": "k",
    "м": "m",
    "н": "h",
    "о": "o",
    "п": "n",
    "р": "p",
    "с": "c",
    "т": "t",
    "у": "y",
    "х": "x",
    "ь": "b",
    "і": "i",
    "ј": "j",
    "ѕ": "s",
    "ԁ": "d",
    "ԛ": "q",
    "ԝ": "w",
    "һ": "h",
    "ӏ": "l",
    # Greek, as in Latin.
    "α": "a",
    "β": "b",
    "γ": "y",
    "ε": "e",
    "ζ": "z",
    "η": "n",
    "ι": "i",
    "κ": "k",
    "μ": "m",
    "ν": "v",
    "ο": "o",
    "ρ": "p",
    "τ": "t",
    "υ": "u",
    "χ": "x",
    "ω": "w",
    # Latin among itself, and digits.
    "0": "o",
    "1": "l",
    "5": "s",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "|": "l",
    "!": "l",
    "ǀ": "l",
}
"""What a letter that was folded looks like."""
_CAPITALS: Final = {
    # Capitals whose small letter looks like something else.
    "I": "l",
    "В": "b",
    "Η": "h",
    "Ν": "n",
    "Υ": "y",
    "Ρ": "p",
    "Χ": "x",
    "Ζ": "z",
    "Μ": "m",
    "Τ": "t",
    "Ι": "l",
    "І": "l",
    "Ӏ": "l",
}
_PAIRS: Final = (("rn", "m"), ("vv", "w"))
"""Two letters that look like one in the fonts of phones."""


@lru_cache(maxsize=_SKELETONS_MAX)
def skeleton(name: str) -> str:
    """Return what is left of a name when everything is taken away that is easily overlooked.

    Case, accents, spaces, punctuation, and which of several alphabets a letter is from.
    """
    plain = unicodedata.normalize("NFKC", name)
    shapes = "".join(_CAPITALS.get(one, one) for one in plain).casefold()
    letters = (
        _ALIKE.get(one, one) for one in unicodedata.normalize("NFKD", shapes) if _is_seen(one)
    )
    alike = "".join(letters)
    for pair, one in _PAIRS:
        alike = alike.replace(pair, one)
    # What small letters look like in turn: an i without its dot, an l, a 1.
    return alike.replace("i", "l").replace("j", "l")


def is_wordless(name: str) -> bool:
    """Return whether a name has neither letter nor digit, as one made of emoji."""
    return not any(unicodedata.category(one)[0] in "LN" for one in name)


def look_alikes(
    present: Mapping[Fingerprint, str], absent: Mapping[Fingerprint, str] | None = None
) -> dict[Fingerprint, tuple[Fingerprint, ...]]:
    """Return for each of these whom of the present its name looks like; others are left out.

    `absent` are compared with the present too, but never stand against somebody's name.
    """
    groups: dict[str, list[Fingerprint]] = {}
    for one in sorted(present):
        groups.setdefault(skeleton(present[one]), []).append(one)
    alike: dict[Fingerprint, tuple[Fingerprint, ...]] = {}
    for one, name in {**(absent or {}), **present}.items():
        others = tuple(other for other in groups.get(skeleton(name), ()) if other != one)
        if others:
            alike[one] = others
    return alike


def with_digits(name: str, fingerprint: Fingerprint) -> str:
    """Return a name with the first digits of its owner's fingerprint."""
    return f"{name} ({fingerprint.hex()[:DIGITS]})"


def _is_seen(character: str) -> bool:
    """Return whether a character tells names apart: letters, digits, symbols; no marks."""
    return unicodedata.category(character)[0] in "LNS" or character in "|!ǀ"
