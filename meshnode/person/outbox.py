"""Sending: from a text in the vault to objects on nodes, and again until it arrived or is over.

Not for: receiving, circles' keys. Invariants: a text keeps its number however often it is sealed;
what was sealed is saved before it leaves, and after a crash the same bytes leave again, unless the
node turns out to have them.
Source: docs/spec/private.md section 9.
"""

from dataclasses import replace
from typing import Final

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.mail.message import Text, encode_payload
from meshnode.board.mail.sealed import RECIPIENTS_MAX, payload_bytes_max
from meshnode.person.carrier import Carrier, CarryRefused
from meshnode.person.mailbox import Mailbox
from meshnode.person.records import (
    Copy,
    Lacking,
    Parcel,
    Received,
    Sent,
    State,
    digest_of,
)
from meshnode.person.roster import Contact, Roster
from meshnode.person.sealing import SEALED_MINUTES_MAX, keys_for, lifetime_minutes
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId, ShortId

MESSAGE_MINUTES_MAX: Final = 28 * 1440
"""How long a message may be tried; then whoever wrote it should decide anew."""

COPIES_MAX: Final = 6
"""How often a message is sealed: once a week of a new prekey, twice for objects that are over."""

LOOKED_AT_MAX: Final = 32
"""Messages about which the node is asked where they are, at one sync; the newest."""


def write(
    box: Mailbox, to: Contact, text: str, *, minute: int, minutes: int, reply_to: ShortId | None
) -> Sent:
    """Put a message into the vault; it leaves with the next `submit` after a save.

    Raises:
        LimitError: The text or its lifetime is outside its bounds.
    """
    if not 1 <= minutes <= MESSAGE_MINUTES_MAX:
        raise LimitError(f"A message is tried for up to {MESSAGE_MINUTES_MAX // 1440} days.")
    content = Text(clean(text), reply_to)
    _require_room(content, len(to.devices))
    conversation = to.fingerprint.hex()
    sent = Sent(
        id=box.new_id(),
        conversation=conversation,
        order=box.next_order(),
        number=box.next_number(f"text:{conversation}"),
        text=content.text,
        reply_to=reply_to,
        written_min=minute,
        end_min=minute + minutes,
    )
    box.mail.sent[sent.id] = sent
    box.mail.names[conversation] = to.name
    if reply_to is not None:
        # The answer says by itself that the message was read.
        box.mail.owed = tuple(one for one in box.mail.owed if one.thing != reply_to)
    box.make_room()
    return sent


def reply_reference(message: Sent | Received) -> ShortId:
    """Return by which short id an answer names a message.

    Raises:
        LimitError: No node has it yet, so it has none.
    """
    if not message.ids:
        raise LimitError("This message is on no node yet, so nobody could tell what you answer.")
    return ShortId(message.ids[-1][:4])


def seal_due(box: Mailbox, roster: Roster) -> None:
    """Seal what has not been sealed yet, and again what did not arrive."""
    minute = roster.minute
    for sent in list(box.mail.sent.values()):
        if sent.is_settled or sent.conversation.startswith("circle:"):
            continue
        contact = roster.contact(Fingerprint(bytes.fromhex(sent.conversation)))
        if contact is not None and minute < sent.end_min and box.has_room:
            _seal_again(box, sent, contact, minute)


def submit(box: Mailbox, carrier: Carrier, minute: int) -> list[str]:
    """Hand the node what was sealed and saved; return what it refused, in its own words.

    The vault is not saved here: if it never is, the same bodies are recognised by `meet` or leave
    again.
    """
    refusals: list[str] = []
    waiting: list[Parcel] = []
    for parcel in box.mail.parcels:
        minutes = lifetime_minutes(
            end_min=parcel.end_min, until_min=parcel.until_min, minute=minute
        )
        if minutes is None:
            _forget_copy(box, parcel)
            continue
        try:
            thing = carrier.carry(parcel.body, minutes)
        except CarryRefused as error:
            refusals.append(str(error))
            waiting.append(parcel)
            _refuse(box, parcel.sent, str(error))
        else:
            note_on_node(box, digest_of(parcel.body), thing.id, thing.expires_min)
    box.mail.parcels = tuple(waiting)
    return refusals


