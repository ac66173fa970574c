"""A warning as its source issued it, whatever the format of the feed it came in.

Not for: the object that carries it (`board.alert`) or reading a feed (`cap`, `nina`, `dwd`).
Invariant: what stands in an `OfficialAlert` is bounded and can be shown, but says what its source
said: nothing is translated or made up.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from meshnode.board.bulletins.alert import REFERENCE_BYTES, Reference

_REFERENCE_DOMAIN: Final = b"meshnode official alert 1\0"


class MessageType(StrEnum):
    """What a message does to those before it. Source: CAP 1.2, `msgType`."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class Status(StrEnum):
    """Whether a message is meant. Source: CAP 1.2, `status`."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class CapSeverity(StrEnum):
    """How bad it is, by its source. Source: CAP 1.2, `severity`."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class CapCategory(StrEnum):
    """What it is about. Source: CAP 1.2, `category`."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Area:
    """Where: a name, and what else the source says of it, by which feeds are filtered.

    Shapes: `geocodes` are pairs of a system and a code; `polygons` are rings of latitude and
    longitude in degrees.
    """

    name: str
    geocodes: tuple[tuple[str, str], ...] = ()
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialAlert:
    """One message.

    Shapes: minutes count from 2024-01-01 00:00 UTC and may be negative; `source` is who issued it,
    as people know them; `references` are the identifiers, as `key` makes them, of what it replaces;
    `responses` are CAP's `responseType`s; `language` is an RFC 3066 tag.
    """

    key: str
    source: str
    sent_min: int
    message_type: MessageType
    status: Status
    severity: CapSeverity
    category: CapCategory
    headline: str
    event: str = ""
    description: str = ""
    instruction: str = ""
    urgency: str = "Unknown"
    certainty: str = "Unknown"
    sender: str = ""
    identifier: str = ""
    references: tuple[str, ...] = ()
    onset_min: int | None = None
    expires_min: int | None = None
    responses: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    language: str = ""
    web: str = ""

    @property
    def reference(self) -> Reference:
        """The 8 bytes that stand for this message on every node."""
        return reference_of(self.key)


def cap_key(sender: str, identifier: str) -> str:
    """Return what names a CAP message: its identifier is unique for its sender alone."""
    return f"{sender},{identifier}"


def reference_of(key: str) -> Reference:
    """Return the 8 bytes that stand for a message with this key.

    A hash, because identifiers are of any length. Two of a city's alerts of one day collide with a
    chance of one in 10^15; somebody who can choose identifiers is the authority itself.
    """
    return Reference(sha256(_REFERENCE_DOMAIN + key.encode()).digest()[:REFERENCE_BYTES])
