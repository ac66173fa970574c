"""Two nodes that say symbols of one batch: who goes on, and with what."""

import pytest

from meshnode.protocol.batch import Batch, compose
from meshnode.protocol.frames import Symbol
from meshnode.protocol.inventory import Held
from meshnode.protocol.outbox import NEVER_MS, Outbox, in_order
from meshnode.protocol.priority import Priority
from tests.community import ANNA, sized

LARGE = sized(ANNA, 1_500)
"""Nine data symbols in frames of 200 bytes."""
SPARE = 2


class Saying:
    """An outbox in the middle of a batch of nine symbols and two sums."""

    def __init__(self, said: int) -> None:
        self.batches: list[Batch] = []
        self.outbox = Outbox(200, turn=0, spare=lambda *_, is_urgent: SPARE, remember=self.remember)
        self.outbox.push(Held(LARGE, Priority.ORDINARY), 0)
        for _ in range(said):
            self.say()

    def remember(self, batch: Batch) -> Batch:
        self.batches.append(batch)
        return batch

    def say(self) -> int:
        """Say the next symbol; return its index."""
        load = self.outbox.next_load(0, rank_max=Priority.ORDINARY)
        assert load is not None
        assert isinstance(load.body, Symbol)
        self.outbox.sent(load, again_ms=NEVER_MS)
        return load.body.index

    def hear(self, index: int, remaining: int, *, is_first: bool = True) -> None:
        """Hear a symbol of the same batch from somebody whom all receivers hear."""
        (batch,) = self.batches
        symbol = Symbol(batch.shape, index, remaining, batch.symbol(index))
        self.outbox.heard_symbol(symbol, lambda _: True, is_first=is_first)

    def rest(self) -> list[int]:
        """Say the rest; return its indices."""
        indices = []
        while self.outbox.next_load(0, rank_max=Priority.ORDINARY) is not None:
            indices.append(self.say())
        return indices


def test_nine_symbols_and_the_sums_are_said_in_order() -> None:
    assert Saying(0).rest() == list(range(9 + SPARE))


def test_a_sum_that_another_says_for_somebody_does_not_end_a_batch_with_data_left() -> None:
    saying = Saying(3)
    saying.hear(200, remaining=0)
    assert saying.rest() == [3, 4, 5, 6, 7, 8, 9]
    assert LARGE.id not in saying.outbox


@pytest.mark.parametrize(
    ("remaining", "is_first", "goes_on"),
    [
        (6, False, False),
        (7, False, True),
        (7, True, False),
        (8, True, True),
    ],
)
def test_of_two_that_say_the_data_who_has_less_left_goes_on(
    remaining: int, is_first: bool, goes_on: bool
) -> None:
    saying = Saying(4)  # Seven are left.
    saying.hear(2, remaining, is_first=is_first)
    assert bool(saying.rest()) == goes_on


def test_of_two_that_say_sums_who_has_less_left_goes_on() -> None:
    for remaining, rest_count in ((0, 0), (5, 1)):  # Two are left, and one is less to say.
        saying = Saying(9)
        saying.hear(200, remaining)
        assert len(saying.rest()) == rest_count


def test_a_symbol_that_another_said_is_left_out() -> None:
    saying = Saying(0)
    saying.say()
    saying.hear(5, remaining=20)
    assert saying.rest() == [1, 2, 3, 4, 6, 7, 8, 9, 10]


def held(sequence: int, rank: Priority) -> Held:
    return Held(sized(ANNA, 300, sequence=sequence), rank)


@pytest.mark.parametrize("rank", Priority)
def test_sums_are_supplied_whatever_the_rank(rank: Priority) -> None:
    batch = compose([LARGE.encoded], 185)
    outbox = Outbox(200, turn=0, spare=lambda *_, is_urgent: SPARE, remember=lambda one: one)
    outbox.supply(batch, 2, 0, rank=rank, asker=b"an")
    loads = []
    while (load := outbox.next_load(0, rank_max=Priority.BULK)) is not None:
        outbox.sent(load, again_ms=NEVER_MS)
        loads.append(load)
    assert len(loads) == 2
    assert outbox.deadline_ms == NEVER_MS


def test_the_order_in_a_batch_does_not_depend_on_what_exceeds_its_author_s_share() -> None:
    ordinary = [held(sequence, Priority.ORDINARY) for sequence in range(6)]
    mixed = [
        Held(one.object, (Priority.ORDINARY, Priority.BULK)[at % 2])
        for at, one in enumerate(ordinary)
    ]
    urgent = held(9, Priority.URGENT)
    ids = [one.object.id for one in in_order((*ordinary, urgent))]
    assert [one.object.id for one in in_order((*mixed, urgent))] == ids
    assert ids[0] == urgent.object.id
