"""How long an object of each kind may live at most.

Source: docs/spec/kinds.md.
"""

from typing import Final

from meshnode.board.trust.founding import ROLE_MINUTES
from meshnode.protocol.object import LIFETIME_MINUTES, Kind, SignedObject

DAY_MINUTES: Final = 1440
BULLETIN_MINUTES_MAX: Final = 14 * DAY_MINUTES
"""A bulletin lives two weeks at most; what is still true then is posted again."""
PREKEY_MINUTES_MAX: Final = 14 * DAY_MINUTES
OPAQUE_MINUTES_MAX: Final = 30 * DAY_MINUTES
"""Objects of kinds that this version does not know are carried a month at most."""

_YEAR: Final = 365 * DAY_MINUTES
_MINUTES_MAX: Final[dict[int, int]] = {
    Kind.PROFILE: _YEAR,
    Kind.INVITATION: _YEAR,
    Kind.BULLETIN: BULLETIN_MINUTES_MAX,
    Kind.WITHDRAWAL: _YEAR,
    Kind.CHARTER: _YEAR,
    Kind.ENDORSEMENT: _YEAR,
    Kind.CERTIFICATE: _YEAR,
    Kind.DEVICE: _YEAR,
    Kind.ROLE: ROLE_MINUTES,
    Kind.REVOCATION: _YEAR,
    Kind.NOTICE: _YEAR,
    Kind.PREKEY: PREKEY_MINUTES_MAX,
    Kind.SEALED: BULLETIN_MINUTES_MAX,
    Kind.CIRCLE: 183 * DAY_MINUTES,
    Kind.DRILL: BULLETIN_MINUTES_MAX,
    Kind.ALERT: BULLETIN_MINUTES_MAX,
    Kind.OFFER: 61 * DAY_MINUTES,
    Kind.CLAIM: 91 * DAY_MINUTES,
    Kind.PLACE: _YEAR,
    Kind.LEVEL: DAY_MINUTES,
    Kind.SLOTS: 91 * DAY_MINUTES,
    Kind.MEETUP: 91 * DAY_MINUTES,
    Kind.BOOKING: 91 * DAY_MINUTES,
    Kind.ALLOTMENT: 91 * DAY_MINUTES,
    Kind.CHECKIN: 14 * DAY_MINUTES,
    Kind.TRIAGE: 30 * DAY_MINUTES,
    Kind.MODE: 7 * DAY_MINUTES,
}


def lives_too_long(thing: SignedObject) -> bool:
    """Return whether an object's lifetime is beyond what its kind may have."""
    minutes_max = _MINUTES_MAX.get(thing.kind, OPAQUE_MINUTES_MAX)
    return LIFETIME_MINUTES[thing.lifetime_code] > minutes_max
