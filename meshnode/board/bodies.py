"""The form of every kind's body, checked before an object joins the set.

Not for: texts, which are read when somebody looks: a node keeps and passes on what it cannot
read, else nodes would not come to hold the same set.
"""

from meshnode.board.alert import AlertState, check_alert, read_provenance
from meshnode.board.bulletin import Severity, read_head
from meshnode.board.certificate import decode_certificate
from meshnode.board.charter import decode_charter
from meshnode.board.circle import decode_circle
from meshnode.board.device import decode_device
from meshnode.board.endorsement import decode_endorsement
from meshnode.board.invitation import decode_invitation
from meshnode.board.notice import read_notice_head
from meshnode.board.prekey import decode_prekey
from meshnode.board.profile import decode_profile
from meshnode.board.revocation import decode_revocation
from meshnode.board.role import decode_role
from meshnode.board.sealed import check_sealed
from meshnode.board.withdrawal import decode_withdrawal
from meshnode.protocol.object import Kind, SignedObject

_PLAIN = {
    Kind.PROFILE: decode_profile,
    Kind.INVITATION: decode_invitation,
    Kind.CHARTER: decode_charter,
    Kind.CERTIFICATE: decode_certificate,
    Kind.DEVICE: decode_device,
    Kind.ROLE: decode_role,
    Kind.REVOCATION: decode_revocation,
    Kind.PREKEY: decode_prekey,
    Kind.SEALED: check_sealed,
    Kind.CIRCLE: decode_circle,
}
"""Bodies without a text: codec and body in, fields out, or `PeerError`."""


def check_body(thing: SignedObject) -> None:
    """Refuse an object whose body has not the form of its kind; unknown kinds have none.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    match thing.kind:
        case Kind.BULLETIN | Kind.DRILL:
            read_head(thing.body)
        case Kind.ALERT:
            check_alert(thing.body)
        case Kind.NOTICE:
            read_notice_head(thing.body, thing.parent)
        case Kind.WITHDRAWAL:
            decode_withdrawal(thing.codec, thing.body, thing.parent)
        case Kind.ENDORSEMENT:
            decode_endorsement(thing.codec, thing.body, thing.parent)
        case kind if kind in _PLAIN:
            _PLAIN[Kind(kind)](thing.codec, thing.body)


def severity_of(thing: SignedObject) -> Severity:
    """Return how severe a bulletin, drill or alert is whose body was checked.

    An alert that is in force no more is information, however bad it was.
    """
    if thing.kind != Kind.ALERT:
        return read_head(thing.body)[0].severity
    provenance, body = read_provenance(thing.body)
    is_in_force = provenance.state is AlertState.IN_FORCE
    return read_head(body)[0].severity if is_in_force else Severity.INFO
