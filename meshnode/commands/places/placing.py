"""What a place says, from the options of a command line. Imports what is slow; import it inside a
command.

Invariants: an option that was not given changes nothing; a position is made coarse before it is
signed.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.places.opening_words import week_from_words
from meshnode.board.places.place import (
    CATEGORIES,
    PlaceFields,
    PlaceHead,
    PlaceWords,
    Position,
    Steps,
    coarse_position,
    decode_place,
    encode_place,
)
from meshnode.board.trust.permissions import Action
from meshnode.commands.speaker import Speaker, decoded_object
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import one_line
from meshnode.commands.trust import people
from meshnode.commands.trust.offices import latest_end_min
from meshnode.person import acts
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import (
    LIFETIME_MINUTES,
    Kind,
    ShortId,
    SignedObject,
    lifetime_code_for,
    longest_lifetime_code,
)

if TYPE_CHECKING:
    from meshnode.commands.places.placewords import Place

_MINUTES_DEFAULT: Final = 183 * 1440
_MINUTES_MAX: Final = 365 * 1440


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed; what is None was not given, what is empty is to be unsaid."""

    name: str | None = None
    category: str | None = None
    address: str | None = None
    hours: str | None = None
    remark: str | None = None
    capacity: int | None = None
    position: str | None = None
    contact: str | None = None
    is_step_free: bool | None = None
    text: str | None = None
    on_behalf_of: str | None = None
    expires_minutes: int | None = None


def signed_new(speaker: Speaker, draft: Draft) -> SignedObject:
    """Return a new place, signed by whoever speaks.

    Raises:
        Failure: They may not say it, or not for so long.
        LimitError: A field is outside its bounds.
    """
    fields, minutes = drafted(speaker, draft)
    return _signed(speaker, fields, minutes=minutes)


def drafted(speaker: Speaker, draft: Draft) -> tuple[PlaceFields, int]:
    """Return what a new place says and for how many minutes, without signing it.

    Raises:
        Failure, LimitError: As `signed_new`.
    """
    category = CATEGORIES.index(draft.category or "other")
    fields = _changed(PlaceFields(PlaceHead(category), PlaceWords("")), draft)
    return fields, _minutes(speaker, draft.expires_minutes, 0)


def signed_update(speaker: Speaker, place: "Place", draft: Draft) -> SignedObject:
    """Return the next version of a place, which ends no earlier than the one before.

    Raises:
        Failure: They may not say it, or not for so long, or somebody else entered the place.
        LimitError: A field is outside its bounds.
    """
    before = decoded_object(place["encoded"])
    try:
        fields = decode_place(before.codec, before.body)
    except PeerError as error:
        raise Failure(
            "The words of this place cannot be read here, so they cannot be kept. Update "
            "meshnode, or enter the place anew.",
            code="failed",
        ) from error
    left = max(0, before.expires_min - speaker.minute)
    return _signed(
        speaker,
        _changed(fields, draft),
        minutes=_minutes(speaker, draft.expires_minutes, left),
        parent=ShortId(bytes.fromhex(place["root"])),
    )


def require_own(speaker: Speaker, place: "Place") -> None:
    """Return if whoever speaks entered a place.

    Raises:
        Failure: Somebody else did.
    """
    speaker.require_member()
    if place["author_fingerprint"] != speaker.identity.fingerprint.hex():
        author = one_line(place["author_name"] or place["author"])
        raise Failure(
            f"Only {author} can change this place. How full it is anybody may say: meshnode level "
            f"set {place['root']} full",
            code="not_allowed",
        )


def _signed(
    speaker: Speaker, fields: PlaceFields, *, minutes: int, parent: ShortId | None = None
) -> SignedObject:
    return acts.say(
        speaker.identity,
        Kind.PLACE,
        encode_place(fields),
        minute=speaker.minute,
        minutes=minutes,
        parent=parent,
    )


def _changed(fields: PlaceFields, draft: Draft) -> PlaceFields:
    head, words = fields.head, fields.words
    changes: dict[str, Any] = {}
    if draft.category is not None:
        changes["category"] = CATEGORIES.index(draft.category)
    if draft.hours is not None:
        changes["week"] = week_from_words(draft.hours) if draft.hours.strip() else None
    if draft.capacity is not None:
        changes["capacity"] = draft.capacity
    if draft.position is not None:
        changes["position"] = _position(draft.position)
    if draft.is_step_free is not None:
        changes["steps"] = Steps.STEP_FREE if draft.is_step_free else Steps.STEPS
    said = {
        "name": draft.name,
        "address": draft.address,
        "hours": draft.remark,
        "contact": draft.contact,
        "on_behalf_of": draft.on_behalf_of,
        "text": draft.text,
    }
    cleaned = {field: clean(text) for field, text in said.items() if text is not None}
    return PlaceFields(replace(head, **changes), replace(words, **cleaned))


def _position(typed: str) -> Position | None:
    if not typed.strip():
        return None
    north, _, east = typed.partition(",")
    try:
        return coarse_position(float(north), float(east))
    except ValueError:
        raise click.BadParameter(
            f"{typed!r} is no position. Write degrees north and east with points, as in "
            "51.523,7.467.",
            param_hint="--at",
        ) from None


def _minutes(speaker: Speaker, wanted: int | None, least: int) -> int:
    """Return how long a place is to last; at least as long as its version before.

    Raises:
        Failure: That is longer than what vouches for whoever speaks.
    """
    if wanted is not None and wanted > _MINUTES_MAX:
        raise click.UsageError("A place lasts a year at most; say it again then.")
    latest_min = latest_end_min(speaker.require_member(), Action.POST)
    left = _MINUTES_MAX if latest_min is None else latest_min - speaker.minute
    if wanted is None:
        wanted = LIFETIME_MINUTES[longest_lifetime_code(min(_MINUTES_DEFAULT, left))]
    minutes = LIFETIME_MINUTES[lifetime_code_for(max(wanted, least))]
    if minutes > left:
        me = one_line(speaker.require_member()["name"])
        until = people.day(speaker.require_member()["expires"])
        raise Failure(
            f"A place must not last longer than what vouches for you, which ends on {until}. "
            f"Choose a shorter --expires, or ask a steward ({speaker.stewards()}) first: meshnode "
            f"member renew '{me}'",
            code="not_allowed",
        )
    return minutes
