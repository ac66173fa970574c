"""Every kind's body that a phone reads, as the node reads all of it."""

from collections.abc import Callable
from typing import Any, Final

from meshnode.board.bulletins.bulletin import decode_bulletin
from meshnode.board.bulletins.notice import decode_notice
from meshnode.board.calls.checkin import decode_checkin
from meshnode.board.calls.triage import decode_triage
from meshnode.board.capacity.booking import decode_booking
from meshnode.board.capacity.meetup import decode_meetup
from meshnode.board.capacity.slots import decode_slots
from meshnode.board.exchange.claim import decode_claim
from meshnode.board.exchange.offer import decode_offer
from meshnode.board.mail.prekey import decode_prekey
from meshnode.board.modes.mode import decode_mode
from meshnode.board.places.level import decode_level
from meshnode.board.places.place import decode_place
from meshnode.board.trust.certificate import decode_certificate
from meshnode.board.trust.invitation import decode_invitation
from meshnode.board.trust.profile import decode_profile
from meshnode.board.trust.revocation import decode_revocation
from meshnode.board.trust.role import decode_role
from meshnode.protocol.object import Kind, ShortId

_ALONE: Final[dict[int, Callable[[int, bytes], Any]]] = {
    Kind.PROFILE: decode_profile,
    Kind.INVITATION: decode_invitation,
    Kind.BULLETIN: decode_bulletin,
    Kind.CERTIFICATE: decode_certificate,
    Kind.ROLE: decode_role,
    Kind.REVOCATION: decode_revocation,
    Kind.PREKEY: decode_prekey,
    Kind.DRILL: decode_bulletin,
    Kind.OFFER: decode_offer,
    Kind.PLACE: decode_place,
    Kind.SLOTS: decode_slots,
    Kind.MEETUP: decode_meetup,
}
_NAMING: Final[dict[int, Callable[[int, bytes, ShortId | None], Any]]] = {
    Kind.NOTICE: decode_notice,
    Kind.CLAIM: decode_claim,
    Kind.LEVEL: decode_level,
    Kind.BOOKING: decode_booking,
    Kind.CHECKIN: decode_checkin,
    Kind.TRIAGE: decode_triage,
    Kind.MODE: decode_mode,
}
"""Kinds whose parent is part of what they say."""


def read(kind: int, codec: int, body: bytes, parent: ShortId | None) -> Any:
    """Return the fields of a body, or raise PeerError."""
    if kind in _NAMING:
        return _NAMING[kind](codec, body, parent)
    return _ALONE[kind](codec, body)
