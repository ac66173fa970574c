"""Register: the held objects that others refer to, by what they refer with.

Not for: who may say what (`rules`). Invariant: it holds what `add` was given and `remove` was not.
"""

from collections.abc import Iterable, Iterator

from meshnode.board.accounts import REPLACEABLE
from meshnode.board.evidence import GOVERNANCE
from meshnode.board.notice import Act, read_notice_head
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject

_Table = dict[ShortId, dict[ObjectId, SignedObject]]


class Register:
    """What withdrawals, notices and newer versions are about."""

    def __init__(self) -> None:
        self._newest: dict[tuple[int, KeyId], dict[ObjectId, SignedObject]] = {}
        self._targets: _Table = {}
        """What can be withdrawn or moderated, by short id."""
        self._withdrawals: _Table = {}
        self._notices: _Table = {}

    def add(self, thing: SignedObject) -> None:
        """An object joined the set."""
        for table, key in self._places(thing):
            table.setdefault(key, {})[thing.id] = thing
        if thing.kind in REPLACEABLE:
            self._newest.setdefault((thing.kind, thing.author), {})[thing.id] = thing

    def remove(self, thing: SignedObject) -> None:
        """An object left the set."""
        for table, key in self._places(thing):
            table.get(key, {}).pop(thing.id, None)
            if not table.get(key, True):
                del table[key]
        if thing.kind in REPLACEABLE:
            same = self._newest.get((thing.kind, thing.author), {})
            same.pop(thing.id, None)
            if not same:
                self._newest.pop((thing.kind, thing.author), None)

    def versions(self, kind: int, author: KeyId) -> Iterable[SignedObject]:
        """Return the profiles or prekeys signed by keys with this id."""
        return self._newest.get((kind, author), {}).values()

    def targets(self, short_id: ShortId | None) -> dict[ObjectId, SignedObject]:
        """Return what can be withdrawn or moderated and has this short id."""
        return self._targets.get(short_id or ShortId(b""), {})

    def withdrawals(self, short_id: ShortId) -> Iterable[SignedObject]:
        """Return the withdrawals that name this short id."""
        return self._withdrawals.get(short_id, {}).values()

    def notices_on(self, target: ObjectId) -> list[SignedObject]:
        """Return the notices of moderation on an object, in the order in which they were made."""
        some = self._notices.get(ShortId(target[:4]), {}).values()
        on_target = [one for one in some if noticed(one) == target]
        return sorted(on_target, key=lambda one: (one.created_min, one.sequence, one.id))

    def erasures_of(self, target: ObjectId) -> Iterator[SignedObject]:
        """Yield the notices that erase an object."""
        for one in self.notices_on(target):
            if read_notice_head(one.body, one.parent).act is Act.ERASE:
                yield one

    def meant_by(self, act: SignedObject) -> list[SignedObject]:
        """Return the held objects that a withdrawal or a notice is about."""
        targets = self.targets(act.parent)
        if act.kind == Kind.NOTICE:
            target = targets.get(noticed(act))
            return [] if target is None else [target]
        return list(targets.values())

    def _places(self, thing: SignedObject) -> Iterator[tuple[_Table, ShortId]]:
        """Yield the tables in which an object stands, and under which short id."""
        match thing.kind:
            case Kind.WITHDRAWAL if thing.parent is not None:
                yield self._withdrawals, thing.parent
            case Kind.NOTICE if thing.parent is not None:
                yield self._notices, thing.parent
            case kind if kind not in REPLACEABLE:
                yield self._targets, thing.short_id


def is_target(thing: SignedObject) -> bool:
    """Return whether a withdrawal can take something back: acts of authority are revoked."""
    return thing.kind not in (*REPLACEABLE, *GOVERNANCE, Kind.WITHDRAWAL, Kind.NOTICE)


def noticed(notice: SignedObject) -> ObjectId:
    """Return what a notice is about."""
    return read_notice_head(notice.body, notice.parent).target


def newness(thing: SignedObject) -> tuple[int, int, ObjectId]:
    """Which of an author's objects counts: one never replaces another that outlives it.

    Otherwise a node that has forgotten the newer one would take the older one back.
    """
    return thing.expires_min, thing.sequence, thing.id
