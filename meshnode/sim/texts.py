"""What people of a simulated neighbourhood write: a pool of texts, made once.

Not for: measuring compression (`bench/text.py` has real texts). Compressing a text costs about as
much as playing a minute of a neighbourhood, so posts are drawn from `TEXTS_MAX` texts whose bodies
are kept; objects differ all the same, by author, sequence number and time.
Invariants: the pool depends on its lengths alone, so that all seeds of a process share it.
"""

from functools import lru_cache
from random import Random
from typing import Final

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.sim.streams import stream

TEXTS_MAX: Final = 64
"""Texts of a pool. Four severities make 256 bodies: some seconds of the compressor at most."""
BODIES_MAX: Final = 4096
FLOOD_TEXT: Final = "Read this now, it is the most important of all messages!"
PHRASES: Final = (
    "Wasser gibt es heute bis 18 Uhr an der Feuerwache.",
    "Der Aufzug in Haus 7 steht, im dritten Stock braucht jemand Hilfe.",
    "Suppe und Tee ab zwölf in der Turnhalle, bitte Becher mitbringen.",
    "Strom soll gegen Abend wiederkommen, sagt der Hausmeister.",
    "Wer hat einen Gaskocher übrig?",
    "Die Apotheke am Markt gibt Insulin aus, Ausweis mitnehmen.",
    "Akkus laden: Solaranlage im Hof, zwei Stunden je Familie.",
    "The bridge is closed for cars, walking is fine.",
    "Lost: grey cat, answers to Mimi, near the school.",
    "Doctor in the library from nine to noon.",
    "Please look after the old couple on the second floor.",
    "Blankets and candles at the church, take what you need.",
    "No trams today.",
)


@lru_cache(maxsize=64)
def pool(characters_min: int, characters_max: int) -> tuple[str, ...]:
    """Return texts of all lengths between two bounds, evenly spread; the shortest first."""
    dice = stream(0, "texts", characters_min, characters_max)
    span = characters_max - characters_min
    count = min(TEXTS_MAX, span + 1)
    lengths = [characters_min + span * index // max(1, count - 1) for index in range(count)]
    return tuple(_text(dice, length) for length in lengths)


@lru_cache(maxsize=BODIES_MAX)
def encoded(text: str, severity: Severity) -> tuple[int, bytes]:
    """Return the text codec's number and the body of a bulletin without title."""
    return encode_bulletin(BulletinFields(text, None, "general", severity))


def _text(dice: Random, length: int) -> str:
    """Return a text of about `length` characters, at least one."""
    text = dice.choice(PHRASES)
    while len(text) < length:
        text = f"{text} {dice.choice(PHRASES)}"
    return text[:length].strip()
