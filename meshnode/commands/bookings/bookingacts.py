"""Slots, meet-ups and claims on them as people sign them, from what somebody typed.

Not for: what is printed (`bookingwords`). Imports what is slow; import it in a command.
"""

import time
from dataclasses import dataclass, replace
from typing import Any, Final

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.capacity.meetup import MeetupFields, encode_meetup, shown_meetup
from meshnode.board.capacity.slots import SlotsFields, encode_slots, shown_slots
from meshnode.board.capacity.timetable import Sort, Terms, Timetable
from meshnode.board.exchange.claim import ClaimFields, SlotRange, Step, encode_claim, mark_of
from meshnode.board.lifetimes import DAY_MINUTES
from meshnode.board.names import clean_name
from meshnode.board.trust.permissions import Action
from meshnode.commands.bookings.bookingoptions import WAITING_STATES
from meshnode.commands.bulletins.composing import zone_of
from meshnode.commands.client import Client, escaped
from meshnode.commands.places.locating import located, on_the_board
from meshnode.commands.session import Session
from meshnode.commands.speaker import Speaker, decoded_object
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import one_line
from meshnode.commands.trust.offices import require_office
from meshnode.commands.trust.people import minute_of
from meshnode.node.clock import minute_of as minute_at
from meshnode.node.clock import moment_of
from meshnode.node.moments import POSSIBLE, parse_moment
from meshnode.person import acts
from meshnode.protocol.keys import Fingerprint, PublicKey, fingerprint
from meshnode.protocol.object import (
    LIFETIME_MINUTES,
    Kind,
    ObjectId,
    ShortId,
    SignedObject,
    lifetime_code_for,
)

View = dict[str, Any]

REACH_MINUTES: Final = 90 * DAY_MINUTES
"""How far ahead something may be opened: what nodes sign about it lives 91 days at most."""
THING_MINUTES: Final = 91 * DAY_MINUTES
"""So long a version of slots or of a meet-up lives at most."""
ANSWER_S: Final = 3.0
"""How long a command waits for the node to answer an ask."""
_ASK_S: Final = 0.1


_FOR_GOOD: Final = {
    "cancelled": "This was cancelled, and stays so. Whoever wants it after all asks again.",
    "declined": "This was declined, and stays so. Whoever wants it after all asks again.",
}
"""States that no later step changes: it would be signed and sent for nothing."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed about slots or a meet-up; `node` None: the node asked books."""

    title: str
    at: str
    length: int
    interval: int = 0
    count: int = 1
    capacity: int | None = None
    claim_max: int = 1
    lease: int = 0
    sort: Sort = Sort.SLOTS
    is_automatic: bool = True
    place: str | None = None
    node: str | None = None
    text: str = ""


def opened(speaker: Speaker, session: Session, draft: Draft) -> SignedObject:
    """Return new slots, signed.

    Raises:
        Failure: A time or a place is not right, or whoever speaks may not.
        LimitError: A number is outside its bounds.
    """
    place = None
    if draft.place:
        place = ShortId(bytes.fromhex(on_the_board(speaker.client, draft.place)))
    timetable = _timetable(speaker, session, draft)
    fields = SlotsFields(timetable, clean_name(draft.title), clean(draft.text), place)
    return _sign(speaker, Kind.SLOTS, encode_slots(fields), timetable.closes_min)


def posted(speaker: Speaker, session: Session, draft: Draft) -> SignedObject:
    """Return a new meet-up, signed.

    Raises:
        Failure, LimitError: As `opened`.
    """
    root, words = located(speaker.client, draft.place or "")
    place = None if root is None else ShortId(bytes.fromhex(root))
    timetable = _timetable(speaker, session, draft)
    fields = MeetupFields(
        timetable, clean_name(draft.title), clean_name(words), clean(draft.text), place
    )
    return _sign(speaker, Kind.MEETUP, encode_meetup(fields), timetable.closes_min)


def updated(speaker: Speaker, view: View, *, title: str | None, text: str | None) -> SignedObject:
    """Return a new version with other words, signed; when and how many stays as it is.

    Raises:
        Failure: Somebody else wrote it, or it was kept up as long as may be.
    """
    _require_own(speaker, view)
    thing = decoded_object(view["encoded"])
    if thing.kind == Kind.MEETUP:
        meetup = shown_meetup(thing.codec, thing.body)
        new_title, new_text = _words(meetup.title, meetup.text, title, text)
        content = encode_meetup(replace(meetup, title=new_title, text=new_text))
    else:
        slots = shown_slots(thing.codec, thing.body)
        new_title, new_text = _words(slots.title, slots.text, title, text)
        content = encode_slots(replace(slots, title=new_title, text=new_text))
    root = ShortId(bytes.fromhex(view["root"]))
    return _sign(speaker, Kind(thing.kind), content, thing.expires_min, parent=root)


