"""Hosts: who looks after a place, and whose word about it counts as a host's.

A host is who entered the place, and whoever a steward made one, of this place or of all.
Source: docs/spec/places.md section 3.1.
"""

from meshnode.board.rules import GRANT_SLACK_MINUTES
from meshnode.board.trust.community import Community
from meshnode.board.trust.role import Role
from meshnode.board.trust.standing import Grant, Identity
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import SHORT_ID_BYTES, ShortId, SignedObject


def spoke_as_host(
    thing: SignedObject,
    identity: Identity,
    rules: Community,
    *,
    root: ShortId,
    author: Fingerprint | None,
) -> bool:
    """Return whether `identity`, who signed a thing about a place, was its host then.

    `author` entered the place.
    """
    if identity.fingerprint == author:
        return True
    grants = rules.standing.grants.get(identity.fingerprint, ())
    return any(
        _is_of(one, root)
        and one.created_min - GRANT_SLACK_MINUTES <= thing.created_min < one.expires_min
        and (one.cuts is None or thing.sequence <= one.cuts.get(thing.author, 0))
        for one in grants
    )


def named_hosts(rules: Community, *, root: ShortId, minute: int) -> list[Fingerprint]:
    """Return whom stewards made hosts of this one place, by fingerprint."""
    return sorted(
        fingerprint
        for fingerprint, grants in rules.standing.grants.items()
        if any(
            one.place is not None
            and _is_of(one, root)
            and one.cuts is None
            and one.created_min - GRANT_SLACK_MINUTES <= minute < one.expires_min
            for one in grants
        )
    )


def _is_of(grant: Grant, root: ShortId) -> bool:
    if grant.role is not Role.HOST:
        return False
    return grant.place is None or grant.place[:SHORT_ID_BYTES] == root
