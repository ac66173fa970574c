"""Check-ins: "I am OK", or "we need help", for oneself or for another.

Source: docs/spec/kinds.md.
"""

from enum import IntEnum
from typing import Final

from meshnode.protocol.object import Kind, SignedObject

_STATE_SHIFT: Final = 6


class State(IntEnum):
    """How somebody is; the two highest bits of the body."""

    OK = 0
    HELP = 1
    URGENT = 2


def is_call(thing: SignedObject) -> bool:
    """Return whether an object is a check-in that asks for help."""
    return (
        thing.kind == Kind.CHECKIN
        and bool(thing.body)
        and thing.body[0] >> _STATE_SHIFT != State.OK
    )
