"""Which key of each device a message is sealed to, and how long it may live on nodes then.

Not for: sealing itself (`board.sealed`). Pure. Invariants: what is sealed to a prekey is over
before its secret is deleted, whatever the clocks of two nodes differ by.
Source: docs/spec/private.md section 2.
"""

from collections.abc import Iterable
from typing import Final

from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.board.mail.prekey import PREKEY_SECRET_MINUTES
from meshnode.person.records import SealedTo
from meshnode.person.roster import Device
from meshnode.protocol.agreement import agreement_public
from meshnode.protocol.object import (
    LIFETIME_MINUTES,
    lifetime_code_for,
    longest_lifetime_code,
)

SEALED_MINUTES_MAX: Final = BULLETIN_MINUTES_MAX
"""Longer is no sealed object carried; a message that is to be tried longer is sealed again."""

CLOCK_SLACK_MINUTES: Final = 60
"""The carrying node dates the object, and its clock may be ahead of what it told us."""


def keys_for(devices: Iterable[Device], minute: int) -> tuple[SealedTo, ...]:
    """Return for each device its prekey, or its own key where no prekey lives long enough."""
    return tuple(_key_for(device, minute) for device in devices)


def deadline_min(keys: Iterable[SealedTo]) -> int | None:
    """Return the first minute at which a secret of these may be gone; None: they stay."""
    return min((key.until_min for key in keys if key.until_min is not None), default=None)


def lifetime_minutes(*, end_min: int, until_min: int | None, minute: int) -> int | None:
    """Return how long an object should live to reach `end_min` without living beyond `until_min`.

    It is one of the lifetimes there are, the next one up if it may be. None: it is too late.
    """
    if end_min <= minute:
        return None
    wanted = LIFETIME_MINUTES[lifetime_code_for(min(end_min - minute, SEALED_MINUTES_MAX))]
    if until_min is None or wanted <= until_min - minute:
        return wanted
    room = until_min - minute
    return LIFETIME_MINUTES[longest_lifetime_code(room)] if room >= LIFETIME_MINUTES[0] else None


def _key_for(device: Device, minute: int) -> SealedTo:
    offer = device.offer
    if offer is not None and minute < offer.expires_min:
        created_min = min(offer.created_min, minute)
        until_min = created_min + PREKEY_SECRET_MINUTES - CLOCK_SLACK_MINUTES
        if until_min - minute >= LIFETIME_MINUTES[0]:
            return SealedTo(device.key, offer.public, until_min)
    return SealedTo(device.key, agreement_public(device.key))
