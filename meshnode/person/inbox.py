"""Receiving: what the node holds for this device, opened once and put where it belongs.

Not for: circles' messages (`circles`), sending. Invariants: nothing that came from outside raises;
a body opens once, a numbered text shows once however often it was sealed; what nobody known sealed
is not shown, and kept a while, because its sender may become known.
Source: docs/spec/private.md sections 4, 5 and 9.
"""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Final, NamedTuple

from meshnode.board.mail.circle import EpochFields
from meshnode.board.mail.message import (
    NUMBER_MAX,
    CircleRequest,
    Content,
    Receipt,
    Text,
    decode_payload,
)
from meshnode.board.mail.sealed import Opened, open_, recognise
from meshnode.person import circles, founding, receipts
from meshnode.person.carrier import Carrier
from meshnode.person.mailbox import Mailbox
from meshnode.person.outbox import meet
from meshnode.person.records import Received, Track, digest_of
from meshnode.person.roster import Contact, Roster
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.object import Kind, SignedObject, decode

WAITING_MAX: Final = 64
"""Objects kept for us by somebody unknown: a stranger's looks like ours once in 65,536, and who
knows our key can make as many as a node carries."""

SEEN_MAX: Final = 4096
"""Bodies remembered that were sealed to the device's own key, which is never deleted."""

NUMBERS_KEPT: Final = 256
"""Numbers of texts remembered for each device: what arrives within weeks."""

IDS_KEPT: Final = 8
"""Objects that carried one message, by which answers name it: more than its copies."""

PAGES_MAX: Final = 200
"""More than 50,000 objects cannot be on a node."""


class _Letter(NamedTuple):
    """An opened object, the device that sealed it, and whose that is."""

    thing: SignedObject
    device: PublicKey
    sender: Contact
    minute: int


def receive(box: Mailbox, carrier: Carrier, roster: Roster) -> None:
    """Take in what came since the last time; save afterwards."""
    _retry_waiting(box, roster)
    in_circles = [
        thing
        for thing in _new(box, carrier)
        if not _take(box, thing, roster) and _is_circles(thing)
    ]
    if box.mail.rescan:
        # What was said in an epoch may have come before its keys did.
        in_circles = [thing for thing in _all(carrier) if _is_circles(thing)]
        box.mail.rescan = False
    circles.take(box, in_circles, roster)
    box.make_room()


def missing_count(track: Track) -> int:
    """Return how many numbered texts between the first and the last that came did not come."""
    if not track.seen:
        return 0
    numbers = {number for number, _ in track.seen}
    reference = track.seen[-1][0]
    half = (NUMBER_MAX + 1) // 2
    distances = [(number - reference + half) % (NUMBER_MAX + 1) - half for number in numbers]
    return max(distances) - min(distances) + 1 - len(numbers)


def _new(box: Mailbox, carrier: Carrier) -> Iterator[SignedObject]:
    """Yield what came after the last look, and move the mark on."""
    for _ in range(PAGES_MAX):
        page = carrier.sealed_after(box.mail.cursor)
        for thing in page.sealed:
            box.mail.cursor = thing.id
            yield thing
        if page.is_complete or not page.sealed:
            return


def _all(carrier: Carrier) -> Iterator[SignedObject]:
    after = None
    for _ in range(PAGES_MAX):
        page = carrier.sealed_after(after)
        yield from page.sealed
        if page.is_complete or not page.sealed:
            return
        after = page.sealed[-1].id


def _take(box: Mailbox, thing: SignedObject, roster: Roster) -> bool:
    """Return whether nothing more is to be done with an object."""
    if thing.kind != Kind.SEALED or roster.minute >= thing.expires_min or not thing.body:
        return True
    if meet(box, thing.body, thing.id, thing.expires_min):
        return True
    if _is_circles(thing):
        return False
    if digest_of(thing.body).hex() not in box.mail.seen:
        _open(box, thing, roster)
    return True


