"""Bulletins that somebody says something about: found, and taken back by who wrote them."""

from typing import TYPE_CHECKING, Any

from meshnode.commands.bulletins.board import author
from meshnode.commands.client import escaped
from meshnode.commands.speaker import Speaker
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import preferred_language
from meshnode.commands.trust import people

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
    from meshnode.protocol.object import ShortId  # noqa: PLC0415

    speaker.require_member()
    if not is_own(speaker, view):
        raise Failure(not_yours(speaker, view, "withdraw"), code="not_allowed")
    withdrawal = acts.withdraw(
        speaker.identity,
        ShortId(bytes.fromhex(view["root"])),
        minute=speaker.minute,
        expires_min=people.minute_of(view["expires"]),
    )
    return speaker.publish(withdrawal)[0]


def target_id(view: dict[str, Any]) -> "ObjectId":
    """Return what a notice on a bulletin names: one that was updated is meant in all versions."""
    from meshnode.board.versions import thing_id  # noqa: PLC0415  Slow.
    from meshnode.protocol.keys import Fingerprint  # noqa: PLC0415
    from meshnode.protocol.object import ObjectId, ShortId  # noqa: PLC0415

    if view["is_update"] and view["author_fingerprint"]:
        author = Fingerprint(bytes.fromhex(view["author_fingerprint"]))
        return thing_id(ShortId(bytes.fromhex(view["root"])), author)
    return ObjectId(bytes.fromhex(view["id"]))


def not_yours(speaker: Speaker, view: dict[str, Any], verb: str) -> str:
    """Return the sentence that says who can do that to a bulletin."""
    from meshnode.protocol.keys import PublicKey, fingerprint  # noqa: PLC0415  Slow.

    node = speaker.community["node"]["key"]
    if view["author_fingerprint"] == fingerprint(PublicKey(bytes.fromhex(node))).hex():
        return f"This node signed it, not you. Let it {verb} it: add --as-node."
    return (
        f"Only {author(view)} can {verb} this bulletin. If it is wrong, a moderator can say so: "
        f"meshnode moderate correct {view['id'][:8]} TEXT"
    )
