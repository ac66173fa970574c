"""What all commands about messages share: the open mailbox, the node, and the usual options.

Not for: what is printed (`mailwords`). Slow to import; import it inside a command.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshnode.commands.mail.carrier import NodeCarrier
from meshnode.commands.session import Session
from meshnode.commands.speaker import speaking
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import talk
from meshnode.person import sync
from meshnode.person.mailbox import Mailbox
from meshnode.person.records import Received
from meshnode.person.roster import AmbiguousError, Contact, NobodyError, Roster
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ShortId

_EPOCH_S: Final = 1_704_067_200
"""2024-01-01 00:00 UTC, from which the community counts minutes."""
_MINUTE_S: Final = 60
_PREFIX_CHARACTERS_MIN: Final = 4


@dataclass(slots=True)
class Desk:
    """An open mailbox and, unless it is offline, the node; `before` names what had come earlier."""

    box: Mailbox
    carrier: NodeCarrier
    is_offline: bool
    before: frozenset[str]
    roster: Roster | None = None

    @property
    def minute(self) -> int:
        """The community's minute; offline the latest known, or what this computer believes."""
        if self.roster is not None:
            return self.roster.minute
        return max(self.box.mail.minute, int(time.time() - _EPOCH_S) // _MINUTE_S)

    def collect(self) -> None:
        """Take in what came."""
        if not self.is_offline:
            self.roster = sync.collect(self.box, self.carrier)

    def deliver(self) -> None:
        """Save, and hand over what is due; say what the node refused."""
        self.box.save()
        if self.roster is None:
            return
        for refusal in sync.deliver(self.box, self.carrier, self.roster):
            talk(f"The node refused something, and it is tried again later: {refusal}")
        if self.box.device not in self.roster.owners:
            talk(
                "The community does not know this device (yet), so nothing was handed over. "
                "See: meshnode identity show"
            )

    def require_roster(self) -> Roster:
        """Return the roster.

        Raises:
            Failure: This was asked for offline, and needs the node.
        """
        if self.roster is None:
            raise Failure("This needs the node; leave out --offline.", code="usage")
        return self.roster

    def contact(self, name: str) -> Contact:
        """Return the member with this name; offline only those are known who wrote or were
        written to.
        """
        if self.roster is not None:
            return self.roster.named(name)
        conversation = self.conversation(name)
        fingerprint = Fingerprint(bytes.fromhex(conversation))
        return Contact(fingerprint, self.box.mail.names[conversation], ())

    def conversation(self, name: str) -> str:
        """Return the conversation with a person of this name, or whose fingerprint begins so."""
        wanted = name.strip().casefold()
        people = {
            key: known
            for key, known in self.box.mail.names.items()
            if not key.startswith("circle:")
        }
        found = [key for key, known in people.items() if known.casefold() == wanted]
        if not found and len(wanted) >= _PREFIX_CHARACTERS_MIN:
            found = [key for key in people if key.startswith(wanted)]
        if not found and self.roster is not None:
            # A member with whom nobody has written yet: nothing is lost, there is nothing.
            return self.roster.named(name).fingerprint.hex()
        if not found:
            raise NobodyError(f"There are no messages with {name!r} here.")
        if len(found) > 1:
            keys = ", ".join(key[:8] for key in found)
            raise AmbiguousError(f"{len(found)} people are called {name!r}: {keys}.")
        return found[0]

    def reply(self, prefix: str | None, conversation: str) -> ShortId | None:
        """Return by which short id an answer names a message of a conversation."""
        from meshnode.person.outbox import reply_reference  # noqa: PLC0415

        if prefix is None:
            return None
        message = self.box.message(prefix)
        if message.conversation != conversation:
            raise Failure("That message belongs to another conversation.", code="usage")
        return reply_reference(message)

    @property
    def new(self) -> list[Received]:
        """What came since the mailbox was opened."""
        return [one for name, one in self.box.mail.received.items() if name not in self.before]


@contextmanager
def mailing(
    session: Session, passphrase_file: Path | None, *, is_offline: bool = False
) -> Iterator[Desk]:
    """Open the mailbox for the length of the block, and take in what came.

    Raises:
        Failure: There is no identity, nobody of that name, or the node does not answer.
        LimitError, StoreError: As the vault and what is asked for.
    """
    with naming_failures(), speaking(session, passphrase_file) as speaker:
        box = Mailbox(speaker.identity)
        before = frozenset(box.mail.received)
        desk = Desk(box, NodeCarrier(speaker), is_offline, before)
        desk.collect()
        yield desk


@contextmanager
def naming_failures() -> Iterator[None]:
    """Say by which word programs know that a name means nobody, or several."""
    try:
        yield
    except NobodyError as error:
        raise Failure(str(error), code="not_found") from error
    except AmbiguousError as error:
        raise Failure(str(error), code="ambiguous") from error
