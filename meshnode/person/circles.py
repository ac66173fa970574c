"""Circles as a member: learning an epoch's keys, writing and reading in it, asking and leaving.

Not for: who belongs to a circle (`founding`, at its founder's). Invariants: a chain's next state is
in the mailbox before its message is; of two epochs with one number the first counts; an epoch's
keys are deleted once nothing sealed with them can be on a node any more; who is not in the newest
epoch any more is not read after it began.
Source: docs/spec/private.md sections 6, 7 and 10.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.mail.circle import CircleId, CirclePolicy, EpochFields, MemberId, member_id
from meshnode.board.mail.epoch import (
    earlier_keys,
    epoch_keys,
    open_circle,
    recognise_circle,
    seal_circle,
)
from meshnode.board.mail.message import (
    CircleRequest,
    Text,
    Wish,
    decode_circle_payload,
    encode_circle_payload,
)
from meshnode.person.circlerecords import Circle, Epoch, Wanted, circle_key
from meshnode.person.mailbox import Mailbox
from meshnode.person.records import Copy, Received, Sent, digest_of
from meshnode.person.roster import AmbiguousError, Contact, Device, NobodyError, Roster
from meshnode.person.sealing import SEALED_MINUTES_MAX, keys_for
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.object import Kind, ShortId, SignedObject

CIRCLES_MAX: Final = 32
"""Circles of one device: whoever is a member of the community can put us into one."""

EPOCH_KEPT_MINUTES: Final = SEALED_MINUTES_MAX + 1440
"""How long keys are kept after the next epoch began: nothing sealed before is on a node then."""

EPOCHS_MAX: Final = 64
"""Of one circle; a founder who begins more within two weeks loses the oldest."""

ABSENCE_MINUTES: Final = 4 * 1440
"""After so long without a look an epoch may have come and gone: it lives five days at least."""

REQUEST_MINUTES: Final = 7 * 1440
WAITING_MAX: Final = 64
"""Messages in circles kept by devices that the community does not know yet."""


class _Found(NamedTuple):
    """A message of an epoch of ours, in the order in which it should be opened."""

    circle: str
    epoch: int
    place: int
    counter: int
    thing: SignedObject


def learn(box: Mailbox, founder: PublicKey, fields: EpochFields, *, made_min: int) -> None:
    """Take in an epoch that its founder sealed to us, and earlier ones that came along."""
    if not any(one.id == member_id(box.device) for one in fields.members):
        return
    key = circle_key(founder, fields.circle)
    circle = box.mail.circles.get(key)
    wanted = [one for one in box.mail.wanted if one.id == fields.circle]
    if circle is None and len(box.mail.circles) >= CIRCLES_MAX:
        return
    if circle is None or (circle.is_left and wanted):
        circle = Circle(founder, fields.circle, fields.name, fields.policy)
    if circle.is_left:
        return
    keys = epoch_keys(fields, founder=founder, community=box.community)
    earlier = earlier_keys(fields, founder=founder, community=box.community)
    learned = [
        Epoch(fields.number - index, made_min, one) for index, one in enumerate((keys, *earlier))
    ]
    known = {one.number for one in circle.epochs}
    new = [one for one in learned if one.number not in known]
    if not new:
        return
    epochs = sorted((*circle.epochs, *new), key=lambda one: -one.number)[:EPOCHS_MAX]
    if epochs[0].number == fields.number:
        circle = replace(circle, name=fields.name, policy=fields.policy)
    box.mail.circles[key] = replace(circle, epochs=tuple(epochs))
    box.mail.names[key] = fields.name
    box.mail.wanted = tuple(one for one in box.mail.wanted if one not in wanted)
    box.mail.rescan = True


def forget_epochs(box: Mailbox, minute: int) -> None:
    """Delete the keys of epochs of which nothing can be on a node any more."""
    for key, circle in box.mail.circles.items():
        kept = [
            epoch
            for index, epoch in enumerate(circle.epochs)
            if index == 0 or minute < circle.epochs[index - 1].began_min + EPOCH_KEPT_MINUTES
        ]
        box.mail.circles[key] = replace(circle, epochs=tuple(kept))


def take(box: Mailbox, things: Sequence[SignedObject], roster: Roster) -> None:
    """Open what is of a circle of ours, each writer's messages in their order."""
    found = [one for thing in things if _is_live(thing, roster) for one in _recognise(box, thing)]
    for one in sorted(found, key=lambda one: one[:4]):
        _open(box, one, roster)


