"""The recovery sheet: one printed page that gives back an identity, in two languages.

Two, so that whoever helps can read it, too. Plain text that any printer takes: A4 at ten characters
an inch. Not for: the secret (`paper`), where the text goes; whoever prints it must not leave it in
a file.
"""

import datetime
from textwrap import wrap
from typing import Final

from meshnode.board.trust.recovery_words import RECOVERY
from meshnode.board.words import Named
from meshnode.person.paper import WORD_COUNT, PaperSecret, readable_fingerprint

SHEET_COLUMNS: Final = 72
SHEET_LINES: Final = 58
"""A4 with margins of 2 cm, ten characters and six lines an inch."""
NAME_CHARACTERS_MAX: Final = 44
"""What one line takes beside its label; a longer name is cut, it is only there to be recognised."""
_WORDS_A_ROW: Final = 3

_LABEL_COLUMNS: Final = 26
_POINTS: Final = ("keep", "hide", "nobody", "restore")


def render_sheet(
    secret: PaperSecret, *, name: str, date: datetime.date, languages: tuple[Named, Named]
) -> str:
    """Return the page, at most `SHEET_LINES` lines of `SHEET_COLUMNS` characters.

    A language that is written from right to left comes second: what begins a line sets its
    direction.
    """
    parts = (
        _head(secret, _one_line(name), date, languages),
        _grid(secret.words()),
        *map(_advice, languages),
        "\n".join(_each("line", languages)) + f"\n\n  {secret.line()}\n",
    )
    return "\n".join(parts)


def _head(
    secret: PaperSecret, name: str, date: datetime.date, languages: tuple[Named, Named]
) -> str:
    first, second = (one.named(RECOVERY, "title") for one in languages)
    fingerprint = readable_fingerprint(secret.identity_key().public).split()
    half = len(fingerprint) // 2
    labels = [one.named(RECOVERY, "fingerprint") for one in languages]
    return "\n".join(
        (
            first + second.rjust(SHEET_COLUMNS - len(first)),
            "=" * SHEET_COLUMNS,
            "",
            _row(" / ".join(_each("name", languages)), name),
            _row(" / ".join(_each("date", languages)), date.isoformat()),
            _row(labels[0], " ".join(fingerprint[:half])),
            _row(labels[1], " ".join(fingerprint[half:])),
            "",
        )
    )


def _each(word: str, languages: tuple[Named, Named]) -> list[str]:
    """Return what both languages say; once, if it is the same."""
    return list(dict.fromkeys(one.named(RECOVERY, word) for one in languages))


def _row(label: str, value: str) -> str:
    return f"  {label:<{_LABEL_COLUMNS}}{value}"


def _advice(language: Named) -> str:
    """Return what the words are and how to keep them, in lines that fit."""
    lines = [*wrap(language.named(RECOVERY, "what"), SHEET_COLUMNS), ""]
    for point in _POINTS:
        said = language.named(RECOVERY, point)
        lines += wrap(said, SHEET_COLUMNS, initial_indent="  - ", subsequent_indent="    ")
    return "\n".join(lines) + "\n"


def _grid(words: tuple[str, ...]) -> str:
    """Return the words in rows, so that reading order is the order of the numbers."""
    rule = "  " + "+".join(["-" * 22] * _WORDS_A_ROW)
    rows = [rule]
    for first in range(0, WORD_COUNT, _WORDS_A_ROW):
        cells = [
            f" {first + place + 1:>2}. {word:<17}"
            for place, word in enumerate(words[first : first + _WORDS_A_ROW])
        ]
        rows += ["  " + "|".join(cells).rstrip(), rule]
    return "\n".join(rows) + "\n"


def _one_line(name: str) -> str:
    text = " ".join("".join(each if each.isprintable() else " " for each in name).split())
    return text if len(text) <= NAME_CHARACTERS_MAX else text[: NAME_CHARACTERS_MAX - 1] + "…"
