"""What only the other side of a claim may read: contact data and the code of the hand-over.

Not for: what is public (`trading`). It goes as an ordinary private message that names the claim.
Imports what is slow; import it in a command.
"""

from typing import Any

from meshnode.commands.mail.carrier import NodeCarrier
from meshnode.commands.mail.mailing import Desk, naming_failures
from meshnode.commands.speaker import Speaker
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import one_line
from meshnode.person.handover import check_code
from meshnode.person.mailbox import Mailbox
from meshnode.person.outbox import write
from meshnode.person.records import Sent
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId

_WEEK_MINUTES = 7 * 1440
_ID_DIGITS = 8


def private_text(claim_id: str, *, contact: str | None, code: str | None) -> str:
    """Return what the other side gets to read.

    It is short, so that with its seal it is one radio frame, and has no word that somebody who
    reads another language would miss.
    """
    lines = [f"#{claim_id[:_ID_DIGITS]}" + (f" Code: {code}" if code else ""), contact or ""]
    return "\n".join(line for line in lines if line)


def send_private(speaker: Speaker, to: str, text: str) -> tuple[Sent, str]:
    """Seal a text to all devices of somebody, by the fingerprint; return it and their name.

    Raises:
        Failure: The community knows no device of theirs.
    """
    with naming_failures():
        box = Mailbox(speaker.identity)
        before = frozenset(box.mail.received)
        desk = Desk(box, NodeCarrier(speaker), is_offline=False, before=before)
        desk.collect()
        contact = desk.require_roster().contact(Fingerprint(bytes.fromhex(to)))
        if contact is None or not contact.devices:
            raise Failure(
                "It is said publicly, but your private words did not go: the community knows no "
                "device of theirs. Tell them in person.",
                code="not_found",
            )
        sent = write(box, contact, text, minute=desk.minute, minutes=_WEEK_MINUTES, reply_to=None)
        desk.deliver()
        return box.mail.sent[sent.id], one_line(contact.name)


def other_side(speaker: Speaker, view: dict[str, Any], claim: dict[str, Any]) -> str | None:
    """Return the fingerprint of whoever is on the other side of a claim, if that is known."""
    mine = speaker.identity.fingerprint.hex()
    other = claim["by"] if view["author_fingerprint"] == mine else view["author_fingerprint"]
    return None if other is None else str(other)


def require_code(speaker: Speaker, claim: dict[str, Any], said: str) -> None:
    """Return if the other side said the code that this device sent them.

    Raises:
        Failure: Another device confirmed it, or nobody did.
        LimitError: The code is wrong, or too many were.
    """
    ours = speaker.identity.device.id.hex()
    keys = [one["key"] for one in claim["steps"] if one["step"] == "confirm"]
    if ours not in keys:
        raise Failure(
            "Only the device that confirmed this can check its code. Use that one, or leave out "
            "--code if you know who stands before you.",
            code="not_allowed",
        )
    check_code(speaker.identity, ObjectId(bytes.fromhex(claim["id"])), said)