def meet(box: Mailbox, body: bytes, thing: ObjectId, expires_min: int) -> bool:
    """Return whether a body on the node is of our own making; take note of it then."""
    digest = digest_of(body)
    parcels = tuple(one for one in box.mail.parcels if one.body != body)
    was_waiting = len(parcels) < len(box.mail.parcels)
    box.mail.parcels = parcels
    return note_on_node(box, digest, thing, expires_min) or was_waiting


def note_on_node(box: Mailbox, digest: bytes, thing: ObjectId, expires_min: int) -> bool:
    """Take note that a body lies on the node as this object; return whether it is a message."""
    for sent in box.mail.sent.values():
        for index, copy in enumerate(sent.copies):
            if copy.digest == digest:
                ids = copy.ids if thing in copy.ids else (*copy.ids, thing)
                expires_min = max(expires_min, copy.expires_min or 0)
                noted = replace(copy, ids=ids, expires_min=expires_min)
                copies = (*sent.copies[:index], noted, *sent.copies[index + 1 :])
                box.update(sent, copies=copies, state=State.ON_NODE, refusal=None)
                return True
    return False


def look_around(box: Mailbox, carrier: Carrier) -> None:
    """Ask the node which others have what has not arrived yet."""
    under_way = [one for one in box.mail.sent.values() if not one.is_settled and one.ids]
    for sent in under_way[-LOOKED_AT_MAX:]:
        places = carrier.places_of(sent.ids[-1])
        if places is None:
            continue
        having = {one.name: None for one in places if one.has_it}
        names = tuple(dict.fromkeys((*sent.places, *having)))
        lacking = tuple(
            Lacking(one.name, one.last_contact_min)
            for one in places
            if one.has_it is False and one.name not in names
        )
        state = State.PASSED_ON if names else State.ON_NODE
        box.update(sent, places=names, lacking=lacking, state=state)


def expire(box: Mailbox, minute: int) -> None:
    """Give up what is over, or was sealed as often as may be and is gone from the nodes."""
    for sent in list(box.mail.sent.values()):
        is_spent = len(sent.copies) >= COPIES_MAX and all(
            copy.is_over(minute) for copy in sent.copies
        )
        if not sent.is_settled and (minute >= sent.end_min or is_spent):
            box.update(sent, state=State.EXPIRED)
            box.mail.parcels = tuple(one for one in box.mail.parcels if one.sent != sent.id)


def _seal_again(box: Mailbox, sent: Sent, contact: Contact, minute: int) -> None:
    """Seal a message to those keys that no copy on a node is for; nothing if there are none."""
    if len(sent.copies) >= COPIES_MAX or any(not copy.ids for copy in sent.copies):
        return
    live = [copy for copy in sent.copies if not copy.is_over(minute)]
    covered = {key.public for copy in live for key in copy.keys}
    keys = [key for key in keys_for(contact.devices, minute) if key.public not in covered]
    keys = keys[:RECIPIENTS_MAX]
    if not keys:
        return
    try:
        body = box.seal(Text(sent.text, sent.reply_to), keys, number=sent.number)
    except LimitError as error:
        # It fitted when it was written, and there are more devices now: no other waits for it.
        _refuse(box, sent.id, str(error))
        return
    end_min = min(sent.end_min, minute + SEALED_MINUTES_MAX)
    box.enqueue(body, keys, end_min=end_min, sent=sent.id)
    box.update(sent, copies=(*sent.copies, Copy(digest_of(body), tuple(keys))))


def _require_room(content: Text, device_count: int) -> None:
    """Refuse now what could not be sealed later.

    Raises:
        LimitError: The text is outside its bounds, or does not fit so many devices.
    """
    payload = encode_payload(content, number=0)
    room_bytes = payload_bytes_max(min(RECIPIENTS_MAX, max(1, device_count)))
    if len(payload) > room_bytes:
        raise LimitError(
            f"The message takes {len(payload)} bytes; at most {room_bytes} fit. Shorten it or "
            f"split it in two."
        )


def _refuse(box: Mailbox, sent_id: str | None, refusal: str) -> None:
    sent = box.mail.sent.get(sent_id or "")
    if sent is not None:
        box.update(sent, state=State.REFUSED, refusal=refusal)


def _forget_copy(box: Mailbox, parcel: Parcel) -> None:
    """Let a message be sealed anew whose body waited too long for a node."""
    sent = box.mail.sent.get(parcel.sent or "")
    if sent is not None:
        digest = digest_of(parcel.body)
        box.update(sent, copies=tuple(one for one in sent.copies if one.digest != digest))
