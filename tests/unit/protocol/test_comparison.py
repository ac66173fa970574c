"""What a beacon says about two sets."""

from meshnode.protocol.comparison import (
    Comparison,
    Different,
    Same,
    Sketched,
    Unclear,
    compare,
    explain,
)
from meshnode.protocol.frames import COUNT_MAX, Beacon
from meshnode.protocol.inventory import (
    HOUR_MINUTES,
    SYNDROMES_MAX,
    Inventory,
    element,
    expiry_hour,
    variant_at,
)
from meshnode.protocol.limits import GONE_MINUTES
from meshnode.protocol.object import SignedObject
from meshnode.protocol.priority import Priority
from meshnode.protocol.sketch import decode
from tests.community import ANNA, MINUTE, sized, withdrawal

HOUR = MINUTE // HOUR_MINUTES
BASE = sized(ANNA, 100)
THINGS = [withdrawal(ANNA, BASE, sequence=number) for number in range(100)]


def inventory(objects: list[SignedObject]) -> Inventory:
    made = Inventory()
    for thing in objects:
        made.add(thing, Priority.ORDINARY)
    return made


def beacon(
    theirs: Inventory,
    *,
    syndromes: int = 4,
    hour: int = HOUR,
    depth: int = 0,
    bucket: int = 0,
    check: int = 0,
) -> Beacon:
    digest = (
        theirs.bucket_digest(hour, depth=depth, bucket=bucket, syndrome_count=syndromes)
        if depth
        else theirs.digest(hour, syndromes)
    )
    return Beacon(
        cutoff_hour=hour,
        depth=depth,
        bucket=bucket,
        count=digest.count,
        check=digest.check ^ check,
        partials=(),
        syndromes=digest.syndromes,
    )


def compared(beacon: Beacon, inventory: Inventory) -> Comparison:
    """Compare as the engine does: what has to be decoded is decoded."""
    comparison = compare(beacon, inventory)
    if not isinstance(comparison, Sketched):
        return comparison
    elements = decode(comparison.difference, effort=comparison.syndrome_count)
    return explain(elements, comparison, beacon, inventory)


def between(mine: list[SignedObject], theirs: list[SignedObject], syndromes: int = 4) -> Comparison:
    return compared(beacon(inventory(theirs), syndromes=syndromes), inventory(mine))


def elements(objects: list[SignedObject]) -> list[int]:
    return sorted(element(thing.id, variant_at(HOUR)) for thing in objects)


def test_equal_sets_are_the_same_at_one_syndrome() -> None:
    assert between(THINGS, THINGS[::-1], 1) == Same()
    assert between([], [], 1) == Same()


def test_equal_counts_and_syndromes_with_another_check_are_not_the_same() -> None:
    sets = inventory(THINGS[:3])
    assert compared(beacon(sets, syndromes=1, check=1), sets) != Same()


def test_each_side_learns_what_it_and_what_the_other_lacks() -> None:
    result = between(THINGS[:12], THINGS[2:14])
    assert isinstance(result, Different)
    assert set(result.they_lack) == {thing.id for thing in THINGS[:2]}
    assert sorted(result.we_lack) == elements(THINGS[12:14])


def test_a_difference_as_large_as_the_sketch_is_understood_and_one_more_is_not() -> None:
    assert isinstance(between(THINGS[:10], THINGS[:14], 4), Different)
    assert between(THINGS[:10], THINGS[:15], 4) == Unclear(5, behind=-5)


def test_a_wrong_decoding_is_noticed_by_the_counts() -> None:
    # One syndrome always decodes, to a wrong element here.
    for extra in range(2, 12):
        assert between(THINGS[:20], THINGS[: 20 + extra], 1) == Unclear(extra, behind=-extra)


def test_an_empty_set_lacks_all_however_short_its_sketch() -> None:
    result = between(THINGS, [], 1)
    assert isinstance(result, Different)
    assert set(result.they_lack) == {thing.id for thing in THINGS}


def test_the_beacons_cutoff_decides_what_is_compared() -> None:
    long = [withdrawal(ANNA, BASE, sequence=200 + n, minutes=7 * 1440) for n in range(3)]
    mine, theirs = inventory([*THINGS[:5], *long]), inventory(long)
    after = expiry_hour(THINGS[0]) + 1
    assert compared(beacon(theirs, hour=after), mine) == Same()
    assert isinstance(compared(beacon(theirs, syndromes=8), mine), Different)


