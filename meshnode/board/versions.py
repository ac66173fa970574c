"""Versions: an author says anew what it said before, and the newer one takes the older one's place.

A thing is named by its root: the short id of its first version, which every update has as its
parent. Claims, levels, bookings and roles of hosts name the root, so they stay with the thing.
What takes an update back, or erases it, means the whole thing: it names the root, or the thing's
id.
If it named the newest version alone, nodes that never heard of that would keep the older one.
Invariant: one version never replaces another that outlives it: a node that has forgotten the newer
one would take the older one back.
Source: docs/spec/kinds.md section 4.1.
"""

from collections.abc import Sequence
from typing import Final

from meshnode.board.capacity.timetable import read_timetable
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import (
    LIFETIME_MINUTES,
    OBJECT_ID_BYTES,
    SHORT_ID_BYTES,
    Kind,
    ObjectId,
    ShortId,
    SignedObject,
    lifetime_code_for,
)

UPDATABLE: Final = frozenset(
    {
        Kind.BULLETIN,
        Kind.DRILL,
        Kind.ALERT,
        Kind.OFFER,
        Kind.PLACE,
        Kind.SLOTS,
        Kind.MEETUP,
        Kind.CHECKIN,
    }
)
"""Kinds whose parent, if there is one, is the root of what they are a new version of."""
REFERRING: Final = frozenset(
    {Kind.CLAIM, Kind.LEVEL, Kind.BOOKING, Kind.ALLOTMENT, Kind.TRIAGE, Kind.MODE}
)
"""Kinds whose parent is what they are a step or a statement about."""


def root_of(thing: SignedObject) -> ShortId:
    """Return by which short id an updatable thing is known."""
    return thing.short_id if thing.parent is None else thing.parent


def is_update(thing: SignedObject) -> bool:
    """Return whether an object is a new version of an earlier one."""
    return thing.kind in UPDATABLE and thing.parent is not None


def known_as(thing: SignedObject) -> ShortId:
    """Return by which short id an object of any kind is taken back: an update's is its root."""
    return root_of(thing) if is_update(thing) else thing.short_id


def thing_id(root: ShortId, author: Fingerprint) -> ObjectId:
    """Return what a notice names that means a thing in all its versions.

    The root alone would not do: anybody can write another's root on an object of its own.
    """
    return ObjectId(root + author[: OBJECT_ID_BYTES - SHORT_ID_BYTES])


def next_version(
    *, created_min: int, expires_min: int, minute: int, minutes: int | None = None
) -> tuple[int, int]:
    """Return creation minute and lifetime of an update, which ends no earlier than what it updates.

    Shapes: `created_min` and `expires_min` are those of the version before; `minute` is now;
    `minutes` is how long it is to live, None: as long as the version before would have.

    Raises:
        LimitError: The version before is over, or would outlive it.
    """
    left = expires_min - minute
    if left <= 0:
        raise LimitError("It is over already. Post it anew.")
    wanted = LIFETIME_MINUTES[lifetime_code_for(left if minutes is None else minutes)]
    if wanted < left:
        raise LimitError(
            f"An update ends no earlier than what it updates, which has {left} minutes left: nodes "
            "that had forgotten the update would show the old text again. Choose a longer time, or "
            "withdraw it and post it anew."
        )
    # Another device may have posted it in this very minute; its number says nothing about ours.
    is_tied = minute + wanted == expires_min and minute <= created_min
    return (created_min + 1 if is_tied else minute), wanted


def version_order(thing: SignedObject) -> tuple[int, int, int, ObjectId]:
    """Return which of several versions counts: the one that ends last, then the later one."""
    return thing.expires_min, thing.created_min, thing.sequence, thing.id


def terms_of(thing: SignedObject) -> bytes:
    """Return what no version of a thing may change, because others have built on it.

    Of what is sold that is when, how much and by whom; nothing of other things. Versions with other
    terms do not take each other's place.
    """
    if thing.kind not in (Kind.SLOTS, Kind.MEETUP):
        return b""
    reader = Reader(thing.body)
    read_timetable(reader)
    return thing.body[: len(thing.body) - reader.remaining]


def current(versions: Sequence[SignedObject]) -> SignedObject:
    """Return which of one author's versions of a thing counts: the newest with the first terms."""
    first = min(
        versions, key=lambda one: (one.parent is not None, one.created_min, one.sequence, one.id)
    )
    terms = terms_of(first)
    return max((one for one in versions if terms_of(one) == terms), key=version_order)
