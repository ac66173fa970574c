"""A device's mailbox: the messages in an open vault, and what all that handle them need.

Not for: sending (`outbox`), receiving (`inbox`), circles. Invariants: nothing leaves before `save`
returned; a conversation and all of them together have bounds, the oldest read messages make room
first, and how many did is remembered.
Source: docs/spec/private.md section 9.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from meshnode.board.mail.message import NUMBER_MAX, Content, encode_payload
from meshnode.board.mail.sealed import seal
from meshnode.person import prekeys
from meshnode.person.identity import Identity
from meshnode.person.records import Mail, Parcel, Received, SealedTo, Sent
from meshnode.person.roster import AmbiguousError, NobodyError, Roster
from meshnode.person.sealing import deadline_min
from meshnode.person.stored import from_document, to_document
from meshnode.protocol.agreement import AgreementKey, agreement_key
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import CommunityId, PublicKey, SigningKey

MESSAGES_MAX: Final = 500
"""In one conversation; the oldest read ones go first."""

TEXT_BYTES_MAX: Final = 2 * 1024 * 1024
"""Of all texts together: the vault is written whole, twice, at every save."""

PARCELS_MAX: Final = 256
"""Bodies that wait for a node: a node signs 200 a day for all it serves."""

ID_BYTES: Final = 4
FIELD: Final = "mail"
_MESSAGE_OVERHEAD_BYTES: Final = 400
"""What a message takes in the vault beside its text: ids, keys, states."""

Message = Sent | Received


class Mailbox:
    """The messages of an identity whose vault is open; `draw` makes random bytes."""

    def __init__(self, identity: Identity, *, draw: Callable[[int], bytes] = os.urandom) -> None:
        self.identity = identity
        self.draw = draw
        document = identity.fields.get(FIELD)
        self.mail = Mail() if document is None else from_document(Mail, document)

    def save(self) -> None:
        """Write everything to disk; durable on return.

        Raises:
            StoreError: The disk will not take it; then nothing may leave.
        """
        self.identity.fields[FIELD] = to_document(self.mail)
        self.identity.save()

    @property
    def device(self) -> PublicKey:
        """The public key of this device."""
        return self.signer.public

    @property
    def signer(self) -> SigningKey:
        """The key of this device."""
        return self.identity.device

    @property
    def community(self) -> CommunityId:
        """The community in which it writes."""
        return self.identity.community

    @property
    def agreement(self) -> AgreementKey:
        """This device's key for messages to it when it has no prekey."""
        return agreement_key(self.identity.device_seed)

    @property
    def own_keys(self) -> tuple[AgreementKey, ...]:
        """Everything with which this device can open messages; its own key first."""
        return (self.agreement, *(one.key for one in self.mail.prekeys))

    def tell_time(self, minute: int) -> int:
        """Take note of the community's minute; return the latest ever known.

        Secrets whose time is over are gone from then on, also if a clock goes back.
        """
        self.mail.minute = max(self.mail.minute, minute)
        self.mail.prekeys = prekeys.kept(self.mail.prekeys, self.mail.minute)
        return self.mail.minute

    def next_number(self, purpose: str) -> int:
        """Return the next number for a purpose and a receiver."""
        number = self.mail.numbers.get(purpose, 0)
        self.mail.numbers[purpose] = (number + 1) % (NUMBER_MAX + 1)
        return number

    def next_order(self) -> int:
        """Return where the next message stands among all of this device."""
        self.mail.next_order += 1
        return self.mail.next_order

    def new_id(self) -> str:
        """Return a name that no message of this device has."""
        while (name := self.draw(ID_BYTES).hex()) in self.mail.sent or name in self.mail.received:
            pass
        return name

    def seal(self, content: Content, keys: Sequence[SealedTo], *, number: int) -> bytes:
        """Return a body that the holders of these keys can open.

        Raises:
            LimitError: The content does not fit.
            PeerError: A key has no valid form.
        """
        return seal(
            encode_payload(content, number=number),
            sender=self.agreement,
            recipients=[key.public for key in keys],
            ephemeral_secret=self.draw(32),
            community=self.community,
        )

    def enqueue(
        self, body: bytes, keys: Sequence[SealedTo], *, end_min: int, sent: str | None = None
    ) -> None:
        """Put a sealed body among what is handed to the node after the next save.

        Raises:
            LimitError: Too much waits already.
        """
        if not self.has_room:
            raise LimitError(
                f"{PARCELS_MAX} messages wait for a node already. Sync first: meshnode message sync"
            )
        parcel = Parcel(body, end_min, deadline_min(keys), sent)
        self.mail.parcels = (*self.mail.parcels, parcel)

    @property
    def has_room(self) -> bool:
        """Whether one more body may wait for a node."""
        return len(self.mail.parcels) < PARCELS_MAX

    # Finding and keeping.

    def conversation(self, conversation: str) -> list[Message]:
        """Return the messages of a conversation as they came."""
        return [one for one in self.messages() if one.conversation == conversation]

    def messages(self) -> list[Message]:
        """Return all messages as they came."""
        everything: list[Message] = [*self.mail.sent.values(), *self.mail.received.values()]
        return sorted(everything, key=lambda one: one.order)

    def message(self, prefix: str) -> Message:
        """Return the message whose id begins so.

        Raises:
            NobodyError: There is none.
            AmbiguousError: There are several.
        """
        wanted = prefix.strip().lower()
        found = [one for one in self.messages() if wanted and one.id.startswith(wanted)]
        if not found:
            raise NobodyError(f"There is no message {prefix!r} here. All: meshnode message list")
        if len(found) > 1:
            raise AmbiguousError(f"{len(found)} messages begin with {prefix!r}. Give more of it.")
        return found[0]

    def replied(self, message: Message) -> Message | None:
        """Return what a message answers, if it is still here."""
        if message.reply_to is None:
            return None
        for one in self.conversation(message.conversation):
            if any(thing.startswith(message.reply_to) for thing in one.ids):
                return one
        return None

    def delete(self, message: Message) -> None:
        """Forget a message, and do nothing more for it."""
        self.mail.sent.pop(message.id, None)
        self.mail.received.pop(message.id, None)
        self.mail.parcels = tuple(one for one in self.mail.parcels if one.sent != message.id)

    def make_room(self) -> None:
        """Remove what is beyond the bounds: the oldest read ones, then the oldest of all."""
        by_conversation: dict[str, list[Message]] = {}
        for one in self.messages():
            by_conversation.setdefault(one.conversation, []).append(one)
        for some in by_conversation.values():
            self._remove(some, excess=len(some) - MESSAGES_MAX)
        everything = self.messages()
        excess_bytes = sum(map(_bytes_of, everything)) - TEXT_BYTES_MAX
        for one in _expendable(everything):
            if excess_bytes <= 0:
                break
            excess_bytes -= _bytes_of(one)
            self._remove([one], excess=1)

    def _remove(self, some: Sequence[Message], *, excess: int) -> None:
        for one in _expendable(some)[: max(0, excess)]:
            self.delete(one)
            removed = self.mail.removed.get(one.conversation, 0)
            self.mail.removed[one.conversation] = removed + 1

    def notice_devices(self, roster: Roster) -> bool:
        """Return whether the community's devices are others than at the last look."""
        mark = sha256(b"".join(sorted(roster.owners))).digest()[:8]
        is_new, self.mail.known = mark != self.mail.known, mark
        for one in roster.contacts:
            if one.fingerprint.hex() in self.mail.names:
                self.mail.names[one.fingerprint.hex()] = one.name
        return is_new

    def mark_read(self, message: Received) -> None:
        """Take note that its owner has seen a message."""
        self.mail.received[message.id] = replace(message, is_read=True)

    def update(self, sent: Sent, **changes: object) -> Sent:
        """Replace a message of ours; its state never falls."""
        changed = replace(sent, **changes)  # type: ignore[arg-type]
        changed = replace(changed, state=max(sent.state, changed.state))
        self.mail.sent[sent.id] = changed
        return changed


def _expendable(some: Sequence[Message]) -> list[Message]:
    """Return messages in the order in which they make room."""
    return sorted(some, key=lambda one: (not _is_done(one), one.order))


def _is_done(message: Message) -> bool:
    return message.is_settled if isinstance(message, Sent) else message.is_read


def _bytes_of(message: Message) -> int:
    return len((message.text or "").encode()) + _MESSAGE_OVERHEAD_BYTES
