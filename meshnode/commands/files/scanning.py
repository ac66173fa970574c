"""Objects that somebody scanned, on their way into a node, and what is said about each.

Imports what is slow; import it in a command. Invariant: each object goes through the node's one
ingress; one that is refused keeps no other from being taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.paperline import Missing, Scanned
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.commands.client import Client, escaped
from meshnode.commands.speaker import encoded_text
from meshnode.commands.terminal.failures import Failure
from meshnode.protocol.object import Kind, SignedObject

_GROUNDLESS: Final = ("stranger", "role")
"""Reasons that vanish once another object has been taken."""
_SENTENCES: Final = {
    "expired": "It is over; what was printed is out of date. Nothing to do.",
    "future": "It is dated in the future: this node's clock is wrong, or its author's was. "
    "Check the clock: meshnode doctor",
    "clock_unknown": "This node does not know what time it is. Set its clock "
    "(sudo timedatectl set-time 'YYYY-MM-DD HH:MM'), then scan it again.",
    "withdrawn": "Its author took it back. Take the printed one down.",
    "replaced": "Its author took it back or replaced it. Take the printed one down.",
    "superseded": "This node has a newer version. Take the printed one down.",
    "erased": "A moderator erased it. Take the printed one down.",
    "stranger": 'This node does not know who signed it. Scan the codes under "Who signed this" '
    "on the last page too, or export it without --alone; or it is another community's.",
    "role": 'This node does not know that its author may say this. Scan the codes under "Who '
    'signed this" on the last page too.',
    "revoked": "Its author's key was revoked: nobody takes what it signs. Take it down and ask a "
    "steward.",
    "bad_signature": "The signature does not fit: it was forged, or belongs to another community. "
    "Do not believe the printed one.",
    "quota": "The neighbourhood takes no more from this author today. Scan it again tomorrow.",
    "full": "This node is full. Scan it again later.",
}
_DAMAGE: Final = {
    "bad_checksum": "was read wrong: the letters do not give the object they name",
    "two_versions": "is there twice and not alike",
    "truncated": "is cut off",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one object; `state` is `taken`, `known` or `refused`."""

    thing: SignedObject
    state: str
    reason: str | None = None
    message: str | None = None

    @property
    def noun(self) -> str:
        """What sort of object it is, as one word."""
        return noun_of(self.thing.kind)


def noun_of(kind: int) -> str:
    """Return the word for a kind of object."""
    return Kind(kind).name.lower() if kind in tuple(Kind) else f"kind {kind}"


def take(client: Client, things: Sequence[SignedObject]) -> list[Outcome]:
    """Hand objects to the node, in whatever order they are taken; return what became of each.

    Raises:
        Failure: The node does not run, or cannot save.
    """
    pending = sorted(things, key=lambda one: one.kind not in GOVERNANCE)
    outcomes: dict[bytes, Outcome] = {}
    while pending:
        waiting = []
        for thing in pending:
            outcome = _offered(client, thing)
            outcomes[thing.id] = outcome
            if outcome.reason in _GROUNDLESS:
                waiting.append(thing)
        if len(waiting) == len(pending):
            break
        pending = waiting
    return [outcomes[one.id] for one in things]


def sentence(outcome: Outcome) -> str:
    """Return the line that says what became of an object."""
    name = f"{outcome.thing.id.hex()[:8]}  {outcome.noun}"
    match outcome.state:
        case "taken":
            return f"{name}: taken; its signature is good."
        case "known":
            return f"{name}: was here already."
        case _:
            return f"{name}: refused. {outcome.message}"


def unusable(scanned: Scanned) -> list[str]:
    """Return a sentence for each line that cannot be used and each object that is not whole."""
    damaged = [
        f"Line {one.position} {_DAMAGE.get(one.reason, 'is damaged')}; scan it again. If the "
        "scanner swaps Y and Z or - and /, set its keyboard layout to that of this computer."
        for one in scanned.unreadable
    ]
    return damaged + [_missing(one) for one in scanned.missing]


def _missing(missing: Missing) -> str:
    numbers = ", ".join(map(str, missing.numbers))
    return (
        f"{missing.thing.hex()} has {missing.count} codes; not scanned yet: {numbers}. "
        "Scan all codes beside the item, in any order."
    )


def _offered(client: Client, thing: SignedObject) -> Outcome:
    if _is_here(client, thing):
        return Outcome(thing, "known")
    try:
        client.post("/objects", {"objects": [encoded_text(thing)]})
    except Failure as failure:
        if failure.code not in ("refused", "limit"):
            raise
        reason = failure.reason
        message = _SENTENCES.get(reason or "", failure.message)
        return Outcome(thing, "refused", reason, message)
    return Outcome(thing, "taken")


def _is_here(client: Client, thing: SignedObject) -> bool:
    try:
        client.get(f"/objects/{escaped(thing.id.hex())}/papers")
    except Failure as failure:
        if failure.code != "not_found":
            raise
        return False
    return True
