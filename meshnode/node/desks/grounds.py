"""The grounds: every object from which it follows who is who, so that a phone finds it out itself.

Not for: what follows (`meshnode.board.trust.membership`). Invariant: whoever evaluates what is
handed out here, by the same rules, comes to this node's standing.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from meshnode.board.rules import NeighbourhoodRules
from meshnode.node.denials import NotFoundError
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import SignedObject

GROUNDS_MAX: Final = 4096
"""A community of 1,500 with their phones: 1 MB on the way, and minutes of checking on a phone."""
DIGEST_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Grounds:
    """Shapes: `pinned` begins the chain of charters, `charter` is in force; `digest` 8 bytes."""

    pinned: SignedObject
    charter: SignedObject
    objects: tuple[SignedObject, ...]
    digest: bytes


def grounds_of(rules: NeighbourhoodRules) -> Grounds:
    """Return the grounds of what this node believes.

    Raises:
        NotFoundError: The node has no charter.
        LimitError: They are too many to hand out.
    """
    charters = rules.standing.charters
    if not charters:
        raise NotFoundError("This node holds no charter of its community.")
    objects = tuple(sorted(rules.governance.values(), key=lambda one: (one.created_min, one.id)))
    if len(objects) > GROUNDS_MAX:
        raise LimitError(f"More than {GROUNDS_MAX} objects say who belongs here; ask for members.")
    named = sha256(charters[0].id + charters[-1].id + b"".join(one.id for one in objects))
    return Grounds(charters[0], charters[-1], objects, named.digest()[:DIGEST_BYTES])
