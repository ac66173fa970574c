import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.links.internet.greeting import Greeting, Unwanted
from meshnode.links.internet.listener import (
    HANDSHAKES_MAX,
    HANDSHAKES_PER_SOURCE_MAX,
    Callers,
    host_of,
    source_of,
)
from meshnode.protocol.errors import LinkLost, LinkRefused


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("10.0.0.7", "::ffff:10.0.0.7"),
        ("2001:db8:0:1::7", "2001:db8:0:1:ffff::8"),
        ("fe80::1%eth0", "fe80::2%eth0"),
    ],
)
def test_addresses_of_one_site_are_one_source(address: str, same: str) -> None:
    assert source_of(host_of(address)) == source_of(host_of(same))


def test_addresses_of_two_sites_are_two_sources() -> None:
    assert source_of("2001:db8:0:1::7") != source_of("2001:db8:0:2::7")
    assert source_of("10.0.0.7") != source_of("10.0.0.8")


def test_one_source_cannot_take_all_places_at_the_door() -> None:
    callers = Callers()
    assert all(callers.enter("a") for _ in range(HANDSHAKES_PER_SOURCE_MAX))
    assert not callers.enter("a")
    assert callers.enter("b")
    callers.leave("a")
    assert callers.enter("a")
    assert callers.turned_away == 1


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=400))
def test_the_door_never_holds_more_than_its_bounds(steps: list[tuple[bool, int]]) -> None:
    callers = Callers()
    inside: list[str] = []
    for is_coming, number in steps:
        if is_coming and callers.enter(str(number)):
            inside.append(str(number))
        elif not is_coming and str(number) in inside:
            inside.remove(str(number))
            callers.leave(str(number))
        assert len(inside) <= HANDSHAKES_MAX
        assert inside.count(str(number)) <= HANDSHAKES_PER_SOURCE_MAX


def test_failures_are_counted_by_what_they_mean() -> None:
    callers = Callers()
    callers.note_failure("a", LinkRefused("a stranger"))
    callers.note_failure("b", Unwanted(Greeting.FULL))
    callers.note_failure("c", Unwanted(Greeting.DUPLICATE))
    callers.note_failure("d", LinkLost("left"))
    assert (callers.refused, callers.unfinished) == (2, 1)
    assert callers.last_refused == "b: this node has as many peers as it takes"