def withdrawn(speaker: Speaker, view: View) -> SignedObject:
    """Return what calls slots or a meet-up off, in all versions, signed.

    It lives as long as any version may that was signed by now, also on a device of the same author
    of which this node has not heard: else that one would bring it back.

    Raises:
        Failure: Somebody else wrote it.
    """
    _require_own(speaker, view)
    root = ShortId(bytes.fromhex(view["root"]))
    return acts.withdraw(
        speaker.identity, root, minute=speaker.minute, expires_min=speaker.minute + THING_MINUTES
    )


def asked(
    speaker: Speaker,
    view: View,
    *,
    first: int = 1,
    count: int = 1,
    units: int = 1,
    on_behalf: str = "",
    text: str = "",
) -> SignedObject:
    """Return an ask for some slots, counted from 1, signed.

    Raises:
        Failure: There are no such slots, they are over, or it is more than one may have.
    """
    times = view["slots"]
    if first < 1 or first + count - 1 > len(times):
        raise Failure(f"There are slots 1 to {len(times)}; choose with --slot.", code="limit")
    if minute_of(times[first - 1]["ends"]) <= speaker.minute:
        raise Failure("That time is over. Choose another --slot.", code="limit")
    if view["claim_max"] is not None and units > view["claim_max"]:
        raise Failure(f"One may ask for up to {view['claim_max']} here.", code="limit")
    slots = SlotRange(first - 1, count)
    fields = ClaimFields(
        Step.ASK,
        quantity=units,
        slots=slots,
        on_behalf=clean_name(on_behalf),
        text=clean(text),
    )
    closes_min = minute_of(view["closes"]) + DAY_MINUTES
    root = ShortId(bytes.fromhex(view["root"]))
    return _sign(speaker, Kind.CLAIM, encode_claim(fields), closes_min, parent=root)


def stepped(speaker: Speaker, view: View, step: Step, text: str = "") -> SignedObject:
    """Return a later step about a claim, signed.

    Raises:
        Failure: It is not theirs to take, or nothing that is said changes anything any more.
    """
    _require_stand(speaker, view, step)
    if view["state"] in _FOR_GOOD:
        raise Failure(_FOR_GOOD[view["state"]], code="conflict")
    ask = ObjectId(bytes.fromhex(view["id"]))
    content = encode_claim(ClaimFields(step, mark_of(ask), text=clean(text)))
    expires_min = minute_of(view["expires"])
    return _sign(speaker, Kind.CLAIM, content, expires_min, parent=ShortId(ask[:4]))


def thing_meant(client: Client, prefix: str) -> View:
    """Return the slots or meet-up whose id begins so."""
    found: View = client.get(f"/bookable/{escaped(prefix)}")
    return found


def claim_meant(client: Client, prefix: str) -> View:
    """Return the claim whose id begins so."""
    found: View = client.get(f"/claims/{escaped(prefix)}")
    return found


def answered(client: Client, claim_id: str, *, before: str = "asked") -> View:
    """Return a claim as soon as it stands otherwise than `before`, or after a moment."""
    until_s = time.monotonic() + ANSWER_S
    while True:
        found = claim_meant(client, claim_id)
        if found["state"] != before or time.monotonic() >= until_s:
            return found
        time.sleep(_ASK_S)


def free_slot(view: View, minute: int) -> int:
    """Return the first slot, counted from 1, that is not over and has room, or the next one.

    What this node sells itself comes first: it answers at once, also while it is cut off.

    Raises:
        Failure: All are over.
    """
    left = _left(view, minute)
    free = [one for one in left if one["free"] is None or one["free"] > 0]
    here = [one for one in free if one["free_here"]]
    return int((here or free or left)[0]["slot"])


def next_slot(view: View, minute: int) -> int:
    """Return the first slot, counted from 1, that is not over, whether it has room or not.

    Raises:
        Failure: All are over.
    """
    return int(_left(view, minute)[0]["slot"])


def met(view: View, slot: int | None, minute: int) -> View:
    """Return the slot that is meant, counted from 1, or the last one that has begun, or the first.

    Raises:
        Failure: There is no such slot.
    """
    times: list[View] = view["slots"]
    if slot is not None and slot > len(times):
        raise Failure(f"There are times 1 to {len(times)}; choose with --time.", code="limit")
    if slot is not None:
        return times[slot - 1]
    begun = [one for one in times if minute_of(one["starts"]) <= minute]
    return begun[-1] if begun else times[0]


