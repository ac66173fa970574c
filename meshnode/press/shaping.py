"""Letters in the order and the form in which they stand on paper.

Why: a PDF places glyphs from left to right as they are given. Arabic letters have another form at
the beginning, in the middle and at the end of a word, and stand from right to left, with numbers
and foreign words among them the other way round. Source: Unicode Standard Annex 9 (by the library).
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from arabic_reshaper import reshape
from bidi import get_display

_RIGHT: Final = ("R", "AL")
_STRONG: Final = (*_RIGHT, "L")
_MARK: Final = "\N{WORD JOINER}"
"""Put behind each bracket: where it stands before it afterwards, the bracket was turned round."""
_TURNED: Final = re.compile(f"{_MARK}(.)")
_PAIRS: Final = ("()", "[]", "{}", "<>", "«»", "‹›", "≤≥")
_MIRRORED: Final = {one: other for a, b in _PAIRS for one, other in ((a, b), (b, a))}
_ARABIC: Final = range(0x0600, 0x0780)


def is_right_to_left(text: str) -> bool:
    """Return whether a paragraph begins on the right: its first letter with a direction does."""
    for each in text:
        if (direction := unicodedata.bidirectional(each)) in _STRONG:
            return direction in _RIGHT
    return False


def shaped(text: str) -> str:
    """Return a text with its Arabic letters in the forms that they have beside each other."""
    if any(ord(each) in _ARABIC for each in text):
        return str(reshape(text))
    return text


def placed(line: str, *, is_rtl: bool) -> str:
    """Return a line, shaped already, with its letters in the order from left to right."""
    if not is_rtl and line.isascii():
        return line
    marked = "".join(
        each + _MARK if unicodedata.mirrored(each) else each for each in line if each != _MARK
    )
    ordered = str(get_display(marked, base_dir="R" if is_rtl else "L"))
    return visible(_TURNED.sub(lambda found: _mirror(found[1]), ordered))


def _mirror(letter: str) -> str:
    return _MIRRORED.get(letter, letter)


def visible(text: str) -> str:
    """Return a text without what only steers the direction: it has no glyph and no width."""
    if text.isascii():
        return text
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def wrapped(text: str, width_of: Callable[[str], float], width_max: float) -> list[str]:
    """Return the lines of a paragraph, as wide as allowed at most; a longer word is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer) <= width_max:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width_of(line) > width_max and len(line) > 1:
            head = _fitting(line, width_of, width_max)
            lines.append(line[:head])
            line = line[head:]
    return [*lines, line]


def _fitting(word: str, width_of: Callable[[str], float], width_max: float) -> int:
    length = 1
    while length < len(word) - 1 and width_of(word[: length + 1]) <= width_max:
        length += 1
    return length
