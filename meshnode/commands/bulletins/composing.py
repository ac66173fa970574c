"""A bulletin as a person or an organisation signs it: encoded here, with their own key.

Not for: what the node itself says, which it encodes and signs. Imports what is slow; import it in
a command. Invariants: the same words, templates and refusals as on the node.
"""

from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from meshnode.board.bulletins.alert import Provenance
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, clean
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.board.names import clean_name
from meshnode.board.trust.permissions import Action
from meshnode.commands.session import Session
from meshnode.commands.trust.offices import require_office
from meshnode.node.clock import minute_of, moment_of
from meshnode.node.desks.template_form import LIFETIME_MINUTES as LIFETIME_DEFAULT
from meshnode.node.desks.template_form import fill_template, lifetime_minutes
from meshnode.node.home import Home
from meshnode.node.moments import POSSIBLE, parse_moment
from meshnode.node.zone import local_zone
from meshnode.person import acts
from meshnode.protocol.errors import LimitError, StoreError
from meshnode.protocol.object import LIFETIME_MINUTES, SignedObject, lifetime_code_for

if TYPE_CHECKING:
    from meshnode.commands.speaker import Speaker

ISSUED_PAST: Final = timedelta(days=1)
"""A clock time by itself is the last one: what was issued lies behind us."""
_URGENT: Final = (Severity.SEVERE, Severity.EXTREME)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed; what is None has its default.

    `source` makes it an official alert, `issued` says when that was issued.
    """

    text: str | None
    title: str | None
    template: str | None
    values: dict[str, str]
    category: str | None
    severity: str | None
    expires_minutes: int | None
    is_drill: bool = False
    source: str | None = None
    issued: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft that whoever speaks may sign as it is, from `minute` for so many minutes."""

    fields: BulletinFields
    minute: int
    minutes: int
    is_drill: bool
    provenance: Provenance | None


def signed(speaker: "Speaker", session: Session, draft: Draft) -> SignedObject:
    """Return what a draft becomes, signed by whoever speaks.

    Raises:
        Failure, LimitError: As `checked`.
        StoreError: The vault cannot be saved; nothing was signed.
    """
    return sign(speaker, checked(speaker, session, draft))


def checked(speaker: "Speaker", session: Session, draft: Draft) -> Ready:
    """Return what a draft becomes, without signing anything.

    Raises:
        Failure: They may not say it, or not for so long; the message says what helps.
        LimitError: A field is outside its bounds.
    """
    minute = speaker.minute
    zone = zone_of(session)
    fields, minutes = _fields(draft, minute, zone)
    if not 0 < minutes <= BULLETIN_MINUTES_MAX:
        raise LimitError(
            "A bulletin lives from 1 minute to "
            f"{BULLETIN_MINUTES_MAX // 1440} days; post it again when it is over."
        )
    expires_min = minute + LIFETIME_MINUTES[lifetime_code_for(minutes)]
    _require_right(speaker, draft, fields.severity, expires_min)
    provenance = None
    if draft.source is not None:
        issued_min = minute if draft.issued is None else _issued_min(draft.issued, minute, zone)
        provenance = Provenance(clean_name(draft.source), issued_min)
    return Ready(fields, minute, minutes, draft.is_drill, provenance)


def sign(speaker: "Speaker", ready: Ready) -> SignedObject:
    """Return it, signed by whoever speaks.

    Raises:
        LimitError: It is longer than an object may be.
        StoreError: The vault cannot be saved; nothing was signed.
    """
    return acts.post(
        speaker.identity,
        ready.fields,
        minute=ready.minute,
        minutes=ready.minutes,
        is_drill=ready.is_drill,
        provenance=ready.provenance,
    )


def _fields(draft: Draft, minute: int, zone: tzinfo | None) -> tuple[BulletinFields, int]:
    """Return what the draft says and for how many minutes."""
    severity = None if draft.severity is None else Severity(draft.severity)
    if draft.template is None:
        title = clean(draft.title) if draft.title else None
        category = draft.category or "general"
        fields = BulletinFields(clean(draft.text or ""), title, category, severity or Severity.INFO)
        return fields, draft.expires_minutes or LIFETIME_DEFAULT
    template = fill_template(draft.template, draft.values, created_min=minute, zone=zone)
    fields = BulletinFields(
        "",
        None,
        draft.category or template.template.category,
        severity or Severity(template.template.severity),
        template,
    )
    return fields, draft.expires_minutes or lifetime_minutes(template)


def _require_right(speaker: "Speaker", draft: Draft, severity: Severity, expires_min: int) -> None:
    if draft.source is not None:
        what, action, instead = "Passing on an official alert", Action.ALERT, ""
    elif draft.is_drill:
        what, action, instead = "A drill", Action.DRILL, ""
    elif severity in _URGENT:
        what, action = f"A bulletin of severity {severity}", Action.WARN
        instead = "What matters now can go out as --severity minor."
    else:
        what, action, instead = "A bulletin", Action.POST, ""
    require_office(speaker, action, what, expires_min=expires_min, instead=instead)


def _issued_min(text: str, minute: int, zone: tzinfo | None) -> int:
    now = moment_of(minute)
    moment = parse_moment(text, now=now, earliest=now - ISSUED_PAST, zone=zone)
    if moment is None or moment > now:
        reason = "it must not be later than now" if moment else POSSIBLE
        raise LimitError(f"--issued {text!r} is not possible; {reason}.")
    return max(0, minute_of(moment))


def zone_of(session: Session) -> tzinfo | None:
    """Return the zone in which the node's people tell the time."""
    try:
        configured = Home(session.directory).read_config().node.time_zone
    except (LimitError, StoreError):
        configured = ""
    return local_zone(configured)
