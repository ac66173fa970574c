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
FAIR_URGENT_HOUR: Final = 12
"""What an account says beyond this in an hour is not urgent any more: a warning every five minutes
is much, and a stolen key must not hold up the others' warnings for longer than a minute."""
FAIR_AUTHORITY_HOUR: Final = 60
"""The same for acts: an evening's certificates, in half of the hour's airtime."""
TOTAL_DAYS: Final = 16
"""So many days' worth may an account hold in all: the two weeks for which most things live, and
what clocks differ by. Else objects that live for a year could be dated back over all its days."""
_DAY_MINUTES: Final = 1440
_HOUR_MINUTES: Final = 60

_FAIR_HOUR: Final = {
    Priority.URGENT: FAIR_URGENT_HOUR,
    Priority.AUTHORITY: FAIR_AUTHORITY_HOUR,
    Priority.ORDINARY: FAIR_OBJECTS_HOUR,
}

_Day = tuple[bytes, int]
_Place = tuple[_Day, Priority]
"""An account's day, and a rank."""


class Quota:
    """The objects of the set by account and day."""

    __slots__ = ("_counts", "_days", "_max", "_names", "_places")

    def __init__(self) -> None:
        self._counts: dict[bytes, int] = {}
        self._names: dict[_Place, _Place] = {}
        self._days: dict[_Day, list[SignedObject]] = {}
        """One list a day, not a dict an hour: most people say something once in an hour."""
        self._places: dict[ObjectId, _Place] = {}
        """Where an object was counted, since whose account it is may change with who belongs; and
        its rank by itself."""
        self._max: dict[_Day, int] = {}

    def add(self, thing: SignedObject, allowance: Allowance, worth: Priority) -> None:
        """An object joined the set; `worth` is its rank by itself."""
        day = _day(thing, allowance)
        self._places[thing.id] = self._shared((day, worth))
        self._counts[day[0]] = self._counts.get(day[0], 0) + 1
        self._days.setdefault(day, []).append(thing)
        self._max[day] = allowance.day_max

    def remove(self, thing: SignedObject) -> None:
        """An object left the set."""
        place = self._places.pop(thing.id, None)
        if place is not None:
            self._leave(thing, place[0])

    def regroup(
        self, things: Iterable[tuple[SignedObject, Allowance, Priority]]
    ) -> list[SignedObject]:
        """Count objects of the set anew; return what is too much of a day or an account now."""
        touched: dict[bytes, Allowance] = {}
        for thing, allowance, worth in things:
            touched[allowance.account] = allowance
            # At a start this is asked of all that is held, and nearly all stay where they are.
            place = self._places.get(thing.id)
            if place == (_day(thing, allowance), worth):
                self._max[place[0]] = allowance.day_max
                continue
            if place is not None:
                self._leave(thing, place[0])
            self.add(thing, allowance, worth)
        return [one for allowance in touched.values() for one in self._too_much(allowance)]

    def _too_much(self, allowance: Allowance) -> list[SignedObject]:
        """Return what an account holds beyond what `surplus` would have let in."""
        staying: list[SignedObject] = []
        surplus: list[SignedObject] = []
        for place in [one for one in self._days if one[0] == allowance.account]:
            of_day = sorted(self._days[place], key=_order)
            staying += of_day[: self._max[place]]
            surplus += of_day[self._max[place] :]
        staying.sort(key=_order)
        return surplus + staying[TOTAL_DAYS * allowance.day_max :]

    def revalue(self, thing: SignedObject, worth: Priority) -> None:
        """An object of the set has another rank by itself now."""
        day, _ = self._places[thing.id]
        self._places[thing.id] = self._shared((day, worth))

    def rank(self, thing: SignedObject, worth: Priority, allowance: Allowance) -> Priority:
        """Return the rank on the air of what has the rank `worth` by itself.

        What is beyond the fair number of an hour comes last; beyond that of what is urgent it is
        ordinary first.
        """
        fair = _FAIR_HOUR.get(worth, 0)
        of_day = self._days.get(_day(thing, allowance), ())
        if len(of_day) < fair:
            return worth
        hour = _hour(thing)
        before = sum(
            _hour(one) == hour and self._places[one.id][1] is worth and _order(one) < _order(thing)
            for one in of_day
        )
        if before < fair:
            return worth
        is_still_ordinary = worth is Priority.URGENT and before < FAIR_OBJECTS_HOUR
        return Priority.ORDINARY if is_still_ordinary else Priority.BULK

    def surplus(
        self, thing: SignedObject, allowance: Allowance, leaving: Container[ObjectId] = ()
    ) -> SignedObject | None:
        """Return what has to stay out if `thing` asks to join: it, another one, or nothing.

        `leaving` make room for it anyway. Days and accounts are bounds one within the other, and
        of each the earliest stay: so what is left does not depend on the order of arrival.
        """
        of_day = self._days.get(_day(thing, allowance), [])
        if sum(one.id not in leaving for one in of_day) < allowance.day_max:
            if self._counts.get(allowance.account, 0) < TOTAL_DAYS * allowance.day_max:
                return None
            # Looked through only where an account is full, which takes weeks or an attack.
            last_day = max(day for account, day in self._days if account == allowance.account)
            of_day = self._days[allowance.account, last_day]
        staying = (one for one in of_day if one.id not in leaving)
        return max((thing, *staying), key=_order)

    def _leave(self, thing: SignedObject, day: _Day) -> None:
        self._counts[day[0]] -= 1
        if not self._counts[day[0]]:
            del self._counts[day[0]]
        of_day = self._days[day]
        del of_day[next(index for index, one in enumerate(of_day) if one.id == thing.id)]
        if not of_day:
            del self._days[day], self._max[day]
            for worth in Priority:
                self._names.pop((day, worth), None)

    def _shared(self, place: _Place) -> _Place:
        """Return one and the same tuple for all objects of a place: they are many."""
        return self._names.setdefault(place, place)


def _day(thing: SignedObject, allowance: Allowance) -> _Day:
    return allowance.account, thing.created_min // _DAY_MINUTES


def _hour(thing: SignedObject) -> int:
    return thing.created_min // _HOUR_MINUTES


def _order(thing: SignedObject) -> tuple[int, int, ObjectId]:
    return thing.created_min, thing.sequence, thing.id
