"""Buckets of tokens: how often, how many at once, and how much room they take."""

from hypothesis import given
from hypothesis import strategies as st

from meshnode.api.door.limits import PLACES_MAX, Buckets
from meshnode.node.pairing.households import household_of


class Time:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_bucket_gives_so_many_at_once_and_then_one_each_six_seconds() -> None:
    time = Time()
    buckets = Buckets(every_s=6, at_once=20, now_s=time)
    assert [buckets.take(b"x") for _ in range(20)] == [0] * 20
    assert buckets.take(b"x") == 6
    time.now_s += 5
    assert buckets.take(b"x") == 1
    time.now_s += 1
    assert buckets.take(b"x") == 0
    assert buckets.take(b"x") == 6
    assert buckets.take(b"y") == 0


def test_asking_while_it_is_empty_does_not_make_the_wait_longer() -> None:
    time = Time()
    buckets = Buckets(every_s=12, at_once=5, now_s=time)
    for _ in range(5):
        buckets.take(b"x")
    assert {buckets.take(b"x") for _ in range(100)} == {12}
    time.now_s += 12
    assert buckets.take(b"x") == 0


def test_many_addresses_take_no_more_than_their_places() -> None:
    buckets = Buckets(every_s=12, at_once=1, now_s=Time())
    buckets.take(b"first")
    for number in range(PLACES_MAX):
        buckets.take(number.to_bytes(4, "big"))
    assert len(buckets) == PLACES_MAX
    # Whoever was pushed out begins anew; whoever was here last does not.
    assert buckets.take(b"first") == 0
    assert buckets.take((PLACES_MAX - 1).to_bytes(4, "big")) > 0


@given(st.lists(st.floats(0, 30), max_size=60))
def test_no_pace_gets_more_than_was_promised(pauses: list[float]) -> None:
    time = Time()
    buckets = Buckets(every_s=6, at_once=20, now_s=time)
    taken = 0
    for pause in pauses:
        time.now_s += pause
        taken += buckets.take(b"x") == 0
    assert taken <= 20 + (time.now_s - 1000.0) / 6 + 1e-6


def test_a_household_is_an_address_or_the_beginning_of_one() -> None:
    assert household_of("192.168.1.20") == bytes([192, 168, 1, 20])
    assert household_of("::ffff:192.168.1.20") == household_of("192.168.1.20")
    assert household_of("192.168.1.21") != household_of("192.168.1.20")
    assert household_of("2001:db8::1") == household_of("2001:db8::ffff:1")
    assert household_of("2001:db8:0:1::1") != household_of("2001:db8::1")
    assert household_of("fe80::1%wlan0") == household_of("fe80::2")
    assert household_of("") == household_of("unix") == b""
