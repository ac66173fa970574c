"""What people see of the objects: the board. Derived, never stored; objects are the only truth."""

from collections.abc import Iterable
from dataclasses import dataclass

from meshnode.board.bulletin import BulletinFields, Severity, decode_bulletin
from meshnode.board.profile import ProfileFields
from meshnode.board.rules import NeighbourhoodRules
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import Kind, ObjectId, SignedObject

_ORDER = {severity: -index for index, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class BulletinView:
    """One bulletin with its author, as every client shows it.

    Shapes: minutes count from 2024-01-01 00:00 UTC; `author_name` is None where the author's
    profile is not here any more.
    """

    id: ObjectId
    author: KeyId
    author_name: str | None
    fields: BulletinFields
    created_min: int
    expires_min: int


def bulletin_view(thing: SignedObject, profile: ProfileFields | None) -> BulletinView:
    """Return a bulletin as people see it."""
    return BulletinView(
        id=thing.id,
        author=thing.author,
        author_name=profile.name if profile else None,
        fields=decode_bulletin(thing.codec, thing.body),
        created_min=thing.created_min,
        expires_min=thing.expires_min,
    )


def board(
    objects: Iterable[SignedObject], rules: NeighbourhoodRules, *, minute: int
) -> list[BulletinView]:
    """Return the bulletins that are not over at `minute`, the worst first, then the newest."""
    views = [
        bulletin_view(thing, rules.author_of(thing))
        for thing in objects
        if thing.kind == Kind.BULLETIN and thing.expires_min > minute
    ]
    return sorted(views, key=_order)


def _order(view: BulletinView) -> tuple[int, int, ObjectId]:
    return _ORDER[view.fields.severity], -view.created_min, view.id
