"""Who asks, as the gate found out: a paired phone, and the member for whom it signs.

Not for: finding it out (`gate`).
"""

from dataclasses import dataclass

from starlette.requests import Request

from meshnode.board.trust.standing import Identity
from meshnode.node.denials import NotAllowedError
from meshnode.protocol.keys import PublicKey


@dataclass(frozen=True, slots=True)
class Caller:
    """A paired phone; `owner` is None where it signs for no member.

    `is_revoked`: it did once, and it or its owner was revoked since.
    """

    key: PublicKey
    owner: Identity | None
    is_revoked: bool = False


def note_caller(request: Request, caller: Caller) -> None:
    """Let the endpoints know who asks."""
    request.state.caller = caller


def caller_of(request: Request) -> Caller | None:
    """Return the phone that asks; None: somebody without one, or on the node's own socket."""
    found = getattr(request.state, "caller", None)
    return found if isinstance(found, Caller) else None


def is_member(request: Request) -> bool:
    """Return whether a member's phone asks."""
    caller = caller_of(request)
    return caller is not None and caller.owner is not None


def require_caller(request: Request) -> Caller:
    """Return the phone that asks.

    Raises:
        NotAllowedError: It is asked on the node's own socket.
    """
    caller = caller_of(request)
    if caller is None:
        raise NotAllowedError("Only a paired phone can ask this, for itself.")
    return caller
