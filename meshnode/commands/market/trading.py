"""Offers and steps as people sign them: from what somebody typed and what the node shows.

Not for: what is printed (`tradewords`). Imports what is slow; import it in a command. Invariants: a
step lives at least as long as its ask, an ask at least as long as its offer may.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.exchange.offer import OfferFields, Quantity, encode_offer
from meshnode.board.exchange.things import BY_IDENTIFIER, UNITS, Direction, Sort, Unit
from meshnode.board.lifetimes import DAY_MINUTES
from meshnode.board.names import clean_name
from meshnode.board.trust.permissions import Action
from meshnode.commands.bulletins.composing import zone_of
from meshnode.commands.client import escaped
from meshnode.commands.places.locating import located
from meshnode.commands.session import Session
from meshnode.commands.speaker import Speaker
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import preferred_language
from meshnode.commands.terminal.output import one_line
from meshnode.commands.trust.offices import require_office
from meshnode.commands.trust.people import minute_of
from meshnode.node.clock import minute_of as minute_at
from meshnode.node.clock import moment_of
from meshnode.node.moments import POSSIBLE, parse_moment
from meshnode.person import acts
from meshnode.protocol.object import (
    LIFETIME_MINUTES,
    Kind,
    ObjectId,
    ShortId,
    SignedObject,
    lifetime_code_for,
)

View = dict[str, Any]

OFFER_MINUTES_MAX: Final = 61 * DAY_MINUTES
OFFER_MINUTES_DEFAULT: Final = 7 * DAY_MINUTES
LENDING_MINUTES_DEFAULT: Final = 30 * DAY_MINUTES
AFTER_MINUTES: Final = DAY_MINUTES
"""So long after its time is over an offer stays, for those who still have to say it is done."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed about an offer; None leaves it as it is, or as it is usual."""

    text: str | None = None
    title: str | None = None
    item: str | None = None
    sort: str | None = None
    category: str | None = None
    count: int | None = None
    unit: str | None = None
    start: str | None = None
    end: str | None = None
    place: str | None = None
    place_words: str | None = None
    on_behalf: str | None = None
    deposit: str | None = None
    expires_minutes: int | None = None


def minute_typed(speaker: Speaker, session: Session, text: str, option: str) -> int:
    """Return the community's minute that somebody typed.

    Raises:
        Failure: It is none, or it is over.
    """
    now = moment_of(speaker.minute)
    moment = parse_moment(text, now=now, earliest=now, zone=zone_of(session))
    if moment is None:
        raise Failure(f"{option} {text!r} is not possible; {POSSIBLE}.", code="usage")
    return minute_at(moment)


def posted(speaker: Speaker, session: Session, draft: Draft, direction: Direction) -> SignedObject:
    """Return a new offer or request, signed.

    Raises:
        Failure: They may not say it, or not for so long.
        LimitError: A field is outside its bounds.
    """
    fields, minutes = drafted(speaker, session, draft, direction)
    return _sign_offer(speaker, fields, minute=speaker.minute, minutes=minutes, parent=None)


def drafted(
    speaker: Speaker, session: Session, draft: Draft, direction: Direction
) -> tuple[OfferFields, int]:
    """Return what a new offer or request says and for how many minutes, without signing it.

    Raises:
        Failure, LimitError: As `posted`.
    """
    thing = None if draft.item is None else _thing(draft.item)
    sort = Sort.OTHER if thing is None else thing.sort
    blank = OfferFields(
        direction,
        sort if draft.sort is None else Sort[draft.sort.upper()],
        "general" if thing is None else thing.category,
        0 if thing is None else thing.number,
    )
    fields = _changed(blank, draft, speaker, session)
    minutes = draft.expires_minutes or _usual_minutes(fields, speaker.minute)
    _check_minutes(minutes)
    return fields, minutes


def updated(speaker: Speaker, session: Session, view: View, draft: Draft) -> SignedObject:
    """Return a new version of somebody's own offer, signed.

    Raises:
        Failure, LimitError: As `posted`; or it was kept up as long as may be.
    """
    require_own(speaker, view)
    minute = speaker.minute
    fields = _changed(_fields_of(view), draft, speaker, session)
    expires_min = minute_of(view["expires"])
    if draft.expires_minutes is not None:
        expires_min = max(expires_min, minute + draft.expires_minutes)
    minutes = max(1, expires_min - minute)
    _check_minutes(minutes)
    if not fields.is_lending:
        last_min = minute_of(view["claims_last"])
        fields = replace(fields, last_min=last_min)
        if minute + LIFETIME_MINUTES[lifetime_code_for(minutes)] > last_min:
            raise Failure(
                "This was kept up as long as one offer may be, so that nothing that was promised "
                "is forgotten before it. Withdraw it and post it anew.",
                code="limit",
            )
    root = ShortId(bytes.fromhex(view["root"]))
    return _sign_offer(speaker, fields, minute=minute, minutes=minutes, parent=root)


