"""Which of the held alerts stand on the board: copies once, nothing that was replaced or is over.

Pure: the same held objects show the same, in whatever order they came and whoever passed them on.
Invariant: an alert that another one replaced stays replaced as long as both are held; whoever
passes on one that replaces another lets it end no earlier (`planning`).
Source: docs/spec/alerts.md section 5.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.alert import AlertState, Provenance, Reference, read_provenance
from meshnode.protocol.object import ObjectId, SignedObject

ALL_CLEAR_SHOWN_MINUTES: Final = 1440
"""An all-clear is news for a day; it is held longer, so that what it took back stays away."""

_ORDER: Final = (AlertState.UNLISTED, AlertState.IN_FORCE, AlertState.ALL_CLEAR)
"""Of copies issued in the same minute the later of these counts: while one node still sees the
warning listed it is in force, and an all-clear ends it."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A held alert and where it comes from."""

    thing: SignedObject
    provenance: Provenance

    @property
    def weight(self) -> tuple[int, int]:
        """Which of two of one message says the latest."""
        return self.provenance.issued_min, _ORDER.index(self.provenance.state)


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert that counts, and its copies by others, oldest first, itself among them."""

    passed: Passed
    copies: tuple[Passed, ...]


def passed(things: Iterable[SignedObject]) -> list[Passed]:
    """Return held alerts with their provenance."""
    return [Passed(thing, read_provenance(thing.body)[0]) for thing in things]


def in_force(held: Sequence[Passed], minute: int) -> list[Shown]:
    """Return what stands on the board at `minute`, all-clears of the last day among it."""
    live = [one for one in held if one.thing.expires_min > minute]
    return [one for one in counting(live) if not is_over(one.passed, minute)]


def counting(held: Sequence[Passed]) -> list[Shown]:
    """Return every message that no later one replaced, once each."""
    newest: dict[Reference, tuple[int, int]] = {}
    for one in held:
        reference = one.provenance.reference
        if reference is not None:
            newest[reference] = max(newest.get(reference, one.weight), one.weight)
    current = [one for one in held if _is_newest(one, newest)]
    replaced = set(_replaced(held, current))
    groups: dict[object, list[Passed]] = {}
    for one in current:
        reference = one.provenance.reference
        if reference not in replaced:
            groups.setdefault(one.thing.id if reference is None else reference, []).append(one)
    return [_shown(copies) for copies in groups.values()]


def is_over(one: Passed, minute: int) -> bool:
    """Return whether what an alert says has ended, whatever else is held."""
    if one.thing.expires_min <= minute:
        return True
    if one.provenance.state is AlertState.ALL_CLEAR:
        return minute >= one.thing.created_min + ALL_CLEAR_SHOWN_MINUTES
    return one.provenance.ends_min is not None and one.provenance.ends_min <= minute


def _is_newest(one: Passed, newest: dict[Reference, tuple[int, int]]) -> bool:
    reference = one.provenance.reference
    return reference is None or one.weight == newest[reference]


def _replaced(held: Sequence[Passed], current: Sequence[Passed]) -> Iterator[Reference]:
    """Yield the messages that a later one names; of two that name each other, one stays."""
    by_reference = {one.provenance.reference: one for one in current}
    for one in held:
        own = one.provenance.reference
        for reference in one.provenance.replaces:
            other = by_reference.get(reference)
            if other is None or own is None:
                continue
            before, after = other.provenance.issued_min, one.provenance.issued_min
            is_mutual = own in other.provenance.replaces
            if before < after or (before == after and (not is_mutual or reference < own)):
                yield reference


def _shown(copies: list[Passed]) -> Shown:
    def order(one: Passed) -> tuple[int, ObjectId]:
        return one.thing.created_min, one.thing.id

    # The first one stays the one that is shown, so that a link to it stays good.
    ordered = sorted(copies, key=order)
    return Shown(ordered[0], tuple(ordered))
