"""Bulletins that somebody says something about: found, and taken back by who wrote them."""

from typing import TYPE_CHECKING, Any

from meshnode.commands import people
from meshnode.commands.board import author
from meshnode.commands.client import escaped
from meshnode.commands.failures import Failure
from meshnode.commands.language import preferred_language
from meshnode.commands.speaker import Speaker

if TYPE_CHECKING:
    from meshnode.protocol.object import ObjectId


def targeted(speaker: Speaker, beginning: str) -> dict[str, Any]:
    """Return the bulletin whose id begins so.

    Raises:
        Failure: There is none, or several.
    """
    language = preferred_language()
    view: dict[str, Any] = speaker.client.get(
        f"/bulletins/{escaped(beginning)}?language={language}"
    )
    return view


def is_own(speaker: Speaker, view: dict[str, Any]) -> bool:
    """Return whether whoever speaks wrote a bulletin."""
    return bool(view["author_fingerprint"] == speaker.identity.fingerprint.hex())


def withdraw_own(speaker: Speaker, view: dict[str, Any]) -> str:
    """Take a bulletin of one's own back; return the id of what says so.

    Raises:
        Failure: Somebody else wrote it.
    """
    from meshnode.person import acts  # noqa: PLC0415  Slow.

    speaker.require_member()
    if not is_own(speaker, view):
        raise Failure(_not_yours(speaker, view), code="not_allowed")
    withdrawal = acts.withdraw(
        speaker.identity,
        target_id(view),
        minute=speaker.minute,
        expires_min=people.minute_of(view["expires"]),
    )
    return speaker.publish(withdrawal)[0]


def target_id(view: dict[str, Any]) -> "ObjectId":
    """Return the id of a bulletin as objects carry it."""
    from meshnode.protocol.object import ObjectId  # noqa: PLC0415  Slow.

    return ObjectId(bytes.fromhex(view["id"]))


def _not_yours(speaker: Speaker, view: dict[str, Any]) -> str:
    from meshnode.protocol.keys import PublicKey, fingerprint  # noqa: PLC0415  Slow.

    node = speaker.community["node"]["key"]
    if view["author_fingerprint"] == fingerprint(PublicKey(bytes.fromhex(node))).hex():
        return "This node signed it, not you. Let it take it back: add --as-node."
    return (
        f"Only {author(view)} can withdraw this bulletin. If it is wrong, a moderator can say so: "
        f"meshnode moderate correct {view['id'][:8]} TEXT"
    )
