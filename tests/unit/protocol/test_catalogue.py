"""What whoever lacks much is told, and how often."""

from itertools import pairwise

from meshnode.protocol.catalogue import (
    ASKERS_MAX,
    FUTILE_MAX,
    PATIENCE_MS,
    PATIENCE_MS_MAX,
    PORTION_OBJECTS,
    PROGRESS_MAX,
    REPEATED_LATELY_MS,
    Catalogue,
)
from meshnode.protocol.inventory import Held
from meshnode.protocol.priority import Priority
from meshnode.protocol.said import Said
from tests.community import ANNA, MINUTE, bulletin

BOARD = [
    Held(bulletin(ANNA, "x", sequence=number, minute=MINUTE - number), Priority.ORDINARY)
    for number in range(3 * PORTION_OBJECTS)
]
"""In the order in which they joined; the first of them was made last."""
LAST_FIRST = BOARD[::-1]
ASKER = b"\1\1"


def told(catalogue: Catalogue, count: int, now_ms: int, asker: bytes = ASKER) -> list[Held]:
    return catalogue.portion(BOARD, asker, count=count, now_ms=now_ms)


def test_the_first_portion_is_the_most_urgent_and_then_what_came_last() -> None:
    alert = Held(bulletin(ANNA, "x", sequence=99, minute=MINUTE - 900), Priority.URGENT)
    portion = Catalogue(Said()).portion([alert, *BOARD], ASKER, count=0, now_ms=0)
    assert portion == [alert, *LAST_FIRST[: PORTION_OBJECTS - 1]]


def test_what_was_repeated_lately_is_left_out_whoever_repeated_it() -> None:
    said = Said()
    for held in LAST_FIRST[:PORTION_OBJECTS]:
        said.note(held.object.id, b"zz", 1_000, is_repair=True)
    catalogue = Catalogue(said)
    behind = LAST_FIRST[PORTION_OBJECTS:][:PORTION_OBJECTS]
    assert told(catalogue, 5, 1_000 + REPEATED_LATELY_MS) == behind
    later = Catalogue(said)
    assert told(later, 5, 1_001 + REPEATED_LATELY_MS) == LAST_FIRST[:PORTION_OBJECTS]


def test_what_was_said_only_once_is_told_to_who_was_away() -> None:
    said = Said()
    for held in BOARD:
        said.note(held.object.id, b"zz", 1_000)
    assert told(Catalogue(said), 5, 2_000) == LAST_FIRST[:PORTION_OBJECTS]


def test_a_count_that_jumps_is_not_progress() -> None:
    def told_after(step: int) -> int:
        catalogue = Catalogue(Said())
        return sum(bool(told(catalogue, step * asked, asked)) for asked in range(6))

    assert told_after(PROGRESS_MAX) == 6
    assert told_after(PROGRESS_MAX + 1) == FUTILE_MAX


def test_who_gains_is_told_on_and_on() -> None:
    catalogue = Catalogue(Said())
    assert all(told(catalogue, count, count) for count in range(20))


def test_who_gains_nothing_is_told_more_and_more_rarely_but_not_never() -> None:
    catalogue = Catalogue(Said())
    times_ms = [
        now_ms for now_ms in range(0, 8 * PATIENCE_MS_MAX, 60_000) if told(catalogue, 2, now_ms)
    ]
    assert times_ms[:FUTILE_MAX] == [60_000 * number for number in range(FUTILE_MAX)]
    gaps_ms = [later - one for one, later in pairwise(times_ms[FUTILE_MAX - 1 :])]
    assert gaps_ms[:3] == [PATIENCE_MS, 2 * PATIENCE_MS, PATIENCE_MS_MAX]
    assert gaps_ms == sorted(gaps_ms)
    assert gaps_ms[-1] == PATIENCE_MS_MAX


def test_who_gained_at_last_is_told_on_without_a_pause() -> None:
    catalogue = Catalogue(Said())
    for now_ms in range(FUTILE_MAX):
        assert told(catalogue, 2, now_ms)
    assert not told(catalogue, 2, PATIENCE_MS)
    begin_ms = 2 * PATIENCE_MS
    assert all(told(catalogue, 3 + step, begin_ms + step) for step in range(5))


def test_as_many_askers_are_remembered_and_the_one_that_asked_longest_ago_is_forgotten() -> None:
    catalogue = Catalogue(Said())
    for now_ms in range(FUTILE_MAX + 1):
        told(catalogue, 2, now_ms)
    for number in range(ASKERS_MAX):
        assert told(catalogue, 2, 10, asker=bytes([2, number]))
    assert told(catalogue, 2, 10)
