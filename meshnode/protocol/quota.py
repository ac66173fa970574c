"""How much of the set and of the air one identity may take, however fast it posts.

Not for: what an identity may say (`ports.Rules`, which also says whose account an object uses).
Invariants: which of an account's objects stay is a function of what was signed, not of the order
of arrival: the first ones of each day. So all nodes drop the same ones and agree again.
Source: docs/spec/frames.md section 7.
"""

from collections.abc import Container, Iterable
from typing import Final

from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.protocol.ports import Allowance
from meshnode.protocol.priority import Priority

FAIR_OBJECTS_HOUR: Final = 30
"""What an account says beyond this in an hour gets the air after everybody else's."""
_DAY_MINUTES: Final = 1440
_HOUR_MINUTES: Final = 60

_Day = tuple[bytes, int]


class Quota:
    """The objects of the set by account and day."""

    __slots__ = ("_days", "_max", "_places")

    def __init__(self) -> None:
        self._days: dict[_Day, dict[ObjectId, SignedObject]] = {}
        self._places: dict[ObjectId, _Day] = {}
        """Where an object was counted: whose account it is may change with who belongs."""
        self._max: dict[_Day, int] = {}

    def add(self, thing: SignedObject, allowance: Allowance) -> None:
        """An object joined the set."""
        place = _day(thing, allowance)
        self._days.setdefault(place, {})[thing.id] = thing
        self._places[thing.id] = place
        self._max[place] = allowance.day_max

    def remove(self, thing: SignedObject) -> None:
        """An object left the set."""
        place = self._places.pop(thing.id, None)
        if place is None:
            return
        day = self._days[place]
        day.pop(thing.id, None)
        if not day:
            del self._days[place], self._max[place]

    def regroup(self, things: Iterable[tuple[SignedObject, Allowance]]) -> list[SignedObject]:
        """Count objects of the set anew; return what is too much now."""
        touched: dict[_Day, None] = {}
        for thing, allowance in things:
            self.remove(thing)
            self.add(thing, allowance)
            touched[self._places[thing.id]] = None
        surplus: list[SignedObject] = []
        for place in touched:
            in_order = sorted(self._days[place].values(), key=_order)
            surplus += in_order[self._max[place] :]
        return surplus

    def rank(self, thing: SignedObject, rank: Priority, allowance: Allowance) -> Priority:
        """Return the rank on the air: ordinary ones beyond the fair number of an hour come last."""
        if rank is not Priority.ORDINARY:
            return rank
        hour = thing.created_min // _HOUR_MINUTES
        before = sum(
            one.created_min // _HOUR_MINUTES == hour and _order(one) < _order(thing)
            for one in self._days.get(_day(thing, allowance), {}).values()
        )
        return Priority.ORDINARY if before < FAIR_OBJECTS_HOUR else Priority.BULK

    def surplus(
        self, thing: SignedObject, allowance: Allowance, leaving: Container[ObjectId] = ()
    ) -> SignedObject | None:
        """Return what has to stay out if `thing` asks to join: it, another one, or nothing.

        `leaving` make room for it anyway.
        """
        day = self._days.get(_day(thing, allowance), {})
        if len(day) < allowance.day_max:
            return None
        staying = [one for one in day.values() if one.id not in leaving]
        if len(staying) < allowance.day_max:
            return None
        return max((thing, *staying), key=_order)


def _day(thing: SignedObject, allowance: Allowance) -> _Day:
    return allowance.account, thing.created_min // _DAY_MINUTES


def _order(thing: SignedObject) -> tuple[int, int, ObjectId]:
    return thing.created_min, thing.sequence, thing.id
