"""What a neighbour's beacon, or a stream peer's total, says about what it holds of ours.

Not for: what to do about it (`repairs`, `stream`). Invariants: what cannot be understood without
doubt ends what was known; a lone syndrome that explains itself by an object that we do not know
proves nothing, because a syndrome always explains itself.
Source: docs/spec/frames.md section 9.
"""

from collections.abc import Sequence

from meshnode.protocol.comparison import Comparison, Different, Same, Unclear, own_digest
from meshnode.protocol.frames import SYNDROME_BYTES, Beacon, Scope, Total
from meshnode.protocol.holdings import LACKING_MAX, Holding
from meshnode.protocol.idset import SUM_MODULUS
from meshnode.protocol.inventory import SYNDROMES_MAX, Inventory
from meshnode.protocol.object import ObjectId
from meshnode.protocol.rangewire import digest


def learn_beacon(
    holding: Holding, comparison: Comparison, beacon: Beacon, inventory: Inventory, *, heard_ms: int
) -> None:
    """Take note of what a beacon proves; `inventory` is still what it was compared with."""
    is_whole = beacon.scope is Scope.ALL and beacon.depth == 0
    match comparison:
        case Same() if is_whole:
            learn_same(holding, beacon.cutoff_hour, inventory, heard_ms=heard_ms)
        case Same():
            if beacon.scope is Scope.URGENT:
                holding.has(inventory.urgent(beacon.cutoff_hour), heard_ms)
        case Different(they_lack, _, is_certain=True):
            if is_whole and len(they_lack) <= LACKING_MAX:
                _compared(holding, beacon.cutoff_hour, they_lack, inventory, heard_ms)
                return
            holding.forget()
            if beacon.scope is Scope.URGENT:
                lacking = frozenset(they_lack)
                urgent = inventory.urgent(beacon.cutoff_hour)
                holding.has((one for one in urgent if one not in lacking), heard_ms)
            holding.lacks([inventory.held[one] for one in they_lack], heard_ms)
        case Different():
            holding.forget()
        case Unclear():
            holding.forget()
            newest = _lacks_newest(beacon, inventory) if is_whole else None
            if newest is not None:
                _compared(holding, beacon.cutoff_hour, newest, inventory, heard_ms)


def learn_same(holding: Holding, cutoff_hour: int, inventory: Inventory, *, heard_ms: int) -> None:
    """Take note that somebody holds exactly what we hold and the cutoff covers."""
    _compared(holding, cutoff_hour, (), inventory, heard_ms)


def learn_total(holding: Holding, total: Total, inventory: Inventory, *, heard_ms: int) -> None:
    """Take note of what a stream peer's total proves: all of ours, or all but the newest."""
    ids = inventory.ids_at(total.cutoff_hour)
    behind = len(ids) - total.count
    if 0 <= behind <= LACKING_MAX:
        newest = inventory.newest(total.cutoff_hour, behind)
        lacking_sum = sum(int.from_bytes(one, "big") for one in newest)
        rest_sum = (ids.sum(0, len(ids)) - lacking_sum) % SUM_MODULUS
        if digest(total.count, rest_sum) == total.digest:
            _compared(holding, total.cutoff_hour, newest, inventory, heard_ms)
            return
    holding.forget_comparison()


def _compared(
    holding: Holding,
    cutoff_hour: int,
    lacking: Sequence[ObjectId],
    inventory: Inventory,
    heard_ms: int,
) -> None:
    holding.compared(
        through=inventory.arrivals, cutoff_hour=cutoff_hour, lacking=lacking, now_ms=heard_ms
    )


def _lacks_newest(beacon: Beacon, inventory: Inventory) -> list[ObjectId] | None:
    """Return what came last here, if that is exactly what the sender lacks.

    Whoever said nothing yet of what has just been posted says so with a beacon that is too short
    to name it.
    """
    count = min(len(beacon.syndromes) // SYNDROME_BYTES, SYNDROMES_MAX)
    behind = own_digest(beacon, inventory, count).count - beacon.count
    if not 0 < behind <= LACKING_MAX:
        return None
    newest = inventory.newest(beacon.cutoff_hour, behind)
    rest = inventory.digest_without(newest, beacon.cutoff_hour, count)
    theirs = beacon.syndromes[: count * SYNDROME_BYTES]
    is_so = (rest.count, rest.check, rest.syndromes) == (beacon.count, beacon.check, theirs)
    return newest if is_so else None
