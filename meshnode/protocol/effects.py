"""What the engine wants done. The shell carries effects out in order, before the next event.

What must be durable stands before what promises it to others.
"""

from dataclasses import dataclass

from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.protocol.priority import Priority


@dataclass(frozen=True, slots=True)
class StoreObject:
    """Commit `object`. `link` says where it came from; None: made here."""

    object: SignedObject
    link: str | None


@dataclass(frozen=True, slots=True)
class RemoveObject:
    """Forget the object's bytes; keep its id until `remember_until_min`, with the reason."""

    id: ObjectId
    reason: str
    remember_until_min: int


@dataclass(frozen=True, slots=True)
class ForgetRemoved:
    """Forget the ids of removed objects whose time to be remembered ended at `minute`."""

    minute: int


@dataclass(frozen=True, slots=True)
class SaveSetting:
    """Commit a small value of the engine's own under `key`."""

    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Transmit:
    """Hand `frame` to `link`; it answers with `TransmitDone` and the same `token`."""

    link: str
    frame: bytes
    priority: Priority
    token: int


@dataclass(frozen=True, slots=True)
class CloseLink:
    """Hang up on a stream peer."""

    link: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decode:
    """Decode a sketch beside the event loop; `Decoded` with the same token brings the result.

    Shapes: `effort` bounds the work: `meshnode.protocol.sketch.decode(difference, effort=effort)`.
    """

    link: str
    token: int
    difference: bytes
    effort: int


@dataclass(frozen=True, slots=True)
class Drop:
    """Something was refused; count it under `reason`."""

    reason: str
    link: str | None
    detail: str = ""


Effect = (
    StoreObject | RemoveObject | ForgetRemoved | SaveSetting | Transmit | CloseLink | Decode | Drop
)