def _open(box: Mailbox, thing: SignedObject, roster: Roster) -> None:
    try:
        recognised = recognise(thing.body, box.own_keys)
        if not recognised:
            return
        opened = open_(thing.body, recognised, senders=list(roster.owners), community=box.community)
    except PeerError as error:
        if error.reason == "bad_seal":
            box.mail.waiting = (*box.mail.waiting, thing.encoded)[-WAITING_MAX:]
        return
    _remember(box, thing.body, opened)
    letter = _Letter(thing, opened.sender, roster.owners[opened.sender], roster.minute)
    if letter.sender.fingerprint in box.mail.blocked:
        return
    try:
        number, content = decode_payload(opened.payload)
    except PeerError as error:
        if error.reason == "unknown_type":
            _show(box, letter, None)
        return
    _deliver(box, letter, number, content)


def _deliver(box: Mailbox, letter: _Letter, number: int, content: Content) -> None:
    match content:
        case Text():
            _take_text(box, letter, number, content)
        case Receipt():
            receipts.hear(box, content, letter.sender)
        case EpochFields():
            circles.learn(box, letter.device, content, made_min=letter.thing.created_min)
        case CircleRequest():
            founding.hear(box, content, letter.sender, minute=letter.minute)


def _take_text(box: Mailbox, letter: _Letter, number: int, text: Text) -> None:
    name = letter.device.hex()
    track = box.mail.tracks.get(name, Track())
    mark = (number, sha256((text.reply_to or b"") + b"\0" + text.text.encode()).digest()[:8])
    if mark in track.seen:
        # It came again because its sender has no receipt: the last one may have got lost.
        is_read = _note_again(box, letter, number)
    else:
        is_read = False
        box.mail.tracks[name] = Track((*track.seen, mark)[-NUMBERS_KEPT:])
        _show(box, letter, (number, text))
    receipts.owe(box, letter.device, letter.thing.short_id, is_read=is_read, minute=letter.minute)
    if text.reply_to is not None:
        receipts.hear_answer(box, text.reply_to, letter.sender)


def _show(box: Mailbox, letter: _Letter, said: tuple[int, Text] | None) -> None:
    """Put a message into its conversation; None is one that this program is too old for."""
    number, text = (None, None) if said is None else said
    conversation = letter.sender.fingerprint.hex()
    box.mail.names[conversation] = letter.sender.name
    received = Received(
        id=box.new_id(),
        conversation=conversation,
        order=box.next_order(),
        device=letter.device,
        number=number,
        ids=(letter.thing.id,),
        text=None if text is None else text.text,
        reply_to=None if text is None else text.reply_to,
        made_min=letter.thing.created_min,
        received_min=letter.minute,
    )
    box.mail.received[received.id] = received


def _note_again(box: Mailbox, letter: _Letter, number: int) -> bool:
    """Add an object to the message that it carries again; return whether that was read."""
    for one in box.mail.received.values():
        if one.device == letter.device and one.number == number:
            box.mail.received[one.id] = replace(one, ids=(*one.ids, letter.thing.id)[-IDS_KEPT:])
            return one.is_read
    return False


def _remember(box: Mailbox, body: bytes, opened: Opened) -> None:
    """Remember an opened body for as long as the key is kept that opened it."""
    ends = {one.key.public: one.deleted_min for one in box.mail.prekeys}
    seen = {name: end for name, end in box.mail.seen.items() if not 0 < end <= box.mail.minute}
    seen[digest_of(body).hex()] = ends.get(opened.key.public, 0)
    forever = [name for name, end in seen.items() if end == 0]
    for name in forever[: max(0, len(forever) - SEEN_MAX)]:
        del seen[name]
    box.mail.seen = seen


def _retry_waiting(box: Mailbox, roster: Roster) -> None:
    if not box.notice_devices(roster):
        return
    waiting, box.mail.waiting = box.mail.waiting, ()
    for encoded in waiting:
        thing = decode(encoded)
        if not _take(box, thing, roster):
            circles.take(box, [thing], roster)


def _is_circles(thing: SignedObject) -> bool:
    return thing.body[:1] == b"\0"
