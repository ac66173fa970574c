"""What people see of the objects: the board. Derived, never stored; objects are the only truth.

Invariants: a text is decoded when somebody looks at it, not before; one that cannot be decoded
is a sentence in its place and hides no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from meshnode.board.bulletin import (
    BulletinFields,
    BulletinHead,
    Severity,
    decode_bulletin,
    read_head,
)
from meshnode.board.rules import NeighbourhoodRules
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import Kind, ObjectId, SignedObject

READ_TEXTS_MAX: Final = 2_000
"""Texts kept as read; a busy city block's board, and under 2 MB unless all are pages long."""

FUTURE_TEXT: Final = (
    "(Dieser Text ist für eine neuere Version geschrieben. Bitte meshnode auf diesem Knoten "
    "aktualisieren.)\n"
    "(This text is written for a newer version. Please update meshnode on this node.)"
)
DAMAGED_TEXT: Final = (
    "(Dieser Text ist unlesbar angekommen. Bitte um eine neue Meldung.)\n"
    "(This text cannot be read. Please ask for it to be posted again.)"
)

_ORDER: Final = {severity: -index for index, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class BulletinView:
    """One bulletin with its author, as every client shows it.

    Shapes: minutes count from 2024-01-01 00:00 UTC; `author_name` is None where the author's
    profile is not here any more; `codec` and `body` are as signed.
    """

    id: ObjectId
    author: KeyId
    author_name: str | None
    head: BulletinHead
    created_min: int
    expires_min: int
    codec: int
    body: bytes

    @property
    def fields(self) -> BulletinFields:
        """What it says, or a sentence that says why that cannot be shown."""
        return readable(self.codec, self.body)


def bulletin_view(thing: SignedObject, rules: NeighbourhoodRules) -> BulletinView:
    """Return an accepted bulletin as people see it."""
    author = rules.author_of(thing)
    return BulletinView(
        id=thing.id,
        author=thing.author,
        author_name=None if author is None else rules.name_of(author),
        head=read_head(thing.body)[0],
        created_min=thing.created_min,
        expires_min=thing.expires_min,
        codec=thing.codec,
        body=thing.body,
    )


def board(
    objects: Iterable[SignedObject], rules: NeighbourhoodRules, *, minute: int
) -> list[BulletinView]:
    """Return the bulletins that are not over at `minute`, the worst first, then the newest."""
    views = [
        bulletin_view(thing, rules)
        for thing in objects
        if thing.kind == Kind.BULLETIN and thing.expires_min > minute
    ]
    return sorted(views, key=_order)


def _order(view: BulletinView) -> tuple[int, int, ObjectId]:
    return _ORDER[view.head.severity], -view.created_min, view.id


@lru_cache(maxsize=READ_TEXTS_MAX)
def readable(codec: int, body: bytes) -> BulletinFields:
    """Return what a body of an accepted bulletin says, or a sentence in place of its text."""
    try:
        return decode_bulletin(codec, body)
    except PeerError as error:
        sentence = FUTURE_TEXT if error.reason == "unknown_codec" else DAMAGED_TEXT
        head = read_head(body)[0]
        return BulletinFields(
            text=sentence, title=None, category=head.category, severity=head.severity
        )
