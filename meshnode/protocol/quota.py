"""How much of the set and of the air one identity may take, however fast it posts.

Not for: what an identity may say (`ports.Rules`, which also says whose account an object uses).
Invariants: which of an account's objects stay is a function of what was signed, not of the order
of arrival: the first ones of each day. So all nodes drop the same ones and agree again.
Source: docs/spec/frames.md section 7.
"""

from typing import Final

from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.protocol.ports import Allowance
from meshnode.protocol.priority import Priority

FAIR_OBJECTS_HOUR: Final = 30
"""What an account says beyond this in an hour gets the air after everybody else's."""
_DAY_MINUTES: Final = 1440
_HOUR_MINUTES: Final = 60

_Day = tuple[bytes, int]
_Hours = dict[int, dict[ObjectId, SignedObject]]


class Quota:
    """The objects of the set by account and day."""

    __slots__ = ("_days", "_places")

    def __init__(self) -> None:
        self._days: dict[_Day, _Hours] = {}
        self._places: dict[ObjectId, _Day] = {}
        """Where an object was counted: whose account it is may change with who belongs."""

    def add(self, thing: SignedObject, allowance: Allowance) -> None:
        """An object joined the set."""
        place = _day(thing, allowance)
        hours = self._days.setdefault(place, {})
        hours.setdefault(_hour(thing), {})[thing.id] = thing
        self._places[thing.id] = place

    def remove(self, thing: SignedObject) -> None:
        """An object left the set."""
        place = self._places.pop(thing.id, None)
        if place is None:
            return
        hours, hour = self._days[place], _hour(thing)
        del hours[hour][thing.id]
        if not hours[hour]:
            del hours[hour]
        if not hours:
            del self._days[place]

    def rank(self, thing: SignedObject, rank: Priority, allowance: Allowance) -> Priority:
        """Return the rank on the air: ordinary ones beyond the fair number of an hour come last."""
        if rank is not Priority.ORDINARY:
            return rank
        hour = self._days.get(_day(thing, allowance), {}).get(_hour(thing), {})
        if len(hour) < FAIR_OBJECTS_HOUR:
            return Priority.ORDINARY
        before = sum(_order(one) < _order(thing) for one in hour.values())
        return Priority.ORDINARY if before < FAIR_OBJECTS_HOUR else Priority.BULK

    def surplus(self, thing: SignedObject, allowance: Allowance) -> SignedObject | None:
        """Return what has to stay out if `thing` asks to join: it, another one, or nothing."""
        hours = self._days.get(_day(thing, allowance), {})
        if sum(map(len, hours.values())) < allowance.day_max:
            return None
        last = hours[max(hours)]
        return max((thing, *last.values()), key=_order)


def _day(thing: SignedObject, allowance: Allowance) -> _Day:
    return allowance.account, thing.created_min // _DAY_MINUTES


def _hour(thing: SignedObject) -> int:
    return thing.created_min // _HOUR_MINUTES


def _order(thing: SignedObject) -> tuple[int, int, ObjectId]:
    return thing.created_min, thing.sequence, thing.id