def write(
    box: Mailbox, circle: Circle, text: str, *, minute: int, minutes: int, reply_to: ShortId | None
) -> Sent:
    """Seal a message for a circle; save before it leaves.

    Raises:
        LimitError: The text is outside its bounds, or we do not belong to the circle.
    """
    if not 1 <= minutes <= SEALED_MINUTES_MAX:
        raise LimitError(f"In a circle a message lives {SEALED_MINUTES_MAX // 1440} days at most.")
    epoch, place = _own_place(box, circle)
    content = Text(clean(text), reply_to)
    payload = encode_circle_payload(content)
    body, keys = seal_circle(payload, keys=epoch.keys, place=place, signer=box.signer)
    sent = Sent(
        id=box.new_id(),
        conversation=circle.key,
        order=box.next_order(),
        number=_counter(epoch, place),
        text=content.text,
        reply_to=reply_to,
        written_min=minute,
        end_min=minute + minutes,
        copies=(Copy(digest_of(body)),),
    )
    box.enqueue(body, (), end_min=sent.end_min, sent=sent.id)
    _put(box, circle, replace(epoch, keys=keys))
    box.mail.sent[sent.id] = sent
    box.make_room()
    return sent


def ask(box: Mailbox, founder: Contact, wanted: Wanted, *, minute: int) -> None:
    """Ask a circle's founder to let us in.

    Raises:
        LimitError: The founder has no device now.
    """
    _request(box, founder.devices, wanted.id, Wish.JOIN, minute)
    others = (one for one in box.mail.wanted if one.id != wanted.id)
    box.mail.wanted = (*others, wanted)[-CIRCLES_MAX:]


def leave(box: Mailbox, circle: Circle, roster: Roster) -> None:
    """Delete a circle's keys, and tell its founder so."""
    founder = roster.owners.get(circle.founder)
    if founder is not None:
        _request(box, _device(founder, circle.founder), circle.id, Wish.LEAVE, roster.minute)
    box.mail.circles[circle.key] = replace(circle, epochs=(), is_left=True)


def ask_after_absence(box: Mailbox, roster: Roster) -> None:
    """After a long absence ask for the keys again: the last epoch may have come and gone."""
    if not 0 < box.mail.synced_min < roster.minute - ABSENCE_MINUTES:
        return
    for circle in box.mail.circles.values():
        founder = roster.owners.get(circle.founder)
        if circle.founder != box.device and founder is not None and not circle.is_left:
            devices = _device(founder, circle.founder)
            _request(box, devices, circle.id, Wish.JOIN, roster.minute)


def named(box: Mailbox, name: str) -> Circle:
    """Return the circle with this name, or whose id begins so.

    Raises:
        NobodyError: There is none.
        AmbiguousError: There are several.
    """
    wanted = name.strip().casefold()
    present = [one for one in box.mail.circles.values() if not one.is_left]
    found = [one for one in present if one.name.casefold() == wanted]
    found = found or [one for one in present if wanted and one.id.hex().startswith(wanted)]
    if not found:
        raise NobodyError(f"You are in no circle {name!r}. All: meshnode circle list --all")
    if len(found) > 1:
        ids = ", ".join(one.id.hex() for one in found)
        raise AmbiguousError(f"{len(found)} circles are called {name!r}. Give the id: {ids}.")
    return found[0]


def _is_live(thing: SignedObject, roster: Roster) -> bool:
    is_ours = thing.kind == Kind.SEALED and thing.body[:1] == b"\0"
    return is_ours and roster.minute < thing.expires_min


