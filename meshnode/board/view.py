"""What people see of the objects: the board. Derived, never stored; objects are the only truth.

Invariants: a text is decoded when somebody looks at it, not before; one that cannot be decoded
is a sentence in its place and hides no other; what is hidden is shown only to who asks for it, and
what is corrected never without its correction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from meshnode.board.bulletins.alert import AlertState, Provenance, read_provenance
from meshnode.board.bulletins.bulletin import (
    BulletinFields,
    BulletinHead,
    Severity,
    category_in,
    decode_bulletin,
    read_head,
    severity_in,
)
from meshnode.board.bulletins.moderation import Moderation, moderate
from meshnode.board.items import NAMELESS, Author, Names, author_of, notices_among
from meshnode.board.official.standing import (
    Passed,
    counting,
    in_force,
    over_from_min,
    passed,
)
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.tail import DAMAGED_TEXT, FUTURE_TEXT
from meshnode.board.versions import root_of, version_order
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject

READ_TEXTS_MAX: Final = 500
"""Texts kept as read, in under half a megabyte; what the search has read is read there again."""

SHOWN: Final = frozenset({Kind.BULLETIN, Kind.DRILL, Kind.ALERT})
"""The kinds that stand on the board."""

_ORDER: Final = {severity: -index for index, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class BulletinView:
    """One bulletin, drill or alert with its author and what moderation made of it.

    Shapes: `root` is the same in every version; minutes count from 2024-01-01 00:00 UTC; `key` is
    who signed, `author` whose key that is, None where what vouches for it is not here any more;
    `codec` and `body` are the bulletin's as signed; `provenance` stands in alerts only; `copies`
    are who else passed the same alert on, the first one first.
    """

    id: ObjectId
    root: ShortId
    kind: Kind
    key: KeyId
    author: Author | None
    head: BulletinHead
    created_min: int
    expires_min: int
    codec: int
    body: bytes
    provenance: Provenance | None
    moderation: Moderation
    copies: tuple[Author | None, ...] = ()
    said: BulletinFields | None = field(default=None, compare=False)
    """What it says, where somebody has read it already."""

    @property
    def is_update(self) -> bool:
        """Whether it stands in the place of an earlier version."""
        return self.root != self.id[: len(self.root)]

    @property
    def fields(self) -> BulletinFields:
        """What it says, or a sentence that says why that cannot be shown."""
        return self.said or readable(self.codec, self.body)

    @property
    def author_name(self) -> str | None:
        """Under which name its author is shown."""
        return None if self.author is None else self.author.name

    @property
    def is_drill(self) -> bool:
        """Whether nothing of it is real."""
        return self.kind is Kind.DRILL

    @property
    def is_out_of_force(self) -> bool:
        """Whether it is an alert whose source does not list it any more, or took it back."""
        return self.provenance is not None and self.provenance.state is not AlertState.IN_FORCE

    @property
    def over_from_min(self) -> int:
        """From when on it stands on no board: an alert's source may end it before it expires."""
        if self.provenance is None:
            return self.expires_min
        return over_from_min(
            self.provenance, created_min=self.created_min, expires_min=self.expires_min
        )

    @property
    def is_hidden(self) -> bool:
        """Whether moderation hides it."""
        return self.moderation.is_hidden


def bulletin_view(
    thing: SignedObject,
    rules: NeighbourhoodRules,
    names: Names = NAMELESS,
    copies: Sequence[Passed] = (),
) -> BulletinView:
    """Return an accepted bulletin, drill or alert as people see it, and who else passed it on."""
    provenance, body = (
        read_provenance(thing.body) if thing.kind == Kind.ALERT else (None, thing.body)
    )
    notices = notices_among(rules.notices_about(thing), rules, names)
    return BulletinView(
        id=thing.id,
        root=root_of(thing),
        kind=Kind(thing.kind),
        key=thing.author,
        author=author_of(rules.author_of(thing), rules, names),
        head=read_head(body)[0],
        created_min=thing.created_min,
        expires_min=thing.expires_min,
        codec=thing.codec,
        body=body,
        provenance=provenance,
        moderation=moderate(notices),
        copies=tuple(
            author_of(rules.author_of(one.thing), rules, names)
            for one in copies
            if one.thing.id != thing.id
        ),
    )


def copies_of(thing: SignedObject, rules: NeighbourhoodRules) -> tuple[Passed, ...]:
    """Return all held copies of an alert, itself among them; none: a later one replaced it."""
    if thing.kind != Kind.ALERT:
        return ()
    shown = counting(passed(rules.register.of_kind(Kind.ALERT)))
    groups = (one.copies for one in shown)
    return next((some for some in groups if any(one.thing.id == thing.id for one in some)), ())


def board(
    objects: Iterable[SignedObject],
    rules: NeighbourhoodRules,
    names: Names = NAMELESS,
    *,
    minute: int,
    with_hidden: bool = False,
) -> list[BulletinView]:
    """Return what is not over at `minute`: the worst first, then the newest.

    A drill stands among what is minor, however bad its pretended severity is; so does an alert
    that is in force no more. An alert that several passed on stands there once.
    """
    live = [one for one in objects if one.kind in SHOWN and one.expires_min > minute]
    alerts = in_force(passed(one for one in live if one.kind == Kind.ALERT), minute)
    copies = {one.passed.thing.id: one.copies for one in alerts}
    views = (
        bulletin_view(thing, rules, names, copies.get(thing.id, ()))
        for thing in _newest(live, rules)
        if thing.kind != Kind.ALERT or thing.id in copies
    )
    return sorted((view for view in views if with_hidden or not view.is_hidden), key=_order)


def order_of(thing: SignedObject) -> tuple[int, int, ObjectId]:
    """Return where an object stands on the board, without making its view.

    A drill, and an alert that is in force no more, stand among what is minor.
    """
    if thing.kind == Kind.ALERT:
        provenance, body = read_provenance(thing.body)
        is_real = provenance.state is AlertState.IN_FORCE
    else:
        is_real, body = thing.kind != Kind.DRILL, thing.body
    severity = severity_in(body) if is_real else Severity.MINOR
    return _ORDER[severity], -thing.created_min, thing.id


def category_of(thing: SignedObject) -> str:
    """Return the category of an accepted bulletin, drill or alert."""
    return category_in(bulletin_body(thing))


def bulletin_body(thing: SignedObject) -> bytes:
    """Return the bulletin's body of an accepted bulletin, drill or alert."""
    return read_provenance(thing.body)[1] if thing.kind == Kind.ALERT else thing.body


def _newest(objects: Iterable[SignedObject], rules: NeighbourhoodRules) -> Iterator[SignedObject]:
    """Yield each bulletin in its newest version only; hardly any has more than one."""
    for thing in objects:
        versions = rules.register.versions_of(thing)
        if len(versions) > 1:
            author = rules.author_of(thing)
            own = [one for one in versions if rules.author_of(one) == author]
            if version_order(max(own, key=version_order)) > version_order(thing):
                continue
        yield thing


def _order(view: BulletinView) -> tuple[int, int, ObjectId]:
    severity = Severity.MINOR if view.is_drill or view.is_out_of_force else view.head.severity
    return _ORDER[severity], -view.created_min, view.id


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
