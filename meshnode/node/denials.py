"""What those who ask the node for something may be told instead: the errors of its services.

Not for: what each answer of the rules means in words (`refused`).
"""

from meshnode.protocol.errors import LimitError, MeshError
from meshnode.protocol.object import ObjectId


class NotFoundError(MeshError):
    """There is no such thing here."""


class AmbiguousError(MeshError):
    """Several things match; say more."""


class NotAllowedError(MeshError):
    """This key may not do that."""


class UsedError(MeshError):
    """It was for one, and another one had it."""


class TooOftenError(MeshError):
    """Whoever asks has guessed wrong too often; after `wait_s` seconds they may again."""

    def __init__(self, message: str, *, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class RefusedError(LimitError):
    """The rules do not take an object.

    Shapes: `reason` is the word by which programs know why; `accepted` are the ids of those that
    were handed in with it, before it, and are on disk.
    """

    def __init__(self, message: str, *, reason: str, accepted: tuple[ObjectId, ...] = ()) -> None:
        super().__init__(message)
        self.reason = reason
        self.accepted = accepted
