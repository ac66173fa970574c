"""What a person's device needs from a node: the members, what it carries, and that it carries more.

Not for: the way there (commands ask over HTTP, tests in memory). A node gets sealed bodies and
signed objects only. Whatever cannot be reached raises what the implementation documents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from meshnode.board.mail.circle import CircleId
from meshnode.person.roster import Roster
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId, SignedObject


class CarryRefused(LimitError):
    """The node will not take it; the message says why."""


@dataclass(frozen=True, slots=True)
class Page:
    """Sealed objects in the order in which they arrived at the node."""

    sealed: tuple[SignedObject, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A node beside ours, whether it has an object (None: unknown), and when it was heard."""

    name: str
    has_it: bool | None
    last_contact_min: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A circle that its founder shows to everybody."""

    circle: CircleId
    name: str
    founder: Fingerprint
    founder_name: str
    is_open: bool
    has_history: bool


class Carrier(Protocol):
    """A node, as its user's device sees it."""

    def roster(self) -> Roster:
        """Return the members and the community's minute."""

    def sealed_after(self, after: ObjectId | None) -> Page:
        """Return sealed objects that came after one, or all."""

    def carry(self, body: bytes, minutes: int) -> SignedObject:
        """Let the node sign and carry a sealed body for so many minutes.

        Raises:
            CarryRefused: It will not.
        """

    def publish(self, objects: Sequence[SignedObject]) -> None:
        """Hand over what this device signed; what the node has already is fine.

        Raises:
            CarryRefused: It will not take one.
        """

    def places_of(self, thing: ObjectId) -> tuple[Place, ...] | None:
        """Return which other nodes have an object; None if this node has it no more."""

    def listings(self) -> tuple[Listing, ...]:
        """Return the circles that are listed."""
