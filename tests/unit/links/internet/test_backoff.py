import random

from hypothesis import given
from hypothesis import strategies as st

from meshnode.links.internet.backoff import Backoff

BACKOFF = Backoff(first_s=1.0, longest_s=60.0)


class Loaded:
    """Dice that always fall the same way."""

    def __init__(self, share: float) -> None:
        self.share = share

    def random(self) -> float:
        return self.share

    def randrange(self, stop: int, /) -> int:
        return int(self.share * stop)


def test_waits_double_from_a_second_to_a_minute() -> None:
    waits = [BACKOFF.delay_s(failures, Loaded(1.0)) for failures in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_wait_is_blurred_by_at_most_its_half() -> None:
    assert BACKOFF.delay_s(3, Loaded(0.0)) == 2.0


@given(st.integers(0, 10**9), st.integers())
def test_no_count_of_failures_leaves_the_bounds(failures: int, seed: int) -> None:
    assert 0.5 <= BACKOFF.delay_s(failures, random.Random(seed)) <= 60.0