def test_what_expired_here_is_neither_offered_nor_wanted() -> None:
    mine, theirs = inventory(THINGS[:8]), inventory(THINGS[:8])
    mine.expire(expiry_hour(THINGS[0]) + 1)
    assert compared(beacon(theirs), mine) == Same()
    assert compared(beacon(inventory(THINGS[:6])), mine) == Different((), ())


def test_what_was_replaced_here_is_not_wanted_back() -> None:
    mine, theirs = inventory(THINGS[:8]), inventory(THINGS[:8])
    mine.remove(THINGS[0], reason="replaced", until_min=THINGS[0].expires_min + GONE_MINUTES)
    assert compared(beacon(theirs), mine) == Different((), ())


def test_a_bucket_is_compared_with_the_same_bucket() -> None:
    mine, theirs = inventory(THINGS[:60]), inventory(THINGS[:90])
    found: list[int] = []
    for bucket in range(4):
        result = compared(beacon(theirs, syndromes=24, depth=2, bucket=bucket), mine)
        assert isinstance(result, Different)
        assert result.they_lack == ()
        found += result.we_lack
    assert sorted(found) == elements(THINGS[60:90])


def test_an_empty_bucket_lacks_only_what_is_in_it() -> None:
    mine = inventory(THINGS[:40])
    offered = []
    for bucket in range(8):
        result = compared(beacon(inventory([]), depth=3, bucket=bucket), mine)
        if isinstance(result, Different):
            offered += result.they_lack
    assert sorted(offered) == sorted(thing.id for thing in THINGS[:40])


def test_more_syndromes_than_we_keep_are_left_aside() -> None:
    sets = inventory(THINGS)
    long = beacon(sets, syndromes=SYNDROMES_MAX)
    longer = Beacon(
        cutoff_hour=long.cutoff_hour,
        depth=0,
        bucket=0,
        count=long.count,
        check=long.check,
        partials=(),
        syndromes=long.syndromes + bytes(40),
    )
    assert compared(longer, sets) == Same()


def test_a_count_at_its_limit_is_not_believed_but_the_sketch_is() -> None:
    said = beacon(inventory(THINGS[:12]))
    full = Beacon(
        cutoff_hour=HOUR,
        depth=0,
        bucket=0,
        count=COUNT_MAX,
        check=said.check,
        partials=(),
        syndromes=said.syndromes,
    )
    result = compared(full, inventory(THINGS[:10]))
    assert isinstance(result, Different)
    assert sorted(result.we_lack) == elements(THINGS[10:12])


def sketched(mine: list[SignedObject], theirs: list[SignedObject], syndromes: int) -> Sketched:
    comparison = compare(beacon(inventory(theirs), syndromes=syndromes), inventory(mine))
    assert isinstance(comparison, Sketched)
    return comparison


def test_only_what_needs_no_decoding_is_said_at_once() -> None:
    sets = inventory(THINGS[:3])
    assert compare(beacon(sets), sets) == Same()
    assert isinstance(compare(beacon(inventory([])), sets), Different)
    waiting = sketched(THINGS[:3], THINGS[:9], 5)
    assert (waiting.syndrome_count, len(waiting.difference), waiting.surplus) == (5, 20, 6)


def test_what_cannot_be_decoded_is_unclear_by_the_difference_of_the_counts_at_least() -> None:
    for mine, theirs, estimate in ((2, 5, 4), (2, 40, 38), (40, 2, 38)):
        waiting = sketched(THINGS[:mine], THINGS[:theirs], 3)
        said = beacon(inventory(THINGS[:theirs]), syndromes=3)
        unclear = explain(None, waiting, said, inventory(THINGS[:mine]))
        assert unclear == Unclear(estimate, behind=mine - theirs)


def test_a_difference_names_the_state_of_the_set_that_it_is_of() -> None:
    sets, said = inventory(THINGS[:3]), beacon(inventory(THINGS[:5]))
    revisions = set()
    for change in (
        lambda: None,
        lambda: sets.add(THINGS[9], Priority.ORDINARY),
        lambda: sets.remove(THINGS[9], reason="replaced", until_min=MINUTE),
        lambda: sets.expire(expiry_hour(THINGS[0]) + 1),
    ):
        change()
        waiting = compare(said, sets)
        assert isinstance(waiting, Sketched)
        assert compare(said, sets) == waiting
        revisions.add(waiting.revision)
    assert len(revisions) == 4
