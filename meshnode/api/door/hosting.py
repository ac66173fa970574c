"""Who may read which claims over TCP, and who may let the node pass units on: one policy.

A member reads their own claims, those on meet-ups, where people come to see each other, and those
on what they run: as its author, a host of its place, or a steward. Who booked the doctor's hour is
nobody else's business. On the node's own socket all may be read and done.
Not for: what a claim's later steps count for; whoever signs them is judged by `board.capacity`.
"""

from starlette.requests import Request

from meshnode.api.door.callers import caller_of
from meshnode.board.capacity.offices import HOSTS, stands
from meshnode.board.trust.community import Community
from meshnode.board.trust.standing import Identity
from meshnode.node.capacity.counter import ClaimView, ThingView
from meshnode.node.denials import NotAllowedError
from meshnode.protocol.object import Kind


def may_read(request: Request, claim: ClaimView, rules: Community) -> bool:
    """Return whether whoever asks may read a claim."""
    caller = caller_of(request)
    if caller is None:
        return True
    member = caller.owner
    if member is None:
        return False
    if claim.standing.ask.by == member.fingerprint:
        return True
    thing = claim.thing
    return thing is not None and (
        thing.item.thing.kind == Kind.MEETUP or _runs(rules, member, thing)
    )


def require_host(request: Request, thing: ThingView, rules: Community) -> None:
    """Let pass who runs a thing, and whoever is at the node's own socket.

    Raises:
        NotAllowedError: It is somebody else's to decide.
    """
    caller = caller_of(request)
    if caller is None:
        return
    if caller.owner is None or not _runs(rules, caller.owner, thing):
        raise NotAllowedError(
            "Only who opened this, a host of its place or a steward may decide which node books it."
        )


def _runs(rules: Community, member: Identity, thing: ThingView) -> bool:
    found = stands(rules, member, author=thing.sold.author.fingerprint, place=thing.sold.place)
    return bool(found & HOSTS)
