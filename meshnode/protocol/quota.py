"""How much of the set and of the air one author may take, however fast it posts.

Not for: urgent objects and authority, which are few and answered for otherwise. Invariants: which
of an author's objects stay is a function of what it signed, not of the order of arrival: those
with the lowest sequence numbers of each day. So all nodes drop the same ones and agree again.
Source: docs/spec/frames.md section 7.
"""

from typing import Final

from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.protocol.priority import Priority

DAY_OBJECTS_MAX: Final = 200
"""Ordinary objects of one author and day: a node speaks for some dozens of residents."""
FAIR_OBJECTS_HOUR: Final = 30
"""What an author says beyond this in an hour gets the air after everybody else's."""
_DAY_MINUTES: Final = 1440
_HOUR_MINUTES: Final = 60

_Day = tuple[KeyId, int]


class Quota:
    """The ordinary objects of the set by author and day."""

    __slots__ = ("_days",)

    def __init__(self) -> None:
        self._days: dict[_Day, dict[ObjectId, SignedObject]] = {}

    def add(self, thing: SignedObject, rank: Priority) -> None:
        """An object joined the set."""
        if rank >= Priority.ORDINARY:
            self._days.setdefault(_day(thing), {})[thing.id] = thing

    def remove(self, thing: SignedObject) -> None:
        """An object left the set."""
        day = self._days.get(_day(thing), {})
        day.pop(thing.id, None)
        if not day:
            self._days.pop(_day(thing), None)

    def rank(self, thing: SignedObject, rank: Priority) -> Priority:
        """Return the rank on the air: ordinary ones beyond the fair number of an hour come last."""
        if rank is not Priority.ORDINARY:
            return rank
        hour = thing.created_min // _HOUR_MINUTES
        before = sum(
            one.created_min // _HOUR_MINUTES == hour and one.sequence < thing.sequence
            for one in self._days.get(_day(thing), {}).values()
        )
        return Priority.ORDINARY if before < FAIR_OBJECTS_HOUR else Priority.BULK

    def surplus(self, thing: SignedObject, rank: Priority) -> SignedObject | None:
        """Return what has to stay out if `thing` asks to join: it, another one, or nothing."""
        day = self._days.get(_day(thing), {})
        if rank < Priority.ORDINARY or len(day) < DAY_OBJECTS_MAX:
            return None
        return max((thing, *day.values()), key=lambda one: (one.sequence, one.id))


def _day(thing: SignedObject) -> _Day:
    return thing.author, thing.created_min // _DAY_MINUTES
