"""Directions of writing: texts of strangers inside sentences of another direction.

Invariants: what people wrote can never turn the words around it, and a closing mark of its own
cannot get out, since no text that came from outside has invisible marks (`protocol.text`).
Source: Unicode Standard Annex 9, section 2.4.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

_ISOLATE: Final = "\N{FIRST STRONG ISOLATE}"
_POP: Final = "\N{POP DIRECTIONAL ISOLATE}"
_COMMA: Final = ", "
_ARABIC_COMMA: Final = "\N{ARABIC COMMA} "
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
"""Classes of characters that are written from right to left, or only among such."""


def joined(parts: Iterable[str], *, is_right_to_left: bool) -> str:
    """Return parts of a sentence with commas between them.

    Of the languages here Arabic alone is written from right to left, and its comma is another.
    """
    return (_ARABIC_COMMA if is_right_to_left else _COMMA).join(parts)


def isolated(text: str, *, is_right_to_left: bool) -> str:
    """Return `text` as it can stand in a sentence of this direction.

    Where both are written from left to right it stays as it is: most people here never meet one
    of these marks, and not every terminal hides them.
    """
    turns = any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in text)
    return f"{_ISOLATE}{text}{_POP}" if turns or is_right_to_left else text
