"""Symbols that were heard: what they give, what is asked for, and how much is kept."""

from dataclasses import replace

import pytest

from meshnode.protocol.batch import BatchId, Shape, compose
from meshnode.protocol.collector import (
    IDLE_MS_MAX,
    KNOWN_MAX,
    OPEN_MAX,
    UNANSWERED_MAX,
    Collector,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import Partial, Symbol

OBJECTS = [b"a" * 10, b"b" * 3, b"c" * 20]
BATCH = compose(OBJECTS, 11)
"""Four data symbols; the objects begin in symbols 0, 1 and 1."""


def symbol(index: int, batch=BATCH, *, data: bytes | None = None) -> Symbol:
    return Symbol(batch.shape, index, 0, batch.symbol(index) if data is None else data)


def numbered(number: int, *, count: int = 4) -> Symbol:
    """Return a symbol of a batch that nobody has."""
    return Symbol(Shape(BatchId(number.to_bytes(4, "big")), count, 11), 0, 0, b"\xff" + b"x" * 10)


def hear(collector: Collector, *indices: int, batch=BATCH, now_ms: int = 0) -> list[bytes]:
    """Return what the last of these symbols gives."""
    encoded: list[bytes] = []
    for index in indices:
        encoded = collector.hear(symbol(index, batch), now_ms)
    return encoded


def asked(collector: Collector, *, lacks: bool = False) -> list[tuple[bytes, int]]:
    return [(one.batch, one.missing) for one in collector.partials(3, lacks=lacks)]


# What symbols give


def test_an_object_is_there_as_soon_as_its_bytes_are() -> None:
    collector = Collector()
    assert hear(collector, 1) == [OBJECTS[1]]
    assert hear(collector, 0) == [OBJECTS[0]]
    assert hear(collector, 2) == []


@pytest.mark.parametrize("indices", [(0, 1, 2, 3), (3, 0, 2, 1), (9, 200, 255, 4), (2, 77, 0, 8)])
def test_as_many_symbols_as_the_batch_has_data_give_all_of_it(indices: tuple[int, ...]) -> None:
    collector = Collector()
    hear(collector, *indices[:-1])
    assert collector.known(BATCH.shape.id) is None
    assert hear(collector, indices[-1]) == OBJECTS
    known = collector.known(BATCH.shape.id)
    assert known is not None
    assert (known.shape, known.data, known.ids) == (BATCH.shape, BATCH.data, BATCH.ids)
    assert known.used == set(indices)
    assert collector.missing(BATCH.shape) == 0


def test_a_sum_alone_gives_nothing_and_a_symbol_heard_twice_counts_once() -> None:
    collector = Collector()
    assert hear(collector, 9, 9) == []
    assert collector.missing(BATCH.shape) == 3
    hear(collector, 9, 0, 0)
    assert collector.missing(BATCH.shape) == 2


def test_what_is_said_of_a_known_batch_is_noted_and_gives_nothing() -> None:
    collector = Collector()
    hear(collector, 0, 1, 2, 3)
    assert hear(collector, 9, 10, 0) == []
    known = collector.known(BATCH.shape.id)
    assert known is not None
    assert known.used == {0, 1, 2, 3, 9, 10}
    assert collector.missing(BATCH.shape) == 0


def test_symbols_of_another_shape_are_another_collection() -> None:
    other = compose(OBJECTS, 14)
    assert other.shape.id == BATCH.shape.id
    assert other.shape != BATCH.shape
    collector = Collector()
    hear(collector, 0, 1, 9)
    assert hear(collector, 2, batch=other) == []
    assert (collector.missing(BATCH.shape), collector.missing(other.shape)) == (1, 2)
    assert hear(collector, 2) == OBJECTS


def test_a_known_batch_is_collected_again_in_another_shape_and_then_has_that_one() -> None:
    other = compose(OBJECTS, 14)
    collector = Collector()
    hear(collector, 0, 1, 2, 3)
    assert hear(collector, 0, 1, 2, batch=other) == OBJECTS
    known = collector.known(BATCH.shape.id)
    assert known is not None
    assert known.shape == other.shape


# What cannot be right


def test_symbols_that_do_not_make_the_batch_are_refused_and_all_of_it_is_forgotten() -> None:
    collector = Collector()
    hear(collector, 0, 2)
    collector.hear(symbol(7, data=b"\xff" * 10), 0)
    with pytest.raises(PeerError) as refused:
        hear(collector, 1)
    assert refused.value.reason == "bad_batch"
    assert collector.known(BATCH.shape.id) is None
    assert collector.missing(BATCH.shape) == 0
    assert asked(collector, lacks=True) == []


def test_after_a_forged_symbol_clean_ones_still_give_everything() -> None:
    for forged in range(4):
        collector = Collector()
        collector.hear(symbol(forged, data=b"\x00\x01x" + b"y" * 7), 0)
        with pytest.raises(PeerError):
            hear(collector, *(index for index in range(4) if index != forged))
        assert hear(collector, 0, 1, 2, 3) == OBJECTS


def test_a_symbol_that_is_heard_clean_replaces_the_forged_one() -> None:
    collector = Collector()
    collector.hear(symbol(0, data=b"\xff" * 10), 0)
    assert hear(collector, 0, 1, 2, 3) == OBJECTS


# What is kept


def test_the_batch_that_is_idle_for_longest_makes_room() -> None:
    collector = Collector()
    hear(collector, 0, 1, 9)
    for number in range(OPEN_MAX - 1):
        collector.hear(numbered(number), 1)
    hear(collector, 0)  # Heard of again: now the first of the others is idle for longest.
    collector.hear(numbered(99), 2)
    assert collector.missing(BATCH.shape) == 1
    assert collector.missing(numbered(0).shape) == 0
    assert collector.missing(numbered(1).shape) == 3


def test_what_got_no_symbol_for_an_hour_is_given_up() -> None:
    for late_ms, missing in ((IDLE_MS_MAX, 1), (IDLE_MS_MAX + 1, 3)):
        collector = Collector()
        hear(collector, 9, 1, now_ms=5)
        hear(collector, 2, now_ms=5 + late_ms)
        assert collector.missing(BATCH.shape) == missing


def test_a_batch_complete_the_longest_ago_is_forgotten_first() -> None:
    collector = Collector()
    batches = [compose([b"%3d" % number], 11) for number in range(KNOWN_MAX + 1)]
    for batch in batches:
        assert hear(collector, 0, batch=batch) != []
    known = [collector.known(batch.shape.id) is not None for batch in batches]
    assert known == [False] + [True] * KNOWN_MAX


def test_a_batch_that_we_make_again_is_the_one_remembered() -> None:
    collector = Collector()
    first = compose(OBJECTS, 11)
    assert collector.remember(first) is first
    first.used.add(9)
    assert collector.remember(compose(OBJECTS, 11)) is first
    reshaped = compose(OBJECTS, 14)
    assert collector.remember(reshaped) is reshaped
    assert collector.known(BATCH.shape.id) is reshaped


def test_a_batch_remembered_anew_is_forgotten_last() -> None:
    collector = Collector()
    batches = [compose([b"%3d" % number], 11) for number in range(KNOWN_MAX + 1)]
    for batch in (*batches[:KNOWN_MAX], batches[0], batches[KNOWN_MAX]):
        collector.remember(batch)
    assert collector.known(batches[0].shape.id) is batches[0]
    assert collector.known(batches[1].shape.id) is None


def test_what_we_make_ourselves_is_not_collected_any_more() -> None:
    collector = Collector()
    hear(collector, 0, 1)
    collector.remember(compose(OBJECTS, 11))
    assert collector.missing(BATCH.shape) == 0


# What is asked for


def test_what_we_hold_anyway_is_not_asked_for_and_news_is() -> None:
    collector = Collector()
    hear(collector, 0, 1)
    collector.read(BATCH.shape, is_news=False)
    assert asked(collector, lacks=True) == []
    collector.read(BATCH.shape, is_news=True)
    collector.read(BATCH.shape, is_news=False)  # One that is news is enough.
    assert asked(collector) == [(BATCH.shape.id, 2)]


def test_what_could_not_be_read_is_asked_for_only_where_others_hold_more() -> None:
    collector = Collector()
    hear(collector, 9)
    assert asked(collector, lacks=False) == []
    assert asked(collector, lacks=True) == [(BATCH.shape.id, 3)]


def test_to_read_of_a_batch_that_is_not_collected_means_nothing() -> None:
    collector = Collector()
    collector.read(BATCH.shape, is_news=True)
    assert asked(collector, lacks=True) == []


def test_the_nearest_to_their_end_are_asked_for_first_and_no_more_than_wanted() -> None:
    collector = Collector()
    for number, count in ((1, 9), (2, 2), (3, 5), (4, 4)):
        collector.hear(numbered(number, count=count), 0)
    ids = [number.to_bytes(4, "big") for number in (2, 4, 3)]
    assert asked(collector, lacks=True) == list(zip(ids, (1, 3, 4), strict=True))
    assert collector.partials(1, lacks=True) == (Partial(batch=BatchId(ids[0]), missing=1),)
    assert collector.partials(0, lacks=True) == ()


def test_of_two_shapes_of_one_batch_the_one_nearer_to_its_end_is_asked_for() -> None:
    collector = Collector()
    near = numbered(7, count=3)
    far = replace(near, shape=Shape(near.shape.id, 30, 11))
    collector.hear(far, 0)
    collector.hear(near, 0)
    assert asked(collector, lacks=True) == [(near.shape.id, 2)]


def test_what_was_asked_for_in_vain_is_asked_for_no_more_until_something_new_comes() -> None:
    collector = Collector()
    hear(collector, 9)
    for _ in range(UNANSWERED_MAX):
        assert asked(collector, lacks=True) != []
        collector.requested(collector.partials(3, lacks=True))
    assert asked(collector, lacks=True) == []
    hear(collector, 9)  # The same again is no answer.
    assert asked(collector, lacks=True) == []
    hear(collector, 10)
    assert asked(collector, lacks=True) == [(BATCH.shape.id, 2)]


def test_only_what_was_asked_for_counts_as_asked_for() -> None:
    collector = Collector()
    collector.hear(numbered(1), 0)
    collector.hear(numbered(2), 0)
    for _ in range(UNANSWERED_MAX):
        collector.requested((Partial(batch=numbered(1).shape.id, missing=3),))
    assert asked(collector, lacks=True) == [(numbered(2).shape.id, 3)]
