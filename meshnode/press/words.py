"""Every word of printed sheets that is not on the pages as well, in German and in English.

Invariants: a language is a whole `PressWords`; the type checker finds what is missing. `{}` stands
where a value goes. Readers of other languages get English around texts in their own.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final


@dataclass(frozen=True, slots=True)
class PressWords:
    """The words of one language."""

    language: str
    board: str
    weekdays: tuple[str, ...]
    time: str
    time_unknown: str
    printed: str
    may_be_outdated: str
    how_to_check: str
    page: str
    by: str
    posted: str
    valid_until: str
    number: str
    code: str
    continued: str
    empty: str
    drill: str
    official: str
    correction: str
    note: str
    who_signed: str
    who_signed_why: str
    fonts_missing: str
    join_title: str
    join_how: str
    join_wifi: str
    join_key: str
    join_address: str
    slip_for: str
    slip_cut: str
    slip_rest: str

    def moment(self, moment: datetime, zone: tzinfo | None) -> str:
        """Return a moment as people write it: weekday, date and time, all of it said."""
        local = moment.astimezone(zone)
        return self.time.format(
            day=self.weekdays[local.weekday()], date=f"{local:%d.%m.%Y}", clock=f"{local:%H:%M}"
        )


GERMAN: Final = PressWords(
    language="de",
    board="Aushang: {}",
    weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    time="{day} {date}, {clock} Uhr",
    time_unknown="Zeit unbekannt",
    printed="Gedruckt {when} am Knoten {node}.",
    may_be_outdated="Das Blatt kann überholt sein.",
    how_to_check="Ist das echt? An einem Knoten „meshnode object import“ starten und den Code "
    "neben dem Eintrag scannen: der Knoten prüft die Unterschrift.",
    page="Seite {} von {}",
    by="von {}",
    posted="ausgehängt {}",
    valid_until="gilt bis {}",
    number="Nr. {}",
    code="Code {} von {}",
    continued="(Fortsetzung)",
    empty="Zurzeit hängt hier nichts.",
    drill="ÜBUNG – NICHTS DAVON IST ECHT",
    official="AMTLICH: {source}, {issued}; weitergegeben von {by}",
    correction="RICHTIGSTELLUNG von {by} ({reason})",
    note="Anmerkung von {by}: {reason}",
    who_signed="Wer unterschrieben hat",
    who_signed_why="Nur wenn ein Knoten eine Unterschrift nicht kennt: diese Codes auch scannen.",
    fonts_missing="Diesem Knoten fehlt eine Schrift: ein ? steht für Buchstaben, die er nicht "
    "drucken kann.",
    join_title="Mitmachen: {}",
    join_how="1. Mit diesem WLAN verbinden.  2. Den zweiten Code scannen oder die Adresse "
    "eintippen.",
    join_wifi="WLAN",
    join_key="Passwort",
    join_address="Adresse",
    slip_for="Zettel für Leute ohne Telefon. Bitte in Druckbuchstaben. Wer hilft, trägt ihn am "
    "Knoten ein und schreibt die Nummer darauf.",
    slip_cut="hier abschneiden",
    slip_rest="Trägt ein, wer hilft:",
)

ENGLISH: Final = PressWords(
    language="en",
    board="Board: {}",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    time="{day} {date}, {clock}",
    time_unknown="time unknown",
    printed="Printed {when} by node {node}.",
    may_be_outdated="This sheet may be outdated.",
    how_to_check="Is this real? On a node, start “meshnode object import” and scan the code beside "
    "the item: the node checks the signature.",
    page="Page {} of {}",
    by="by {}",
    posted="posted {}",
    valid_until="valid until {}",
    number="No. {}",
    code="Code {} of {}",
    continued="(continued)",
    empty="There is nothing on the board right now.",
    drill="DRILL – NONE OF THIS IS REAL",
    official="OFFICIAL: {source}, {issued}; passed on by {by}",
    correction="CORRECTION by {by} ({reason})",
    note="Note by {by}: {reason}",
    who_signed="Who signed this",
    who_signed_why="Only if a node does not know a signature: scan these codes as well.",
    fonts_missing="This node lacks a font: a ? stands for letters that it cannot print.",
    join_title="Join in: {}",
    join_how="1. Connect to this Wi-Fi.  2. Scan the second code, or type the address.",
    join_wifi="Wi-Fi",
    join_key="Password",
    join_address="Address",
    slip_for="Slips for people without a phone. Please write in capitals. Whoever helps enters it "
    "at the node and writes its number on it.",
    slip_cut="cut here",
    slip_rest="Filled in by whoever helps:",
)

PRESS_WORDS: Final = {"de": GERMAN, "en": ENGLISH}


def press_words(language: str) -> PressWords:
    """Return the words for a reader; English for whom there are none yet."""
    return PRESS_WORDS.get(language, ENGLISH)
