"""The recovery sheet: one printed page that gives back an identity. German and English.

Plain text that any printer takes: A4 at ten characters an inch. Not for: the secret (`paper`),
where the text goes; whoever prints it must not leave it in a file.
"""

import datetime
from typing import Final

from meshnode.person.paper import WORD_COUNT, PaperSecret, readable_fingerprint

SHEET_COLUMNS: Final = 72
SHEET_LINES: Final = 58
"""A4 with margins of 2 cm, ten characters and six lines an inch."""
NAME_CHARACTERS_MAX: Final = 44
"""What one line takes beside its label; a longer name is cut, it is only there to be recognised."""
_WORDS_A_ROW: Final = 3

_HEAD: Final = """\
WIEDERHERSTELLUNGSBLATT                                   RECOVERY SHEET
========================================================================

  Name                      {name}
  Datum / Date              {date}
  Fingerabdruck             {fingerprint_head}
  Fingerprint               {fingerprint_tail}
"""

_GERMAN: Final = """\
Diese zwölf Wörter sind der Schlüssel zu deinem Namen im Netz der
Nachbarschaft. Geht dein Gerät verloren, bekommst du damit Namen und
Rechte zurück.

  - Verwahre das Blatt wie einen Haustürschlüssel: trocken, zu Hause,
    nicht beim Gerät. Ein zweites Blatt an einem anderen Ort hilft.
  - Nicht fotografieren, nicht abtippen, niemandem zeigen, nicht
    verschicken. Wer die Wörter hat, kann in deinem Namen schreiben.
  - Niemand aus dem Netz fragt jemals danach.
  - Zurückholen: auf dem neuen Gerät „Wiederherstellen“ wählen und die
    Wörter der Reihe nach eingeben, vier Buchstaben von jedem genügen.
    Der Fingerabdruck muss danach derselbe sein wie oben.
"""

_ENGLISH: Final = """\
These twelve words are the key to your name in the neighbourhood's
network. If you lose your device, they give you back name and roles.

  - Keep this sheet like your house key: dry, at home, not with the
    device. A second sheet in another place helps.
  - No photo, no copy in a computer, show and send it to nobody.
    Whoever has the words can write in your name.
  - Nobody from the network will ever ask for them.
  - To get it back, choose "restore" on the new device and enter the
    words in their order; four letters of each are enough. The
    fingerprint must then be the same as above.
"""

_LINE: Final = """\
Dasselbe in einer Zeile, zum Scannen / the same as one line, to scan:

  {line}
"""


def render_sheet(secret: PaperSecret, *, name: str, date: datetime.date) -> str:
    """Return the page, at most `SHEET_LINES` lines of `SHEET_COLUMNS` characters."""
    fingerprint = readable_fingerprint(secret.identity_key().public).split()
    half = len(fingerprint) // 2
    head = _HEAD.format(
        name=_one_line(name),
        date=date.isoformat(),
        fingerprint_head=" ".join(fingerprint[:half]),
        fingerprint_tail=" ".join(fingerprint[half:]),
    )
    parts = (head, _grid(secret.words()), _GERMAN, _ENGLISH, _LINE.format(line=secret.line()))
    return "\n".join(parts)


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
