"""Receipts: telling senders that something reached this device or was read, and hearing it.

Not for: whether nodes have it (`outbox`). Invariants: nothing is told that the reader does not
want told, and nothing twice unless it was sent again; a receipt counts only from whom the message
was for.
Source: docs/spec/private.md section 9.
"""

from collections.abc import Iterable
from typing import Final

from meshnode.board.mail.message import RECEIPT_IDS_MAX, Receipt
from meshnode.person.mailbox import Mailbox
from meshnode.person.records import Owed, ReceiptPolicy, Received, State
from meshnode.person.roster import Contact, Device, Roster
from meshnode.person.sealing import keys_for
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.object import ShortId

RECEIPT_MINUTES: Final = 7 * 1440
"""How long a receipt travels; lost ones are made again when the message comes again."""

OWED_MINUTES: Final = 28 * 1440
"""How long a receipt is owed: no message is tried for longer."""

OWED_MAX: Final = 512
"""More is a flood, and then the oldest senders do without."""


def owe(box: Mailbox, device: PublicKey, thing: ShortId, *, is_read: bool, minute: int) -> None:
    """Note that a device is to be told about something, if the reader lets it be told."""
    needed = ReceiptPolicy.READ if is_read else ReceiptPolicy.REACHED
    if box.mail.receipts < needed:
        return
    others = tuple(one for one in box.mail.owed if one.thing != thing or one.device != device)
    owed = Owed(device, thing, is_read, minute + OWED_MINUTES)
    box.mail.owed = (*others, owed)[-OWED_MAX:]


def seal_owed(box: Mailbox, roster: Roster) -> None:
    """Seal one receipt to each device that is owed some, up to 64 messages in each."""
    minute = roster.minute
    live = [one for one in box.mail.owed if minute < one.until_min and one.device in roster.owners]
    rest: list[Owed] = []
    by_device: dict[PublicKey, list[Owed]] = {}
    for one in live:
        by_device.setdefault(one.device, []).append(one)
    for key, some in by_device.items():
        now, later = some[:RECEIPT_IDS_MAX], some[RECEIPT_IDS_MAX:]
        if not box.has_room:
            now, later = [], some
        rest += later
        if now:
            keys = keys_for([_device(roster, key)], minute)
            number = box.next_number(f"receipt:{key.hex()}")
            body = box.seal(_receipt(now), keys, number=number)
            box.enqueue(body, keys, end_min=minute + RECEIPT_MINUTES)
    box.mail.owed = tuple(rest)


def hear(box: Mailbox, receipt: Receipt, sender: Contact) -> None:
    """Take note of a receipt for messages of ours to its sender."""
    _advance(box, sender, receipt.reached, State.REACHED)
    _advance(box, sender, receipt.read, State.READ)


def hear_answer(box: Mailbox, reply_to: ShortId, sender: Contact) -> None:
    """Take note of an answer: who answers has read."""
    _advance(box, sender, (reply_to,), State.READ)


def mark_read(box: Mailbox, conversation: str, minute: int) -> list[Received]:
    """Mark what came in a conversation as read; return what had not been."""
    unread = [
        one
        for one in box.conversation(conversation)
        if isinstance(one, Received) and not one.is_read
    ]
    for one in unread:
        box.mark_read(one)
        if not conversation.startswith("circle:"):
            owe(box, one.device, ShortId(one.ids[-1][:4]), is_read=True, minute=minute)
    return unread


def _advance(box: Mailbox, sender: Contact, things: Iterable[ShortId], state: State) -> None:
    wanted = set(things)
    conversation = sender.fingerprint.hex()
    for one in list(box.mail.sent.values()):
        is_meant = any(thing[:4] in wanted for thing in one.ids)
        if is_meant and one.conversation == conversation:
            box.update(one, state=state, refusal=None)
            box.mail.parcels = tuple(each for each in box.mail.parcels if each.sent != one.id)


def _receipt(owed: Iterable[Owed]) -> Receipt:
    some = tuple(owed)
    read = {one.thing for one in some if one.is_read}
    reached = {one.thing for one in some} - read
    return Receipt(tuple(sorted(reached)), tuple(sorted(read)))


def _device(roster: Roster, key: PublicKey) -> Device:
    return next(one for one in roster.owners[key].devices if one.key == key)
