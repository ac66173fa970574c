"""Circles as their founder: who belongs, epochs when that changes, and who asks to join.

Not for: reading and writing in them (`circles`). Invariants: a new epoch begins whenever the
devices of the members change, by hand or because one was lost; a place is one device's for good;
who was removed is not let in again by asking; without history no secret of an epoch is kept.
Source: docs/spec/private.md sections 6 and 10.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from meshnode.board.mail.circle import (
    CIRCLE_ID_BYTES,
    EARLIER_MAX,
    EPOCH_SECRET_BYTES,
    MEMBERS_MAX,
    PLACE_MAX,
    CircleFields,
    CircleId,
    CirclePolicy,
    EpochFields,
    Member,
    encode_circle,
    member_id,
)
from meshnode.board.mail.message import NUMBER_MAX, CircleRequest, Wish
from meshnode.board.names import clean_name
from meshnode.person import circles
from meshnode.person.circlerecords import Asked, Circle, Founded, Seat, circle_key
from meshnode.person.identity import Lifetime
from meshnode.person.mailbox import Mailbox
from meshnode.person.roster import Contact, Device, Roster
from meshnode.person.sealing import SEALED_MINUTES_MAX, keys_for
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind

RENEWAL_MINUTES: Final = 1440
"""Members who ask for the keys again get a new epoch once a day, not each of them one."""

ASKED_MAX: Final = 32
LISTING_MINUTES: Final = 183 * 1440
LISTING_RENEWED_MINUTES: Final = 14 * 1440
"""A listing is made anew when it has only so long to live."""


def found(box: Mailbox, name: str, policy: CirclePolicy, *, is_listed: bool) -> Founded:
    """Found a circle with this device alone; its first epoch begins with the next `upkeep`.

    Raises:
        LimitError: The name is outside its bounds, or there are too many circles.
    """
    if len(box.mail.circles) >= circles.CIRCLES_MAX:
        raise LimitError(f"A device belongs to {circles.CIRCLES_MAX} circles at most. Leave one.")
    cleaned = clean_name(name)
    circle = CircleId(box.draw(CIRCLE_ID_BYTES))
    encode_circle(CircleFields(circle, policy, cleaned))
    seat = Seat(0, box.device, is_taken=True)
    founded = Founded(circle, cleaned, policy, is_listed, seats=(seat,))
    box.mail.founded[circle.hex()] = founded
    box.mail.circles[circle_key(box.device, circle)] = Circle(box.device, circle, cleaned, policy)
    box.mail.names[circle_key(box.device, circle)] = cleaned
    return founded


def add(box: Mailbox, founded: Founded, person: Contact) -> Founded:
    """Make somebody a member; the keys go out with the next `upkeep`.

    Raises:
        LimitError: The circle is full, or there is no device to write to.
    """
    if not person.devices:
        raise LimitError(f"{person.name} has no device now to which keys could be sent.")
    taken = sum(seat.is_taken for seat in founded.seats)
    if taken + len(person.devices) > MEMBERS_MAX:
        raise LimitError(f"This circle is full: {MEMBERS_MAX} devices are the most.")
    people = tuple(dict.fromkeys((*founded.people, person.fingerprint)))
    return _put(
        box,
        replace(
            founded,
            people=people,
            asked=_without(founded.asked, person.fingerprint),
            barred=tuple(one for one in founded.barred if one != person.fingerprint),
        ),
    )


def remove(box: Mailbox, founded: Founded, person: Fingerprint) -> Founded:
    """Take somebody out, or say no to who asks; a new epoch begins with the next `upkeep`."""
    return _put(
        box,
        replace(
            founded,
            people=tuple(one for one in founded.people if one != person),
            asked=_without(founded.asked, person),
            barred=tuple(dict.fromkeys((*founded.barred, person))),
        ),
    )


def hear(box: Mailbox, request: CircleRequest, sender: Contact, *, minute: int) -> None:
    """Take note of who wants to join or leave; open circles let everybody in at once."""
    founded = box.mail.founded.get(request.circle.hex())
    if founded is None:
        return
    person = sender.fingerprint
    if request.wish is Wish.LEAVE:
        people = tuple(one for one in founded.people if one != person)
        asked = _without(founded.asked, person)
        _put(box, replace(founded, people=people, asked=asked))
    elif person in founded.people:
        _put(box, replace(founded, is_renewal_asked=True))
    elif founded.policy.is_open and person not in founded.barred and _fits(founded, sender):
        add(box, founded, sender)
    elif person not in founded.barred:
        asked = (*_without(founded.asked, person), Asked(person, sender.name, minute))
        _put(box, replace(founded, asked=asked[-ASKED_MAX:]))


def upkeep(box: Mailbox, roster: Roster) -> None:
    """Begin epochs that are due, and make listings anew; save before anything leaves."""
    if box.device not in roster.owners:
        return  # Nobody could check what this device says, and its own seat would be gone.
    for founded in list(box.mail.founded.values()):
        seats = _seated(box, founded, roster)
        is_renewed = founded.is_renewal_asked and (
            roster.minute - founded.began_min >= RENEWAL_MINUTES
        )
        if (seats != founded.seats or founded.next_epoch == 0 or is_renewed) and box.has_room:
            _begin_epoch(box, replace(founded, seats=seats), roster)
    for founded in list(box.mail.founded.values()):
        if founded.is_listed and founded.listed_until_min - roster.minute < LISTING_RENEWED_MINUTES:
            _list(box, founded, roster.minute)


def _fits(founded: Founded, person: Contact) -> bool:
    taken = sum(seat.is_taken for seat in founded.seats)
    return 0 < len(person.devices) <= MEMBERS_MAX - taken


def _seated(box: Mailbox, founded: Founded, roster: Roster) -> tuple[Seat, ...]:
    """Return the seats as they should be: our device, and all devices of the members."""
    people = [one for one in map(roster.contact, founded.people) if one is not None]
    own = roster.owners[box.device]
    wanted = [box.device, *(device.key for one in (own, *people) for device in one.devices)]
    before = [seat.device for seat in founded.seats if seat.is_taken and seat.device in wanted]
    present = list(dict.fromkeys((*before, *wanted)))[:MEMBERS_MAX]
    seats = [replace(seat, is_taken=seat.device in present) for seat in founded.seats]
    have = {seat.device for seat in seats}
    for device in present:
        if device not in have and len(seats) <= PLACE_MAX:
            seats.append(Seat(len(seats), device, is_taken=True))
    return tuple(seats)


def _begin_epoch(box: Mailbox, founded: Founded, roster: Roster) -> None:
    minute, secret = roster.minute, box.draw(EPOCH_SECRET_BYTES)
    taken = [seat for seat in founded.seats if seat.is_taken]
    fields = EpochFields(
        circle=founded.id,
        number=founded.next_epoch,
        policy=founded.policy,
        name=founded.name,
        members=tuple(Member(seat.place, member_id(seat.device)) for seat in taken),
        secret=secret,
        earlier=founded.secrets[:EARLIER_MAX],
    )
    circles.learn(box, box.device, fields, made_min=minute)
    others = _devices(roster, [seat for seat in taken if seat.device != box.device])
    if others:
        keys = keys_for(others, minute)
        body = box.seal(fields, keys, number=fields.number % (NUMBER_MAX + 1))
        box.enqueue(body, keys, end_min=minute + SEALED_MINUTES_MAX)
    secrets = (secret, *founded.secrets)[:EARLIER_MAX] if founded.policy.has_history else ()
    _put(
        box,
        replace(
            founded,
            next_epoch=founded.next_epoch + 1,
            began_min=minute,
            is_renewal_asked=False,
            secrets=secrets,
        ),
    )


def _devices(roster: Roster, seats: Sequence[Seat]) -> list[Device]:
    wanted = {seat.device for seat in seats}
    return [device for one in roster.contacts for device in one.devices if device.key in wanted]


def _list(box: Mailbox, founded: Founded, minute: int) -> None:
    body = encode_circle(CircleFields(founded.id, founded.policy, founded.name))
    lifetime = Lifetime(LISTING_MINUTES)
    listing = box.identity.sign(Kind.CIRCLE, body, minute=minute, lifetime=lifetime)
    box.mail.objects = (*box.mail.objects, listing.encoded)
    _put(box, replace(founded, listed_until_min=listing.expires_min))


def _without(asked: Sequence[Asked], person: Fingerprint) -> tuple[Asked, ...]:
    return tuple(one for one in asked if one.person != person)


def _put(box: Mailbox, founded: Founded) -> Founded:
    box.mail.founded[founded.id.hex()] = founded
    return founded