def _recognise(box: Mailbox, thing: SignedObject) -> list[_Found]:
    found = []
    for key, circle in box.mail.circles.items():
        for epoch in circle.epochs:
            try:
                heading = recognise_circle(thing.body, epoch.keys)
            except PeerError:
                return []
            if heading is not None:
                found.append(_Found(key, epoch.number, heading.place, heading.counter, thing))
    return found


def _open(box: Mailbox, found: _Found, roster: Roster) -> None:
    circle = box.mail.circles[found.circle]
    epoch = next(one for one in circle.epochs if one.number == found.epoch)
    chain = epoch.keys.chain(found.place)
    if chain is None or _is_too_late(circle, epoch, chain.member, found.thing):
        return
    sender = box.device if chain.member == member_id(box.device) else None
    sender = sender or roster.devices.get(chain.member)
    if sender is None:
        box.mail.waiting = (*box.mail.waiting, found.thing.encoded)[-WAITING_MAX:]
        return
    try:
        opened = open_circle(found.thing.body, keys=epoch.keys, sender=sender)
    except PeerError:
        return  # Read before, too far ahead, or not by whose place it is.
    _put(box, circle, replace(epoch, keys=opened.keys))
    owner = roster.owners.get(sender)
    if owner is not None and owner.fingerprint in box.mail.blocked:
        return
    try:
        content = decode_circle_payload(opened.payload)
    except PeerError as error:
        if error.reason != "unknown_type":
            return
        content = None
    if content is None or isinstance(content, Text):
        _show(box, found, sender, content, roster.minute)


def _show(box: Mailbox, found: _Found, sender: PublicKey, text: Text | None, minute: int) -> None:
    received = Received(
        id=box.new_id(),
        conversation=found.circle,
        order=box.next_order(),
        device=sender,
        number=found.counter,
        ids=(found.thing.id,),
        text=None if text is None else text.text,
        reply_to=None if text is None else text.reply_to,
        made_min=found.thing.created_min,
        received_min=minute,
    )
    box.mail.received[received.id] = received


def _is_too_late(circle: Circle, epoch: Epoch, member: MemberId, thing: SignedObject) -> bool:
    """Return whether the writer had left the circle when this was made."""
    newer = [one for one in circle.epochs if one.number > epoch.number]
    without = [
        one.began_min for one in newer if all(each.member != member for each in one.keys.chains)
    ]
    return bool(without) and thing.created_min > min(without)


def _put(box: Mailbox, circle: Circle, epoch: Epoch) -> None:
    epochs = tuple(epoch if one.number == epoch.number else one for one in circle.epochs)
    box.mail.circles[circle.key] = replace(circle, epochs=epochs)


def _own_place(box: Mailbox, circle: Circle) -> tuple[Epoch, int]:
    own = member_id(box.device)
    for epoch in circle.epochs[:1]:
        for chain in epoch.keys.chains:
            if chain.member == own:
                return epoch, chain.place
    raise LimitError(f"This device has no keys of the circle {circle.name}. Ask its founder.")


def _counter(epoch: Epoch, place: int) -> int:
    chain = epoch.keys.chain(place)
    return 0 if chain is None else chain.counter


def _device(contact: Contact, key: PublicKey) -> tuple[Device, ...]:
    return tuple(one for one in contact.devices if one.key == key)


def _request(
    box: Mailbox, devices: Sequence[Device], circle: CircleId, wish: Wish, minute: int
) -> None:
    if not devices:
        raise LimitError("The circle's founder has no device now that could answer.")
    keys = keys_for(devices, minute)
    number = box.next_number(f"request:{circle.hex()}")
    body = box.seal(CircleRequest(circle, wish), keys, number=number)
    box.enqueue(body, keys, end_min=minute + REQUEST_MINUTES)


def policy_words(policy: CirclePolicy) -> str:
    """Return a circle's policy in words."""
    door = "open to everybody" if policy.is_open else "by invitation"
    history = "newcomers read what was said before" if policy.has_history else "without history"
    return f"{door}, {history}"
