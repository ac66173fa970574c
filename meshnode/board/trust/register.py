"""Register: the held objects that others refer to, by what they refer with.

Not for: who may say what (`rules`). Invariant: it holds what `add` was given and `remove` was not.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from meshnode.board.bulletins.notice import Act, read_notice_head
from meshnode.board.table import Table
from meshnode.board.trust.accounts import REPLACEABLE
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.versions import (
    REFERRING,
    UPDATABLE,
    is_update,
    known_as,
    root_of,
)
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject

INDEXED: Final = frozenset({*UPDATABLE, *REFERRING})
"""Kinds that are looked for by kind."""
_NOT_TAKEN_BACK: Final = frozenset(
    {*REPLACEABLE, *GOVERNANCE, *REFERRING, Kind.WITHDRAWAL, Kind.NOTICE}
)
"""Acts: they are followed by other acts, not taken back."""


class Register:
    """What withdrawals, notices, steps and newer versions are about."""

    def __init__(self) -> None:
        self._newest: dict[tuple[int, KeyId, ShortId | None], dict[ObjectId, SignedObject]] = {}
        self._targets = Table()
        """What can be withdrawn or moderated, by short id, and updates by their root as well."""
        self._withdrawals = Table()
        self._notices = Table()
        self._children = Table()
        self._kinds: dict[int, dict[ObjectId, SignedObject]] = {}
        self._revisions: dict[int, int] = {}

    def add(self, thing: SignedObject) -> None:
        """An object joined the set."""
        for table, key in self._places(thing):
            table.add(key, thing)
        if thing.kind in REPLACEABLE:
            self._newest.setdefault(_slot(thing), {})[thing.id] = thing
        if thing.kind in INDEXED:
            self._kinds.setdefault(thing.kind, {})[thing.id] = thing
        self._revisions[thing.kind] = self._revisions.get(thing.kind, 0) + 1

    def remove(self, thing: SignedObject) -> None:
        """An object left the set."""
        for table, key in self._places(thing):
            table.remove(key, thing)
        if thing.kind in REPLACEABLE:
            same = self._newest.get(_slot(thing), {})
            same.pop(thing.id, None)
            if not same:
                self._newest.pop(_slot(thing), None)
        self._kinds.get(thing.kind, {}).pop(thing.id, None)
        self._revisions[thing.kind] = self._revisions.get(thing.kind, 0) + 1

    def of_kind(self, kind: int) -> Collection[SignedObject]:
        """Return the held objects of one of the `INDEXED` kinds, in the order of their arrival."""
        return self._kinds.get(kind, {}).values()

    def children(self, root: ShortId, kind: int) -> list[SignedObject]:
        """Return the held objects of one of the `REFERRING` kinds that are about `root`."""
        return [one for one in self._children.under(root).values() if one.kind == kind]

    def revision(self, *kinds: int) -> int:
        """Return a number that changes whenever an object of these kinds joins or leaves."""
        return sum(self._revisions.get(kind, 0) for kind in kinds)

    def versions(
        self, kind: int, author: KeyId, parent: ShortId | None = None
    ) -> Collection[SignedObject]:
        """Return the replaceable objects of a kind about a parent, by keys with this id."""
        return self._newest.get((kind, author, parent), {}).values()

    def versions_of(self, thing: SignedObject) -> list[SignedObject]:
        """Return the held versions of an updatable thing, whoever signed them; itself as well."""
        same = self._targets.under(root_of(thing)).values()
        return [one for one in same if one.kind == thing.kind and root_of(one) == root_of(thing)]

    def targets(self, short_id: ShortId | None) -> dict[ObjectId, SignedObject]:
        """Return what can be withdrawn or moderated and has this short id, or this root."""
        return self._targets.under(short_id or ShortId(b""))

    def withdrawals(self, thing: SignedObject) -> Iterator[SignedObject]:
        """Yield the withdrawals that name a thing; an update is named by its root alone."""
        yield from self._withdrawals.under(known_as(thing)).values()

    def withdrawals_of(self, root: ShortId) -> Iterator[SignedObject]:
        """Yield the withdrawals that name a root, whoever signed them and whatever is held."""
        yield from self._withdrawals.under(root).values()

    def notices_on(self, target: ObjectId) -> list[SignedObject]:
        """Return the notices of moderation on an object, in the order in which they were made."""
        some = self._notices.under(ShortId(target[:4])).values()
        return _in_order(one for one in some if noticed(one) == target)

    def noticed_things(self) -> Iterator[SignedObject]:
        """Yield the held objects that notices of moderation may be about."""
        for short_id in self._notices:
            yield from self.targets(short_id).values()

    def notices_near(self, thing: SignedObject) -> list[SignedObject]:
        """Return the notices on an object, or on whatever has its root as short id."""
        some = self._notices.under(thing.short_id)
        some |= self._notices.under(known_as(thing))
        return _in_order(some.values())

    def erasures_of(self, thing: SignedObject) -> Iterator[SignedObject]:
        """Yield the notices that erase something with the short id by which a thing is known."""
        for one in self._notices.under(known_as(thing)).values():
            if read_notice_head(one.body, one.parent).act is Act.ERASE:
                yield one

    def meant_by(self, act: SignedObject) -> list[SignedObject]:
        """Return the held objects that a withdrawal or a notice may be about, by short id."""
        known = [one for one in self.targets(act.parent).values() if known_as(one) == act.parent]
        if act.kind != Kind.NOTICE:
            return known
        target = self.targets(act.parent).get(noticed(act))
        return known if target is None else [target]

    def _places(self, thing: SignedObject) -> Iterator[tuple[Table, ShortId]]:
        """Yield the tables in which an object stands, and under which short id."""
        match thing.kind:
            case Kind.WITHDRAWAL if thing.parent is not None:
                yield self._withdrawals, thing.parent
                return
            case Kind.NOTICE if thing.parent is not None:
                yield self._notices, thing.parent
                return
            case kind if kind in REFERRING and thing.parent is not None:
                yield self._children, thing.parent
            case kind if is_update(thing):
                yield self._targets, root_of(thing)
        if thing.kind not in REPLACEABLE or thing.kind in REFERRING:
            yield self._targets, thing.short_id


def _in_order(notices: Iterable[SignedObject]) -> list[SignedObject]:
    return sorted(notices, key=lambda one: (one.created_min, one.sequence, one.id))


def is_target(thing: SignedObject) -> bool:
    """Return whether a withdrawal can take something back: acts are followed by acts."""
    return thing.kind not in _NOT_TAKEN_BACK


def noticed(notice: SignedObject) -> ObjectId:
    """Return what a notice is about."""
    return read_notice_head(notice.body, notice.parent).target


def newness(thing: SignedObject) -> tuple[int, int, ObjectId]:
    """Which of an author's objects counts: one never replaces another that outlives it.

    Otherwise a node that has forgotten the newer one would take the older one back.
    """
    return thing.expires_min, thing.sequence, thing.id


def _slot(thing: SignedObject) -> tuple[int, KeyId, ShortId | None]:
    return thing.kind, thing.author, thing.parent if thing.kind in REFERRING else None
