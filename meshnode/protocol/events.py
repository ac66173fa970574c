"""What can happen to the engine. Times come beside the event, as `now_ms`."""

from dataclasses import dataclass

from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.object import SignedObject
from meshnode.protocol.pace import Pace


@dataclass(frozen=True, slots=True)
class LinkUp:
    """A link is ready to carry frames."""

    link: str
    medium: Medium


@dataclass(frozen=True, slots=True)
class LinkDown:
    """A link is gone; what it had not sent is lost."""

    link: str


@dataclass(frozen=True, slots=True)
class FrameReceived:
    """A link heard a frame. `snr_db` is None where the medium has none."""

    link: str
    frame: bytes
    snr_db: float | None = None


@dataclass(frozen=True, slots=True)
class TransmitDone:
    """A link has finished with the frame that carried `token`."""

    link: str
    token: int
    outcome: Outcome
    retry_after_ms: int = 0


@dataclass(frozen=True, slots=True)
class ChannelUtilisation:
    """The radio measured how busy its channel is, in per cent of the last minute."""

    link: str
    percent: float


@dataclass(frozen=True, slots=True)
class Decoded:
    """The result of a `Decode` effect; None: the sketch cannot be decoded."""

    link: str
    token: int
    elements: list[int] | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A person on this node made an object; it is already signed."""

    object: SignedObject


@dataclass(frozen=True, slots=True)
class WallClock:
    """What the operating system's clock says: minutes since 2024-01-01.

    `is_synchronised` is true where a time source vouches for it.
    """

    minute: int
    is_synchronised: bool


@dataclass(frozen=True, slots=True)
class Paced:
    """The engine is to keep to another pace from now on."""

    pace: Pace


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; the deadline that the engine asked for is here."""


Event = (
    LinkUp
    | LinkDown
    | FrameReceived
    | TransmitDone
    | ChannelUtilisation
    | Decoded
    | Submitted
    | WallClock
    | Paced
    | Tick
)