def withdrawn(speaker: Speaker, view: View) -> SignedObject:
    """Return what takes an offer back, in all its versions, signed.

    Raises:
        Failure: Somebody else wrote it.
    """
    require_own(speaker, view)
    expires_min = minute_of(view["expires"])
    last_min = max(expires_min, minute_of(view["claims_last"]))
    root = ObjectId(bytes.fromhex(view["root"]))
    return acts.withdraw(speaker.identity, root, minute=speaker.minute, expires_min=last_min)


def offered(speaker: Speaker, prefix: str, *, language: str | None = None) -> View:
    """Return the offer or request, or that of the claim, whose id begins so, with its claims."""
    language = language or preferred_language()
    view: View = speaker.client.get(f"/offers/{escaped(prefix)}?language={language}")
    return view


def require_own(speaker: Speaker, view: View) -> None:
    """Return if whoever speaks wrote an offer.

    Raises:
        Failure: Somebody else did.
    """
    if view["author_fingerprint"] != speaker.identity.fingerprint.hex():
        raise Failure(f"This is {author(view)}'s; only they can change it.", code="not_allowed")


def _thing(identifier: str) -> Any:
    thing = BY_IDENTIFIER.get(identifier)
    if thing is None:
        raise Failure(
            f"There is no item {identifier!r}. Possible are: {', '.join(BY_IDENTIFIER)}. For "
            "anything else leave it out and give a --title.",
            code="usage",
        )
    return thing


def _changed(fields: OfferFields, draft: Draft, speaker: Speaker, session: Session) -> OfferFields:
    """Return the fields with what the draft says."""
    usual = None if draft.item is None else _thing(draft.item).unit
    start_min, end_min = fields.start_min, fields.end_min
    if draft.start is not None:
        start_min = minute_typed(speaker, session, draft.start, "--from")
    if draft.end is not None:
        end_min = minute_typed(speaker, session, draft.end, "--to")
    place, words = fields.place, draft.place_words
    if draft.place is not None:
        root, words = located(speaker.client, draft.place)
        place = None if root is None else ShortId(bytes.fromhex(root))
    return replace(
        fields,
        category=draft.category or fields.category,
        quantity=_quantity(fields.quantity, draft, usual),
        start_min=start_min,
        end_min=end_min,
        place=place,
        title=_line(draft.title, fields.title),
        place_words=_line(words, fields.place_words),
        on_behalf=_line(draft.on_behalf, fields.on_behalf),
        deposit=_line(draft.deposit, fields.deposit),
        text=fields.text if draft.text is None else clean(draft.text),
    )


def _line(said: str | None, before: str) -> str:
    return before if said is None else clean_name(said)


def _quantity(before: Quantity | None, draft: Draft, usual: Unit | None) -> Quantity | None:
    if draft.count is None and draft.unit is None:
        return before
    known = UNITS.index(usual or Unit.PIECE) if before is None else before.unit
    unit = known if draft.unit is None else UNITS.index(Unit(draft.unit))
    count = draft.count if draft.count is not None else 1 if before is None else before.count
    return Quantity(count, unit)


def _fields_of(view: View) -> OfferFields:
    quantity = view["quantity"]
    if quantity is not None and quantity["unit"] is None:
        raise Failure("This was posted by a newer version; change it there.", code="not_allowed")
    return OfferFields(
        Direction[view["direction"].upper()],
        Sort[view["sort"].upper()],
        view["category"],
        0 if view["item"] is None else view["item"]["number"],
        None
        if quantity is None
        else Quantity(quantity["count"], UNITS.index(Unit(quantity["unit"]))),
        None if view["from"] is None else minute_of(view["from"]),
        None if view["to"] is None else minute_of(view["to"]),
        None if view["place"] is None else ShortId(bytes.fromhex(view["place"])),
        None,
        view["title"] or "",
        view["place_words"] or "",
        view["on_behalf"] or "",
        view["deposit"] or "",
        view["text"] or "",
    )


def _usual_minutes(fields: OfferFields, minute: int) -> int:
    usual = LENDING_MINUTES_DEFAULT if fields.is_lending else OFFER_MINUTES_DEFAULT
    if fields.end_min is None:
        return usual
    return max(1, fields.end_min + AFTER_MINUTES - minute)


def _check_minutes(minutes: int) -> None:
    if not 0 < minutes <= OFFER_MINUTES_MAX:
        raise Failure(
            f"An offer stays for 1 minute to {OFFER_MINUTES_MAX // DAY_MINUTES} days.", code="limit"
        )


def _sign_offer(
    speaker: Speaker, fields: OfferFields, *, minute: int, minutes: int, parent: ShortId | None
) -> SignedObject:
    expires_min = minute + LIFETIME_MINUTES[lifetime_code_for(minutes)]
    require_office(speaker, Action.POST, "This", expires_min=expires_min)
    return acts.say(
        speaker.identity,
        Kind.OFFER,
        encode_offer(fields),
        minute=minute,
        minutes=minutes,
        parent=parent,
    )


def author(view: View) -> str:
    """Return who offers or asks."""
    return one_line(view["author_name"] or view["author"])
