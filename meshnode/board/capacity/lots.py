"""Lots: rectangles of units, so many in each of so many slots, all of one generation.

Source: docs/spec/capacity.md section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from meshnode.board.capacity.timetable import CAPACITY_MAX, SLOTS_MAX
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import LimitError, PeerError

GENERATION_MAX: Final = 0xFFFF
"""How often a unit is passed on at most; then it stays where it is."""
LOTS_MAX: Final = 16
"""Lots of one act: more do not fit its bytes anyhow."""


@dataclass(frozen=True, slots=True, order=True)
class Lot:
    """Units `first_unit` and following in the slots `first_slot` and following.

    Shapes: slots 0..365, units 0..9,999; counts at least 1; `generation` 0..65,535.
    """

    first_slot: int
    first_unit: int
    slots: int = 1
    units: int = 1
    generation: int = 0

    @property
    def end_slot(self) -> int:
        """The slot after the last one."""
        return self.first_slot + self.slots

    @property
    def end_unit(self) -> int:
        """The unit after the last one."""
        return self.first_unit + self.units

    def meets(self, other: "Lot") -> bool:
        """Return whether the two have a unit in common, of whatever generation."""
        return (
            self.first_slot < other.end_slot
            and other.first_slot < self.end_slot
            and self.first_unit < other.end_unit
            and other.first_unit < self.end_unit
        )


def encode_lots(lots: Sequence[Lot]) -> bytes:
    """Return the lots, to the end of the body.

    Raises:
        LimitError: There are none or too many, they are out of bounds or order, or they overlap.
    """
    if not 1 <= len(lots) <= LOTS_MAX:
        raise LimitError(f"{len(lots)} ranges of units in one act; 1 to {LOTS_MAX} are possible.")
    for lot in lots:
        if not _is_possible(lot):
            raise LimitError(f"{lot} is outside {SLOTS_MAX} slots or {CAPACITY_MAX} units.")
    if not _is_in_order(lots):
        raise LimitError("Ranges of units are in rising order and do not overlap.")
    return b"".join(map(encode_lot, lots))


def encode_lot(lot: Lot) -> bytes:
    """Return one lot: five to eleven bytes."""
    return (
        varint(lot.first_slot)
        + varint(lot.slots - 1)
        + varint(lot.first_unit)
        + varint(lot.units - 1)
        + varint(lot.generation)
    )


def read_lots(reader: Reader) -> tuple[Lot, ...]:
    """Return all lots up to the end of the body.

    Raises:
        PeerError: They are damaged, out of bounds or not canonical.
    """
    lots: list[Lot] = []
    while reader.remaining or not lots:
        if len(lots) == LOTS_MAX:
            raise PeerError("oversize", f"more than {LOTS_MAX} lots")
        first_slot, slots = reader.varint(), reader.varint() + 1
        first_unit, units = reader.varint(), reader.varint() + 1
        lots.append(Lot(first_slot, first_unit, slots, units, reader.varint()))
        if not _is_possible(lots[-1]):
            raise PeerError("bad_value", f"{lots[-1]}")
    if not _is_in_order(lots):
        raise PeerError("not_canonical", "lots out of order, or twice the same unit")
    return tuple(lots)


def packed(lots: Sequence[Lot], *, bytes_max: int) -> list[tuple[Lot, ...]]:
    """Return the lots in order, in as many groups as it takes for each to fit."""
    groups: list[list[Lot]] = []
    room = 0
    for lot in sorted(lots):
        length = len(encode_lot(lot))
        if length > room or len(groups[-1]) == LOTS_MAX:
            groups.append([])
            room = bytes_max
        groups[-1].append(lot)
        room -= length
    return [tuple(group) for group in groups]


def _is_possible(lot: Lot) -> bool:
    return (
        lot.first_slot >= 0
        and lot.slots >= 1
        and lot.end_slot <= SLOTS_MAX
        and lot.first_unit >= 0
        and lot.units >= 1
        and lot.end_unit <= CAPACITY_MAX
        and 0 <= lot.generation <= GENERATION_MAX
    )


def _is_in_order(lots: Sequence[Lot]) -> bool:
    is_rising = all(one < other for one, other in pairwise(lots))
    return is_rising and not any(
        one.meets(other) for at, one in enumerate(lots) for other in lots[at + 1 :]
    )
