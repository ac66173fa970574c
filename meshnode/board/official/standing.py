"""Which of the held alerts stand on the board: copies once, nothing that was replaced or is over.

Pure: the same held objects show the same, in whatever order they came and whoever passed them on.
Invariant: an alert that another one replaced stays replaced as long as both are held; whoever
passes on one that replaces another lets it end no earlier (`planning`).
Source: docs/spec/alerts.md section 5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.bulletins.alert import AlertState, Provenance, Reference, read_provenance
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
    messages = _messages(held)
    groups: dict[object, list[Passed]] = {}
    for one in held:
        reference = one.provenance.reference
        if reference is None:
            groups[one.thing.id] = [one]
        elif one.weight == messages[reference].weight and not _is_replaced(reference, messages):
            groups.setdefault(reference, []).append(one)
    return [_shown(copies) for copies in groups.values()]


def is_over(one: Passed, minute: int) -> bool:
    """Return whether what an alert says has ended, whatever else is held."""
    thing = one.thing
    over_min = over_from_min(
        one.provenance, created_min=thing.created_min, expires_min=thing.expires_min
    )
    return over_min <= minute


def over_from_min(provenance: Provenance, *, created_min: int, expires_min: int) -> int:
    """Return the minute from which an alert stands on no board: its object may be held longer."""
    if provenance.state is AlertState.ALL_CLEAR:
        return min(expires_min, created_min + ALL_CLEAR_SHOWN_MINUTES)
    return expires_min if provenance.ends_min is None else min(expires_min, provenance.ends_min)


@dataclass(slots=True)
class _Message:
    """What all held copies of one message say together; `named_by` are those that name it."""

    weight: tuple[int, int]
    names: set[Reference]
    named_by: set[Reference]


def _messages(held: Sequence[Passed]) -> dict[Reference, _Message]:
    messages: dict[Reference, _Message] = {}
    for one in held:
        if one.provenance.reference is not None:
            message = messages.setdefault(
                one.provenance.reference, _Message(one.weight, set(), set())
            )
            message.weight = max(message.weight, one.weight)
            message.names |= set(one.provenance.replaces)
    for reference, message in messages.items():
        for name in message.names & messages.keys():
            messages[name].named_by.add(reference)
    return messages


def _is_replaced(reference: Reference, messages: Mapping[Reference, _Message]) -> bool:
    """Return whether a later message names one. All are in one order, so the last one stays."""

    def order(one: Reference) -> tuple[int, int, Reference]:
        return messages[one].weight[0], len(messages[one].names), one

    return any(order(one) > order(reference) for one in messages[reference].named_by)


def _shown(copies: list[Passed]) -> Shown:
    def order(one: Passed) -> tuple[int, ObjectId]:
        return one.thing.created_min, one.thing.id

    # The first one stays the one that is shown, so that a link to it stays good.
    ordered = sorted(copies, key=order)
    return Shown(ordered[0], tuple(ordered))
