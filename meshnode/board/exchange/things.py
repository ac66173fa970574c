"""The numbered lists of an offer: what it is about, in which measure, of which sort.

Not for: bytes (`offer`) or words people read (`wording`). Invariants: a released number never
changes its meaning, because signed objects carry it; the lists only grow. Imports nothing heavy:
the command line reads it.
Source: docs/spec/exchange.md section 1.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

ITEM_MAX: Final = 255
UNIT_MAX: Final = 63
"""Numbers of items and units are one byte; a later version's are shown as not known here."""


class Direction(IntEnum):
    """Whether somebody gives or needs; the highest bit of the first byte."""

    OFFER = 0
    REQUEST = 1

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


class Sort(IntEnum):
    """What sort of thing it is; three bits. More need a new kind."""

    GOODS = 0
    SERVICE = 1
    RIDE = 2
    ROOM = 3
    LENDING = 4
    OTHER = 5

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


class Unit(StrEnum):
    """In what a quantity is counted."""

    PIECE = "piece"
    LITRE = "litre"
    KILOGRAM = "kg"
    PORTION = "portion"
    PERSON = "person"
    HOUR = "hour"
    SEAT = "seat"
    BOX = "box"
    BED = "bed"
    CHARGE = "charge"


UNITS: Final = tuple(Unit)
"""The index is the number on the wire."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One entry of the list; sort, category and unit are what an offer has unless it says else."""

    number: int
    identifier: str
    sort: Sort
    category: str
    unit: Unit


def _list(*entries: tuple[int, str, Sort, str, Unit]) -> tuple[Thing, ...]:
    return tuple(Thing(*entry) for entry in entries)


_GOODS, _SERVICE, _LENDING = Sort.GOODS, Sort.SERVICE, Sort.LENDING
_PIECE, _HOUR = Unit.PIECE, Unit.HOUR

THINGS: Final = _list(
    (1, "water", _GOODS, "water", Unit.LITRE),
    (2, "food", _GOODS, "food", Unit.PORTION),
    (3, "hot-meal", _GOODS, "food", Unit.PORTION),
    (4, "bread", _GOODS, "food", _PIECE),
    (5, "baby-food", _GOODS, "food", _PIECE),
    (6, "nappies", _GOODS, "health", _PIECE),
    (7, "hygiene", _GOODS, "health", _PIECE),
    (8, "medicine", _GOODS, "health", _PIECE),
    (9, "cooling-medicine", _SERVICE, "health", _PIECE),
    (10, "generator", _LENDING, "power", _PIECE),
    (11, "charging", _SERVICE, "power", Unit.CHARGE),
    (12, "power-bank", _LENDING, "power", _PIECE),
    (13, "candles", _GOODS, "power", _PIECE),
    (14, "torch", _LENDING, "power", _PIECE),
    (15, "batteries", _GOODS, "power", _PIECE),
    (16, "blankets", _GOODS, "heat", _PIECE),
    (17, "clothes", _GOODS, "heat", _PIECE),
    (18, "firewood", _GOODS, "heat", Unit.KILOGRAM),
    (19, "heater", _LENDING, "heat", _PIECE),
    (20, "camping-stove", _LENDING, "heat", _PIECE),
    (21, "gas-bottle", _GOODS, "heat", _PIECE),
    (22, "ride", Sort.RIDE, "transport", Unit.SEAT),
    (23, "transport", _SERVICE, "transport", _HOUR),
    (24, "moving-help", _SERVICE, "help", Unit.PERSON),
    (25, "child-care", _SERVICE, "help", _HOUR),
    (26, "pet-care", _SERVICE, "help", _HOUR),
    (27, "pet-food", _GOODS, "food", _PIECE),
    (28, "shopping", _SERVICE, "help", _HOUR),
    (29, "cooking", _SERVICE, "food", Unit.PORTION),
    (30, "laundry", _SERVICE, "help", _PIECE),
    (31, "shower", _SERVICE, "health", Unit.PERSON),
    (32, "translation", _SERVICE, "communication", _HOUR),
    (33, "paperwork", _SERVICE, "communication", _HOUR),
    (34, "phone-use", _SERVICE, "communication", _PIECE),
    (35, "radio", _LENDING, "communication", _PIECE),
    (36, "tool", _LENDING, "other", _PIECE),
    (37, "ladder", _LENDING, "other", _PIECE),
    (38, "pump", _LENDING, "water", _PIECE),
    (39, "canister", _LENDING, "water", _PIECE),
    (40, "bike", _LENDING, "transport", _PIECE),
    (41, "cargo-bike", _LENDING, "transport", _PIECE),
    (42, "trailer", _LENDING, "transport", _PIECE),
    (43, "wheelchair", _LENDING, "health", _PIECE),
    (44, "hall", Sort.ROOM, "event", Unit.PERSON),
    (45, "workplace", Sort.ROOM, "event", Unit.SEAT),
    (46, "sleeping-place", Sort.ROOM, "shelter", Unit.BED),
    (47, "visit", _SERVICE, "help", _HOUR),
    (48, "care", _SERVICE, "health", _HOUR),
    (49, "first-aid", _SERVICE, "health", Unit.PERSON),
    (50, "repair", _SERVICE, "help", _HOUR),
    (51, "cleaning-up", _SERVICE, "help", _HOUR),
    (52, "sandbags", _GOODS, "safety", _PIECE),
    (53, "tutoring", _SERVICE, "help", _HOUR),
    (54, "books", _GOODS, "other", _PIECE),
    (55, "toys", _GOODS, "other", _PIECE),
    (56, "furniture", _GOODS, "other", _PIECE),
    (57, "plants", _GOODS, "other", _PIECE),
    (58, "harvest", _GOODS, "food", Unit.KILOGRAM),
    (59, "garden-help", _SERVICE, "help", _HOUR),
    (60, "tent", _LENDING, "shelter", _PIECE),
)

BY_NUMBER: Final = {one.number: one for one in THINGS}
BY_IDENTIFIER: Final = {one.identifier: one for one in THINGS}