def left_by(claims: list[View], slot: int | None, on_behalf: str | None) -> View:
    """Return the one claim that somebody gives up: their own, or one for a neighbour.

    Raises:
        Failure: There is none, or several.
    """
    open_ = [one for one in claims if one["state"] in WAITING_STATES]
    wanted = clean_name(on_behalf or "").casefold()
    same = [
        one
        for one in open_
        if (one["on_behalf"] or "").casefold() == wanted and slot in (None, one["first_slot"])
    ]
    if len(same) == 1:
        return same[0]
    if same:
        times = ", ".join(str(one["first_slot"]) for one in same)
        raise Failure(f"You joined several times: {times}. Give --time.", code="ambiguous")
    if not open_ and any(one["state"] == "called-off" for one in claims):
        raise Failure("The host called it off; there is nothing to leave.", code="not_allowed")
    others = ", ".join(dict.fromkeys(one_line(one["on_behalf"] or "yourself") for one in open_))
    raise Failure(
        f"You joined this for {others}. Give --for and --time of one of these."
        if open_
        else "You did not join this. See: meshnode meetup list --mine",
        code="not_found",
    )


def _left(view: View, minute: int) -> list[View]:
    """Return the slots that are not over; there is one.

    Raises:
        Failure: All are over.
    """
    left = [one for one in view["slots"] if minute_of(one["ends"]) > minute]
    if not left:
        raise Failure("This is over.", code="limit")
    return left


def _words(
    title_before: str, text_before: str, title: str | None, text: str | None
) -> tuple[str, str]:
    return (
        title_before if title is None else clean_name(title),
        text_before if text is None else clean(text),
    )


def _timetable(speaker: Speaker, session: Session, draft: Draft) -> Timetable:
    now = moment_of(speaker.minute)
    moment = parse_moment(draft.at, now=now, earliest=now, zone=zone_of(session))
    if moment is None:
        raise Failure(f"--at {draft.at!r} is not possible; {POSSIBLE}.", code="usage")
    terms = None
    if draft.capacity is not None:
        terms = Terms(
            draft.capacity,
            _authority(speaker, draft.node),
            min(draft.claim_max, draft.capacity),
            draft.lease,
            draft.is_automatic,
        )
    interval = (draft.interval or draft.length) if draft.count > 1 else 0
    timetable = Timetable(minute_at(moment), draft.length, interval, draft.count, draft.sort, terms)
    if timetable.closes_min <= speaker.minute:
        raise Failure("That is over already. Check --at and --length.", code="limit")
    if timetable.closes_min - speaker.minute > REACH_MINUTES:
        raise Failure(
            f"This ends more than {REACH_MINUTES // DAY_MINUTES} days from now. Open fewer times; "
            "open the rest later.",
            code="limit",
        )
    return timetable


def _authority(speaker: Speaker, name: str | None) -> Fingerprint:
    """Return the node that books: the one that is asked, or another one by name."""
    if name is None:
        return fingerprint(PublicKey(bytes.fromhex(speaker.community["node"]["key"])))
    member = speaker.client.get(f"/members/{escaped(name)}")
    if member["class"] != "node":
        raise Failure(f"{one_line(member['name'])} is no node, so it cannot book.", code="limit")
    return Fingerprint(bytes.fromhex(member["fingerprint"]))


def _require_own(speaker: Speaker, view: View) -> None:
    if view["author_fingerprint"] != speaker.identity.fingerprint.hex():
        name = one_line(view["author_name"] or view["author"])
        raise Failure(f"This is {name}'s, not yours.", code="not_allowed")


def _require_stand(speaker: Speaker, view: View, step: Step) -> None:
    """Refuse what other nodes would not hear: who asked cancels, a host does the rest.

    Raises:
        Failure: Whoever speaks is neither.
    """
    me = speaker.require_member()
    mine = speaker.identity.fingerprint.hex()
    is_own = view["by"] == mine and step is Step.CANCEL
    if view["state"] == "called-off":
        raise Failure("The host called it off; there is nothing left to do.", code="not_allowed")
    if is_own:
        # Also where what it was for is not on this node.
        return
    thing = thing_meant(speaker.client, view["root"])
    is_author = thing["author_fingerprint"] == mine
    is_host = thing["place"] is not None and any(one["role"] == "host" for one in me["roles"])
    if not (is_author or is_host or me["is_steward"]):
        raise Failure(
            f"Only {one_line(thing['author_name'] or 'its author')}, a host of the place or a "
            "steward may do this.",
            code="not_allowed",
        )


def _sign(
    speaker: Speaker,
    kind: Kind,
    content: tuple[int, bytes],
    expires_min: int,
    *,
    parent: ShortId | None = None,
) -> SignedObject:
    minute = speaker.minute
    is_thing = kind in (Kind.SLOTS, Kind.MEETUP)
    minutes = max(1, expires_min + (DAY_MINUTES if is_thing and parent is None else 0) - minute)
    ends_min = minute + LIFETIME_MINUTES[lifetime_code_for(minutes)]
    require_office(speaker, Action.POST, "This", expires_min=ends_min)
    return acts.say(speaker.identity, kind, content, minute=minute, minutes=minutes, parent=parent)
