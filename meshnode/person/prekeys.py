"""A device's prekeys: a new one each week, each secret deleted three weeks after its creation.

Not for: what a prekey says on the wire (`board.prekey`), or which one a sender takes (`sealing`).
Pure: time and randomness come in. Invariants: time is the community's, and the latest that this
device ever knew; what was deleted is nowhere any more; a number is not used twice among those that
are kept.
Source: docs/spec/private.md section 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from meshnode.board.mail.prekey import PREKEY_NUMBER_MAX, PREKEY_SECRET_MINUTES, PrekeyFields
from meshnode.protocol.agreement import AgreementKey

PREKEY_EVERY_MINUTES: Final = 7 * 1440
"""A new one each week: each lives two, so those who were away for one still find a live one."""

PREKEY_MINUTES: Final = 14 * 1440
"""How long the object that announces one lives."""


@dataclass(frozen=True, slots=True)
class Prekey:
    """A prekey of this device with its secret, which is 32 bytes."""

    number: int
    secret: bytes = field(repr=False)
    created_min: int

    @property
    def key(self) -> AgreementKey:
        """The key that opens what was sealed to it."""
        return AgreementKey(self.secret)

    @property
    def fields(self) -> PrekeyFields:
        """What is announced."""
        return PrekeyFields(self.number, self.key.public)

    @property
    def deleted_min(self) -> int:
        """The minute at which the secret is deleted."""
        return self.created_min + PREKEY_SECRET_MINUTES


def kept(prekeys: Sequence[Prekey], minute: int) -> tuple[Prekey, ...]:
    """Return the prekeys whose secrets are still kept at this minute."""
    return tuple(one for one in prekeys if minute < one.deleted_min)


def is_due(prekeys: Sequence[Prekey], minute: int) -> bool:
    """Return whether a new prekey is to be announced: a week after the last one, or none is there.

    One that was made by a clock that ran ahead does not put the next one off by more than a week.
    """
    ages = [minute - one.created_min for one in prekeys]
    return not any(-PREKEY_EVERY_MINUTES < age < PREKEY_EVERY_MINUTES for age in ages)


def with_new(prekeys: Sequence[Prekey], secret: bytes, minute: int) -> tuple[Prekey, ...]:
    """Return the prekeys with one more at the end, made of 32 fresh random bytes."""
    taken = {one.number for one in prekeys}
    first = prekeys[-1].number + 1 if prekeys else 0
    numbers = (number % (PREKEY_NUMBER_MAX + 1) for number in range(first, first + 256))
    number = next(one for one in numbers if one not in taken)
    return (*prekeys, Prekey(number, secret, minute))
