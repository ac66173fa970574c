"""Items: updatable things as people see them, each once, in its newest version, with its author.

Not for: what a thing says (each family's module). Invariants: derived from the held objects alone,
in whatever order they came; what is over, and what moderation hides, is shown only to who asks.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from meshnode.board.bulletins.moderation import Moderation, Notice, moderate, notice_of
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.community import Community
from meshnode.board.trust.permissions import Office
from meshnode.board.trust.standing import Identity
from meshnode.board.versions import UPDATABLE, current, root_of
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject

Names = Mapping[Fingerprint, str]
"""Under which name the board shows everybody."""
NAMELESS: Names = MappingProxyType({})
"""Everybody goes by their plain names."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote something; `name` is as the board shows it, with digits where it would mislead."""

    identity: Identity
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """The newest version of a thing.

    Shapes: `root` is by which claims and levels name it; `author` is None where what vouches for
    it is not here any more.
    """

    thing: SignedObject
    root: ShortId
    author: Author | None
    moderation: Moderation

    @property
    def is_hidden(self) -> bool:
        """Whether moderation hides it."""
        return self.moderation.is_hidden


def items(
    rules: NeighbourhoodRules,
    kind: Kind,
    names: Names = NAMELESS,
    *,
    minute: int,
    with_hidden: bool = False,
) -> list[Item]:
    """Return the things of one updatable kind that are not over at `minute`, newest first."""
    versions: dict[tuple[ShortId, Fingerprint | None], list[SignedObject]] = {}
    for thing in rules.register.of_kind(kind):
        if thing.expires_min <= minute:
            continue
        author = rules.author_of(thing)
        key = root_of(thing), None if author is None else author.fingerprint
        versions.setdefault(key, []).append(thing)
    found = (item_of(current(same), rules, names) for same in versions.values())
    shown = (one for one in found if with_hidden or not one.is_hidden)
    return sorted(shown, key=lambda one: (-one.thing.created_min, one.thing.id))


def item_of(thing: SignedObject, rules: NeighbourhoodRules, names: Names = NAMELESS) -> Item:
    """Return an accepted object as people see it."""
    notices = notices_among(rules.notices_about(thing), rules, names)
    author = author_of(rules.author_of(thing), rules, names)
    return Item(thing, root_of(thing), author, moderate(notices))


def named(rules: NeighbourhoodRules, kind: Kind, root: ShortId) -> Iterator[SignedObject]:
    """Yield the versions of the things of a kind that have this root; seldom more than one."""
    for thing in rules.register.targets(root).values():
        if thing.kind == kind and root_of(thing) == root:
            yield thing


def hidden_ids(rules: NeighbourhoodRules) -> set[ObjectId]:
    """Return the objects that moderation hides."""
    return {
        thing.id
        for thing in rules.register.noticed_things()
        if moderate(notices_among(rules.notices_about(thing), rules, NAMELESS)).is_hidden
    }


def outdated_ids(rules: NeighbourhoodRules) -> set[ObjectId]:
    """Return the held versions of things of which a newer one by their author is held as well."""
    outdated: set[ObjectId] = set()
    for thing in (one for kind in UPDATABLE for one in rules.register.of_kind(kind)):
        versions = rules.register.versions_of(thing) if thing.parent is not None else ()
        if len(versions) > 1:
            author = rules.author_of(thing)
            own = [one for one in versions if rules.author_of(one) == author]
            newest = current(own)
            outdated.update(one.id for one in own if one.id != newest.id)
    return outdated


def notices_among(
    things: Iterable[SignedObject], rules: NeighbourhoodRules, names: Names
) -> list[Notice]:
    """Return the notices among these held objects, by those who may."""
    notices: list[Notice] = []
    for thing in things:
        by = rules.author_of(thing) if thing.kind == Kind.NOTICE else None
        if by is not None and rules.may_say(thing):
            notices.append(notice_of(thing, by.fingerprint, name_of(by, rules, names)))
    return notices


def author_of(
    identity: Identity | None, rules: Community, names: Names = NAMELESS
) -> Author | None:
    """Return who somebody is, as the board shows it."""
    if identity is None:
        return None
    offices = rules.offices(identity) - {Office.MEMBER, Office.NODE}
    return Author(identity, name_of(identity, rules, names), tuple(sorted(offices)))


def name_of(identity: Identity, rules: Community, names: Names = NAMELESS) -> str:
    """Return under which name the board shows somebody."""
    return names.get(identity.fingerprint) or rules.name_of(identity)
