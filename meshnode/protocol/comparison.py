"""What a neighbour's beacon says about the difference between its set and ours.

A decoded sketch that is too small for the difference yields a wrong element with a probability
that cannot matter: a wrong one of ours is one superfluous repair in four thousand million, a
wrong one of theirs makes us ask once more. The counts catch nearly all of them before.
Source: docs/spec/frames.md section 3.
"""

from dataclasses import dataclass, field

from meshnode.protocol.frames import COUNT_MAX, SYNDROME_BYTES, Beacon, Scope
from meshnode.protocol.inventory import (
    SYNDROMES_MAX,
    Digest,
    Inventory,
    check_bits,
    element,
    variant_at,
)
from meshnode.protocol.object import ObjectId


@dataclass(frozen=True, slots=True)
class Same:
    """Both hold the same."""


@dataclass(frozen=True, slots=True)
class Different:
    """`they_lack` are objects of ours; `we_lack` are sketch elements that we cannot name.

    `is_certain`: it is the whole difference, not merely one that the syndromes allow.
    """

    they_lack: tuple[ObjectId, ...]
    we_lack: tuple[int, ...]
    is_certain: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Unclear:
    """The sets differ by more than the sketch can say; `estimate` is a guess at how much.

    `behind`: how many objects fewer than we the sender counts; below zero: it counts more.
    """

    estimate: int
    behind: int


Comparison = Same | Different | Unclear


@dataclass(frozen=True, slots=True)
class Sketched:
    """A difference that has to be decoded first, and what it takes to understand the result.

    `revision` says of which state of our set it is the difference.
    """

    difference: bytes
    check: int
    syndrome_count: int
    surplus: int
    estimate: int
    revision: int


def compare(beacon: Beacon, inventory: Inventory) -> Comparison | Sketched:
    """Return how the sender's set differs from ours over what the beacon covers."""
    syndrome_count = min(len(beacon.syndromes) // SYNDROME_BYTES, SYNDROMES_MAX)
    mine = own_digest(beacon, inventory, syndrome_count)
    theirs = beacon.syndromes[: syndrome_count * SYNDROME_BYTES]
    mine_count = min(mine.count, COUNT_MAX)
    if (mine_count, mine.check, mine.syndromes) == (beacon.count, beacon.check, theirs):
        return Same()
    if beacon.count == 0:
        return Different(_covered(beacon, inventory), (), is_certain=True)
    return Sketched(
        difference=_xor(mine.syndromes, theirs),
        check=mine.check ^ beacon.check,
        syndrome_count=syndrome_count,
        surplus=beacon.count - mine_count,
        estimate=max(abs(mine.count - beacon.count), syndrome_count + 1),
        revision=inventory.revision,
    )


def explain(
    elements: list[int] | None, sketched: Sketched, beacon: Beacon, inventory: Inventory
) -> Comparison:
    """Return what the decoded elements mean; `inventory` is still what it was."""
    found = None
    if elements is not None:
        found = _explain(elements, sketched, beacon, inventory)
    return found or Unclear(sketched.estimate, behind=-sketched.surplus)


def _explain(
    elements: list[int], sketched: Sketched, beacon: Beacon, inventory: Inventory
) -> Different | None:
    surplus = sketched.surplus
    check = sketched.check
    they_lack: list[ObjectId] = []
    we_lack: list[int] = []
    own_count = 0
    for value in elements:
        known = inventory.known_element(value, beacon.cutoff_hour)
        if known is not None:
            check ^= check_bits(known, variant_at(beacon.cutoff_hour))
        if known is None:
            we_lack.append(value)
        elif known in inventory:
            they_lack.append(known)
            own_count += 1
        elif inventory.counts_gone(known, beacon.cutoff_hour):
            own_count += 1
        else:
            # They hold what left our set for good: nothing for us to ask for.
            surplus -= 1
    if len(we_lack) - own_count != surplus and beacon.count < COUNT_MAX:
        return None
    # As many elements as syndromes can always be found, be they true or not: then the check has
    # to agree, which takes ids that we know. Each further syndrome is a proof of its own.
    is_certain = len(elements) < sketched.syndrome_count if we_lack else check == 0
    return Different(tuple(they_lack), tuple(we_lack), is_certain)


def own_digest(beacon: Beacon, inventory: Inventory, syndrome_count: int) -> Digest:
    """Return what we would say in the place of a beacon's sender."""
    if beacon.scope is Scope.URGENT:
        return inventory.urgent_digest(beacon.cutoff_hour, syndrome_count)
    if beacon.depth == 0:
        return inventory.digest(beacon.cutoff_hour, syndrome_count)
    return inventory.bucket_digest(
        beacon.cutoff_hour,
        depth=beacon.depth,
        bucket=beacon.bucket,
        syndrome_count=syndrome_count,
    )


def _covered(beacon: Beacon, inventory: Inventory) -> tuple[ObjectId, ...]:
    if beacon.scope is Scope.URGENT:
        return tuple(inventory.urgent(beacon.cutoff_hour))
    variant = variant_at(beacon.cutoff_hour)
    return tuple(
        held.object.id
        for held in inventory.covered(beacon.cutoff_hour)
        if element(held.object.id, variant) >> (32 - beacon.depth) == beacon.bucket
    )


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")
