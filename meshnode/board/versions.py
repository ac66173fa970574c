"""Versions: an author says anew what it said before, and the newer one takes the older one's place.

A thing is named by its root: the short id of its first version, which every update has as its
parent. Claims, levels, bookings and roles of hosts name the root, so they stay with the thing.
Invariant: one version never replaces another that outlives it: a node that has forgotten the newer
one would take the older one back.
Source: docs/spec/kinds.md section 4.1.
"""

from typing import Final

from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject

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


def version_order(thing: SignedObject) -> tuple[int, int, int, ObjectId]:
    """Return which of several versions counts: the one that ends last, then the later one."""
    return thing.expires_min, thing.created_min, thing.sequence, thing.id
