"""Messages on a terminal and as JSON: who, when, what, and how far it came, in plain words.

Not for: finding out. Invariants: a node is said to have something only by its own word, a person
to have read it only by a receipt or an answer.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from meshnode.commands.terminal.localtime import local
from meshnode.commands.terminal.output import one_line, printable
from meshnode.person.inbox import missing_count
from meshnode.person.mailbox import Mailbox, Message
from meshnode.person.records import Received, Sent, State
from meshnode.person.roster import Roster

_EPOCH: Final = datetime(2024, 1, 1, tzinfo=UTC)
_UNKNOWN: Final = "(a message that this version of meshnode is too old for)"
_PREVIEW_CHARACTERS: Final = 60
_INDENT: Final = "    "


def moment(minute: int) -> str:
    """Return a minute as the API writes it."""
    return f"{_EPOCH + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"


def clock(minute: int, now_minute: int) -> str:
    """Return a minute as people read it: with the day unless it is today."""
    then = local(_EPOCH + timedelta(minutes=minute))
    now = local(_EPOCH + timedelta(minutes=now_minute))
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%d %b %H:%M}"


def document(box: Mailbox, message: Message) -> dict[str, Any]:
    """Return a message as JSON."""
    replied = box.replied(message)
    shared = {
        "id": message.id,
        "with": message.conversation,
        "name": box.mail.names.get(message.conversation),
        "text": message.text,
        "reply_to": None if replied is None else replied.id,
        "objects": [one.hex() for one in message.ids],
    }
    if isinstance(message, Received):
        return shared | {
            "direction": "received",
            "device": message.device.hex(),
            "time": moment(message.made_min),
            "is_read": message.is_read,
        }
    keys = [key for copy in message.copies for key in copy.keys]
    return shared | {
        "direction": "sent",
        "time": moment(message.written_min),
        "expires": moment(message.end_min),
        "state": message.state.name.lower(),
        "nodes": list(message.places),
        "refusal": message.refusal,
        "copies": len(message.copies),
        "has_forward_secrecy": all(key.has_forward_secrecy for key in keys),
    }


def lines(
    box: Mailbox, messages: Sequence[Message], *, now: int, roster: Roster | None
) -> list[str]:
    """Return messages as lines for people."""
    made: list[str] = []
    for one in messages:
        made += [_head(box, one, now, roster), *_body(one)]
        replied = box.replied(one)
        if replied is not None:
            made.insert(-len(_body(one)), f"{_INDENT}> {preview(replied)}")
    return made


def sentences(box: Mailbox, sent: Sent, *, now: int) -> Iterator[str]:
    """Yield how far a message of ours came."""
    name = one_line(box.mail.names.get(sent.conversation, "them"))
    yield _state(sent, name)
    if sent.state in (State.ON_NODE, State.PASSED_ON):
        for one in sent.lacking:
            last = clock(one.last_contact_min, now)
            yield f"{one_line(one.name)} has not got it yet, last contact {last}."
    if sent.state < State.EXPIRED:
        yield f"It is tried until {clock(sent.end_min, now)}."
    if any(not key.has_forward_secrecy for copy in sent.copies for key in copy.keys):
        yield (
            f"Sealed without forward secrecy: a device of {name} announced no key lately. Whoever "
            f"gets that device one day can still read this message."
        )


def _state(sent: Sent, name: str) -> str:
    has = "has" if len(sent.places) == 1 else "have"
    return {
        State.WRITTEN: "Written on this device; no node has it yet.",
        State.REFUSED: f"The node refused it, and it is tried again: {sent.refusal}",
        State.ON_NODE: "Lies on this node; no other node is known to have it.",
        State.PASSED_ON: f"Lies on this node; {one_line(', '.join(sent.places))} {has} it too.",
        State.EXPIRED: "Its time is over. Nobody said that it arrived, so it may have or not.",
        State.REACHED: f"Reached a device of {name}.",
        State.READ: f"{name} has read it.",
    }[sent.state]


def conversations(box: Mailbox) -> list[dict[str, Any]]:
    """Return all conversations, the one with the newest message first."""
    newest: dict[str, Message] = {one.conversation: one for one in box.messages()}
    return [
        {
            "with": key,
            "name": box.mail.names.get(key, key[:8]),
            "unread": unread_count(box, key),
            "messages": len(box.conversation(key)),
            "last": document(box, last),
            "is_circle": key.startswith("circle:"),
        }
        for key, last in sorted(newest.items(), key=lambda pair: -pair[1].order)
    ]


def unread_count(box: Mailbox, conversation: str) -> int:
    """Return how many messages nobody has seen yet."""
    return sum(
        isinstance(one, Received) and not one.is_read for one in box.conversation(conversation)
    )


def warnings(box: Mailbox, conversation: str, roster: Roster | None) -> Iterator[str]:
    """Yield what is missing from a conversation."""
    contact = None
    if roster is not None:
        contact = next(
            (one for one in roster.contacts if one.fingerprint.hex() == conversation), None
        )
    for device in contact.devices if contact else ():
        track = box.mail.tracks.get(device.key.hex())
        missing = missing_count(track) if track else 0
        if missing:
            are = "message is" if missing == 1 else "messages are"
            yield f"{missing} {are} missing in between; they may still come."
    removed = box.mail.removed.get(conversation, 0)
    if removed:
        yield f"{removed} of the oldest messages were removed to make room."


def preview(message: Message) -> str:
    """Return the beginning of a message in one line."""
    text = one_line(message.text or _UNKNOWN)
    return text if len(text) <= _PREVIEW_CHARACTERS else f"{text[:_PREVIEW_CHARACTERS]}…"


def _head(box: Mailbox, message: Message, now: int, roster: Roster | None) -> str:
    if isinstance(message, Sent):
        state = message.state.name.lower().replace("_", " ")
        return f"{message.id}  {clock(message.written_min, now)}  you ({state}):"
    name = writer(box, message, roster)
    mark = "" if message.is_read else "  new"
    return f"{message.id}  {clock(message.made_min, now)}  {name}:{mark}"


def writer(box: Mailbox, message: Received, roster: Roster | None) -> str:
    """Return who wrote a message that came."""
    if not message.conversation.startswith("circle:"):
        return one_line(box.mail.names.get(message.conversation, message.conversation[:8]))
    owner = roster.owners.get(message.device) if roster is not None else None
    if owner is not None:
        return one_line(owner.name)
    return f"device {message.device.hex()[:8]}"


def _body(message: Message) -> list[str]:
    return [f"{_INDENT}{printable(line)}" for line in (message.text or _UNKNOWN).splitlines()]
