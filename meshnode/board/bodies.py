"""The form of every kind's body, checked before an object joins the set.

Not for: texts, which are read when somebody looks: a node keeps and passes on what it cannot
read, else nodes would not come to hold the same set.
"""

from collections.abc import Callable
from typing import Final

from meshnode.board.bulletins.alert import AlertState, check_alert, read_provenance
from meshnode.board.bulletins.bulletin import Severity, read_head
from meshnode.board.bulletins.notice import read_notice_head
from meshnode.board.calls.checkin import read_checkin_head
from meshnode.board.calls.triage import read_triage_head
from meshnode.board.capacity.allotment import decode_allotment
from meshnode.board.capacity.booking import decode_booking
from meshnode.board.capacity.meetup import read_meetup_head
from meshnode.board.capacity.slots import read_slots_head
from meshnode.board.exchange.claim import read_claim_head
from meshnode.board.exchange.offer import check_offer
from meshnode.board.mail.circle import decode_circle
from meshnode.board.mail.prekey import decode_prekey
from meshnode.board.mail.sealed import check_sealed
from meshnode.board.modes.mode import read_mode_head
from meshnode.board.places.level import decode_level
from meshnode.board.places.place import read_place_head
from meshnode.board.trust.certificate import decode_certificate
from meshnode.board.trust.charter import decode_charter
from meshnode.board.trust.device import decode_device
from meshnode.board.trust.endorsement import decode_endorsement
from meshnode.board.trust.invitation import decode_invitation
from meshnode.board.trust.profile import decode_profile
from meshnode.board.trust.revocation import decode_revocation
from meshnode.board.trust.role import decode_role
from meshnode.board.withdrawal import decode_withdrawal
from meshnode.protocol.object import Kind, SignedObject

_FORMS: Final[dict[int, Callable[[SignedObject], object]]] = {
    Kind.PROFILE: lambda one: decode_profile(one.codec, one.body),
    Kind.INVITATION: lambda one: decode_invitation(one.codec, one.body),
    Kind.BULLETIN: lambda one: read_head(one.body),
    Kind.WITHDRAWAL: lambda one: decode_withdrawal(one.codec, one.body, one.parent),
    Kind.CHARTER: lambda one: decode_charter(one.codec, one.body),
    Kind.ENDORSEMENT: lambda one: decode_endorsement(one.codec, one.body, one.parent),
    Kind.CERTIFICATE: lambda one: decode_certificate(one.codec, one.body),
    Kind.DEVICE: lambda one: decode_device(one.codec, one.body),
    Kind.ROLE: lambda one: decode_role(one.codec, one.body),
    Kind.REVOCATION: lambda one: decode_revocation(one.codec, one.body),
    Kind.NOTICE: lambda one: read_notice_head(one.body, one.parent),
    Kind.PREKEY: lambda one: decode_prekey(one.codec, one.body),
    Kind.SEALED: lambda one: check_sealed(one.codec, one.body),
    Kind.CIRCLE: lambda one: decode_circle(one.codec, one.body),
    Kind.DRILL: lambda one: read_head(one.body),
    Kind.ALERT: lambda one: check_alert(one.body),
    Kind.OFFER: check_offer,
    Kind.CLAIM: lambda one: read_claim_head(one.body, one.parent),
    Kind.PLACE: lambda one: read_place_head(one.body),
    Kind.LEVEL: lambda one: decode_level(one.codec, one.body, one.parent),
    Kind.SLOTS: lambda one: read_slots_head(one.body),
    Kind.MEETUP: lambda one: read_meetup_head(one.body),
    Kind.BOOKING: lambda one: decode_booking(one.codec, one.body, one.parent),
    Kind.ALLOTMENT: lambda one: decode_allotment(one.codec, one.body, one.parent),
    Kind.CHECKIN: lambda one: read_checkin_head(one.body, one.parent),
    Kind.TRIAGE: lambda one: read_triage_head(one.body, one.parent),
    Kind.MODE: lambda one: read_mode_head(one.body, one.parent),
}
"""By kind what reads all of a body but its words, or raises `PeerError`."""


def check_body(thing: SignedObject) -> None:
    """Refuse an object whose body has not the form of its kind; unknown kinds have none.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    if thing.kind in _FORMS:
        _FORMS[thing.kind](thing)


def severity_of(thing: SignedObject) -> Severity:
    """Return how severe a bulletin, drill or alert is whose body was checked.

    An alert that is in force no more is information, however bad it was.
    """
    if thing.kind != Kind.ALERT:
        return read_head(thing.body)[0].severity
    provenance, body = read_provenance(thing.body)
    is_in_force = provenance.state is AlertState.IN_FORCE
    return read_head(body)[0].severity if is_in_force else Severity.INFO
