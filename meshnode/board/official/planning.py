"""What an importer signs: which messages are news here, which change what is held, which are not.

Pure: the same messages, held objects and minute give the same acts. Invariants: what is held and
unchanged is never signed again; what replaces others ends no earlier than they do; nothing is
called over unless its source said so.
Source: docs/spec/alerts.md section 6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from meshnode.board.bulletins.alert import REPLACES_MAX, AlertState, Provenance, Reference
from meshnode.board.bulletins.bulletin import BulletinFields, Severity
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.board.official.standing import Passed, counting, is_over
from meshnode.board.official.warning import MessageType, OfficialAlert, Status
from meshnode.board.official.wording import fields_of, provenance_of
from meshnode.board.versions import next_version, root_of
from meshnode.board.words import Named
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import (
    LIFETIME_MINUTES,
    ShortId,
    SignedObject,
    lifetime_code_for,
    longest_lifetime_code,
)

FUTURE_MINUTES_MAX: Final = 60
"""A message from farther ahead, or a clock here that is wrong: either way nothing is signed."""

DEFAULT_MINUTES: Final = MappingProxyType(
    {
        Severity.INFO: 1440,
        Severity.MINOR: 1440,
        Severity.SEVERE: 2 * 1440,
        Severity.EXTREME: 3 * 1440,
    }
)
"""How long an alert stays whose source does not say when it ends. If it is still listed then, it is
passed on once more."""

UNLISTED_LEFT_MINUTES: Final = 60
"""What ends by itself so soon is not marked as gone from the list: that would cost more air."""


class Reason(StrEnum):
    """Why a message was not passed on; counted, and shown by `alert feeds`."""

    EXERCISE = "exercise"
    FUTURE = "future"
    OVER = "over"
    KNOWN = "known"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    NOTHING_TO_CLEAR = "nothing-to-clear"
    ROLE_ENDS = "role-ends"
    REGION = "region"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Known:
    """A held alert, what it says, and whether whoever imports signed it."""

    passed: Passed
    fields: BulletinFields
    is_own: bool


@dataclass(frozen=True, slots=True)
class Say:
    """An alert to be signed: an update of `root`, or something new."""

    provenance: Provenance
    fields: BulletinFields
    created_min: int
    minutes: int
    root: ShortId | None


def plan(
    alert: OfficialAlert,
    known: Sequence[Known],
    *,
    language: Named,
    minute: int,
    until_min: int,
) -> Say | Reason:
    """Return what to sign for a message, or why nothing.

    `language` is that of the message; `until_min` is when the importer's role ends, which no
    alert may outlive.
    """
    if alert.status is not Status.ACTUAL:
        return Reason.EXERCISE
    if alert.sent_min > minute + FUTURE_MINUTES_MAX:
        return Reason.FUTURE
    if any(one.passed.thing.id.hex() == alert.identifier for one in known):
        # It left this board as CAP, and comes back.
        return Reason.KNOWN
    provenance = provenance_of(alert)
    provenance = replace(provenance, issued_min=min(provenance.issued_min, minute))
    if provenance.ends_min is not None and provenance.ends_min <= minute:
        return Reason.OVER
    fields = fields_of(alert, language)
    same = [one for one in known if one.passed.provenance.reference == provenance.reference]
    earlier = [one for one in known if one.passed.provenance.reference in provenance.replaces]
    replaced = [*same, *earlier]
    reason = _known(provenance, fields, same, known)
    if reason is None and not replaced:
        is_answer = bool(provenance.replaces) or alert.message_type is MessageType.CANCEL
        reason = _beside(provenance, fields, known, minute, is_answer=is_answer)
    return _said(provenance, fields, replaced, minute, until_min) if reason is None else reason


def unlisted(one: Known, *, minute: int, until_min: int) -> Say | None:
    """Return what says that an alert of one's own is gone from its list; None: not worth the air.

    It stays on the board until its end, and says so: nobody gave an all-clear.
    """
    provenance = one.passed.provenance
    ends_min = min(one.passed.thing.expires_min, provenance.ends_min or 1 << 24)
    if provenance.state is not AlertState.IN_FORCE or ends_min - minute < UNLISTED_LEFT_MINUTES:
        return None
    gone = replace(provenance, state=AlertState.UNLISTED)
    said = _said(gone, one.fields, [one], minute, until_min)
    return said if isinstance(said, Say) else None


def outdated(known: Sequence[Known], *, minute: int) -> list[SignedObject]:
    """Return alerts of one's own that another importer's replaced, and that would outlive it."""
    counted = {
        copy.thing.id for one in counting([one.passed for one in known]) for copy in one.copies
    }
    return [
        one.passed.thing
        for one in known
        if one.is_own
        and one.passed.thing.id not in counted
        and one.passed.thing.expires_min > max(minute, _successors_end(one, known))
    ]


def _known(
    provenance: Provenance, fields: BulletinFields, same: Sequence[Known], known: Sequence[Known]
) -> Reason | None:
    """Return why a message whose own copies, or whose successors, are held says nothing new."""
    after = (one.passed.provenance for one in known)
    if any(
        provenance.reference in one.replaces and one.issued_min >= provenance.issued_min
        for one in after
    ):
        return Reason.SUPERSEDED
    newest = max(same, key=lambda one: one.passed.weight, default=None)
    return None if newest is None else _before(newest, provenance, fields)


def _before(newest: Known, provenance: Provenance, fields: BulletinFields) -> Reason | None:
    """Return why a message says nothing that its newest held copy does not."""
    before = newest.passed.provenance
    is_same_state = before.state is provenance.state
    if before.state is AlertState.UNLISTED:
        return None
    if is_same_state and _says_same(newest, provenance, fields):
        return Reason.KNOWN
    if before.issued_min > provenance.issued_min:
        return Reason.SUPERSEDED
    if before.issued_min < provenance.issued_min:
        return None
    if not is_same_state:
        return Reason.SUPERSEDED if before.state is AlertState.ALL_CLEAR else None
    # The same message in other words: its detail was missing before. Whoever said it mends it; that
    # the detail is missing now is no news.
    is_more = len(fields.text) > len(newest.fields.text)
    return None if newest.is_own and is_more else Reason.KNOWN


def _beside(
    provenance: Provenance,
    fields: BulletinFields,
    known: Sequence[Known],
    minute: int,
    *,
    is_answer: bool,
) -> Reason | None:
    """Return why a message of which nothing is held is not needed beside what is."""
    if provenance.state is AlertState.ALL_CLEAR and is_answer:
        return Reason.NOTHING_TO_CLEAR
    live = (one for one in known if not is_over(one.passed, minute))
    is_twin = any(
        one.fields == fields and one.passed.provenance.state is provenance.state for one in live
    )
    return Reason.DUPLICATE if is_twin else None


def _says_same(one: Known, provenance: Provenance, fields: BulletinFields) -> bool:
    before = one.passed.provenance
    times = before.onset_min, before.ends_min
    return one.fields == fields and times == (provenance.onset_min, provenance.ends_min)


def _said(
    provenance: Provenance,
    fields: BulletinFields,
    replaced: Sequence[Known],
    minute: int,
    until_min: int,
) -> Say | Reason:
    provenance = replace(provenance, replaces=_replaces(provenance, replaced))
    own = [one.passed.thing for one in replaced if one.is_own]
    before = max(own, key=lambda one: one.expires_min, default=None)
    needed = max((one.passed.thing.expires_min - minute for one in replaced), default=0)
    ends_min = provenance.ends_min
    wanted = DEFAULT_MINUTES[fields.severity] if ends_min is None else ends_min - minute
    minutes = min(BULLETIN_MINUTES_MAX, max(1, wanted, needed))
    rounded = LIFETIME_MINUTES[lifetime_code_for(minutes)]
    if minute + rounded > until_min:
        rounded = LIFETIME_MINUTES[longest_lifetime_code(until_min - minute)]
    if rounded < needed or minute + rounded > until_min:
        return Reason.ROLE_ENDS
    if before is None:
        return Say(provenance, fields, minute, rounded, None)
    try:
        created_min, lasting = next_version(
            created_min=before.created_min,
            expires_min=before.expires_min,
            minute=minute,
            minutes=rounded,
        )
    except LimitError:
        # The one before is over, though it is still held here.
        return Say(provenance, fields, minute, rounded, None)
    return Say(provenance, fields, created_min, lasting, root_of(before))


def _replaces(provenance: Provenance, replaced: Sequence[Known]) -> tuple[Reference, ...]:
    """Return all that a message replaces, also what those replaced: they will not be held then.

    Sources name the last message only, and some go on listing the first.
    """
    before = [one.passed.provenance for one in replaced]
    named = [
        *provenance.replaces,
        *(one.reference for one in before if one.reference is not None),
        *(each for one in before for each in one.replaces),
    ]
    others = [one for one in dict.fromkeys(named) if one != provenance.reference]
    return tuple(sorted(others[:REPLACES_MAX]))


def _successors_end(one: Known, known: Iterable[Known]) -> int:
    """Return when the last of those ends that name an alert, or are newer copies of it."""
    reference = one.passed.provenance.reference
    return max(
        (
            other.passed.thing.expires_min
            for other in known
            if reference in other.passed.provenance.replaces
            or (
                other.passed.provenance.reference == reference
                and other.passed.weight > one.passed.weight
            )
        ),
        default=0,
    )
