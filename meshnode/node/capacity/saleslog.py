"""The seller's own log: every booking and allotment that this node ever signed, and may not forget.

The set forgets what is over by a clock that may be wrong; who has forgotten what it sold could sell
it again. Invariants: an act stands here, on disk, before anybody hears of it; it leaves only if the
node's own rules refused it before anybody could, or a month after it ended; nothing is sold any
more of what closed before something that left so did, whatever the clock says then.
Source: docs/spec/capacity.md section 8.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from meshnode.board.capacity.books import ACT_KINDS, Name, read_act
from meshnode.protocol.effects import SaveSetting
from meshnode.protocol.errors import PeerError, StoreError
from meshnode.protocol.object import ObjectId, SignedObject, decode
from meshnode.store.port import DropSetting, Store

ACTS_MAX: Final = 60_000
"""Acts of a node: what it may sign in three months, six megabytes."""
KEPT_MINUTES: Final = 30 * 1440
"""So long after it ended an act is still known: who settles up late, and clocks that are wrong."""
_PREFIX: Final = "sale/"
_DOUBT: Final = "sales/doubt"
_FORGOTTEN: Final = "sales/forgotten"
_MINUTE_BYTES: Final = 4


class SalesLog:
    """What this node has sold and passed on, whatever the set holds now."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._acts: dict[ObjectId, SignedObject] = {}
        self._by_name: dict[Name, dict[ObjectId, SignedObject]] = {}
        self.is_in_doubt = False
        """Whether neighbours held acts of this node's that it had lost."""
        self.forgotten_min = 0
        """Acts that ended up to this minute are not all here: they were pruned."""

    def restore(self, settings: Mapping[str, bytes]) -> None:
        """Take over what the store kept."""
        self.is_in_doubt = settings.get(_DOUBT) == b"1"
        self.forgotten_min = int.from_bytes(settings.get(_FORGOTTEN, b""))
        for key, value in settings.items():
            if key.startswith(_PREFIX) and value:
                try:
                    thing = decode(value)
                except PeerError:
                    # The store compares checksums: a row that is not an object is not ours.
                    continue
                if thing.kind in ACT_KINDS:
                    self._keep(thing)

    def __contains__(self, thing: ObjectId) -> bool:
        return thing in self._acts

    def __iter__(self) -> Iterator[SignedObject]:
        return iter(list(self._acts.values()))

    @property
    def is_full(self) -> bool:
        """Whether no act fits any more."""
        return len(self._acts) >= ACTS_MAX

    def of(self, name: Name) -> list[SignedObject]:
        """Return all acts about one thing."""
        return list(self._by_name.get(name, {}).values())

    async def write(self, *things: SignedObject) -> None:
        """Remember acts; they are on disk on return.

        Raises:
            StoreError: They are not, and must not be told anybody.
        """
        # Kept before it is on disk: whoever is cancelled in between does not know whether it is
        # there, and must not sell the same units again.
        for thing in things:
            self._keep(thing)
        try:
            await self._store.apply([SaveSetting(_key(one), one.encoded) for one in things])
        except StoreError:
            for thing in things:
                self._drop(thing)
            raise

    async def strike(self, thing: SignedObject) -> None:
        """Forget an act that nobody has heard of and nobody will.

        Raises:
            StoreError: The disk takes nothing; it is remembered still.
        """
        await self._store.apply([DropSetting(_key(thing))])
        self._drop(thing)

    async def prune(self, *, minute: int, is_needed: Callable[[Name], bool]) -> int:
        """Forget all acts about things whose last act ended more than a month ago; return how many.

        Raises:
            StoreError: The disk takes nothing; all is remembered still.
        """
        over: list[SignedObject] = []
        for name, acts in self._by_name.items():
            ended_min = max((one.expires_min for one in acts.values()), default=0)
            if ended_min + KEPT_MINUTES < minute and not is_needed(name):
                over += acts.values()
        if not over:
            return 0
        forgotten_min = max(self.forgotten_min, *(one.expires_min for one in over))
        # In one batch: acts that are gone, and nothing that says so, could be sold again.
        await self._store.apply(
            [_forgotten(forgotten_min), *(DropSetting(_key(one)) for one in over)]
        )
        self.forgotten_min = forgotten_min
        for one in over:
            self._drop(one)
        return len(over)

    async def trust(self) -> None:
        """Take somebody's word that nothing is missing of what is not over.

        Raises:
            StoreError: The disk takes nothing.
        """
        await self._store.apply([_forgotten(0)])
        self.forgotten_min = 0
        await self.doubt(is_in_doubt=False)

    async def doubt(self, *, is_in_doubt: bool) -> None:
        """Remember whether this node knows all that it has signed.

        Raises:
            StoreError: The disk takes nothing.
        """
        await self._store.apply([SaveSetting(_DOUBT, b"1" if is_in_doubt else b"0")])
        self.is_in_doubt = is_in_doubt

    def _keep(self, thing: SignedObject) -> None:
        self._acts[thing.id] = thing
        self._by_name.setdefault(read_act(thing)[0], {})[thing.id] = thing

    def _drop(self, thing: SignedObject) -> None:
        self._acts.pop(thing.id, None)
        name = read_act(thing)[0]
        same = self._by_name.get(name, {})
        same.pop(thing.id, None)
        if not same:
            self._by_name.pop(name, None)


def _forgotten(minute: int) -> SaveSetting:
    return SaveSetting(_FORGOTTEN, minute.to_bytes(_MINUTE_BYTES))


def _key(thing: SignedObject) -> str:
    return f"{_PREFIX}{thing.id.hex()}"
