"""Who may do what about a thing that is sold: the one table, and who stands where in it.

Not for: what nodes sign, which counts by who owns what (`chain`).
Source: docs/spec/capacity.md section 7.
"""

from enum import StrEnum
from typing import Final

from meshnode.board.exchange.claim import Step
from meshnode.board.trust.community import Community
from meshnode.board.trust.role import Role
from meshnode.board.trust.standing import Identity
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import SHORT_ID_BYTES, ShortId


class Stand(StrEnum):
    """How somebody stands to a thing."""

    AUTHOR = "its author"
    HOST = "a host of its place"
    STEWARD = "a steward"
    CLAIMANT = "who asked"
    ANYBODY = "anybody"


HOSTS: Final = frozenset({Stand.AUTHOR, Stand.HOST, Stand.STEWARD})
"""Who runs it."""
_WHO_ASKED: Final = frozenset({Stand.CLAIMANT})

STEPS: Final[dict[Step, frozenset[Stand]]] = {
    Step.ASK: frozenset({Stand.ANYBODY}),
    Step.CONFIRM: HOSTS,
    Step.DECLINE: HOSTS,
    Step.CANCEL: HOSTS | _WHO_ASKED,
    Step.CALL: HOSTS,
    Step.DONE: HOSTS,
    Step.NO_SHOW: HOSTS,
}
"""Who may take which step of a claim; the other steps say nothing here."""


def stands(
    rules: Community,
    somebody: Identity,
    *,
    author: Fingerprint,
    place: ShortId | None,
    claimant: Fingerprint | None = None,
) -> frozenset[Stand]:
    """Return how somebody stands to a thing of an author's, at a place, and to a claim on it."""
    found = {Stand.ANYBODY}
    if somebody.fingerprint == author:
        found.add(Stand.AUTHOR)
    if somebody.is_steward:
        found.add(Stand.STEWARD)
    if claimant is not None and somebody.fingerprint == claimant:
        found.add(Stand.CLAIMANT)
    if hosts(rules, somebody, place):
        found.add(Stand.HOST)
    return frozenset(found)


def hosts(rules: Community, somebody: Identity, place: ShortId | None) -> bool:
    """Return whether somebody has the role of a host for a place.

    A host without a place in the role looks after everything that has one.
    """
    return place is not None and any(
        grant.role is Role.HOST
        and grant.cuts is None
        and (grant.place is None or grant.place[:SHORT_ID_BYTES] == place)
        for grant in rules.standing.grants.get(somebody.fingerprint, ())
    )


def may_open(
    rules: Community, somebody: Identity, place: ShortId | None, place_author: Fingerprint | None
) -> bool:
    """Return whether somebody may open slots at a place: its author, a host, a steward."""
    if place is None or somebody.is_steward:
        return True
    return somebody.fingerprint == place_author or hosts(rules, somebody, place)
