"""Which time is meant where nobody says it, and which claim somebody gives up."""

from typing import Any

import pytest

from meshnode.commands.bookings.bookingacts import free_slot, left_by, met, next_slot
from meshnode.commands.terminal.failures import Failure

DAY = 1440
HOUR_S = 3600
FIRST = 2 * DAY
"""Minute of the first time, the 3rd of January 2024; the others follow day by day."""


def times(*free: tuple[int | None, int | None]) -> dict[str, Any]:
    """Return something with so many times, each with what is free, and what is free right here."""
    return {
        "slots": [
            {
                "slot": at + 1,
                "starts": f"2024-01-0{at + 3}T00:00:00Z",
                "ends": f"2024-01-0{at + 3}T01:00:00Z",
                "free": one,
                "free_here": here,
            }
            for at, (one, here) in enumerate(free)
        ]
    }


def claim(slot: int = 1, *, on_behalf: str | None = None, state: str = "booked") -> dict[str, Any]:
    return {"id": f"{slot}{on_behalf}", "first_slot": slot, "on_behalf": on_behalf, "state": state}


def test_what_this_node_sells_itself_comes_before_what_another_one_would_have_to_answer() -> None:
    assert free_slot(times((1, 0), (0, 0), (1, 1)), FIRST) == 3


def test_where_nothing_is_sold_here_it_is_the_first_with_room() -> None:
    assert free_slot(times((0, 0), (1, 0), (1, 0)), FIRST) == 2
    assert free_slot(times((0, 0), (0, 0)), FIRST) == 1
    assert free_slot(times((None, None), (None, None)), FIRST) == 1


def test_what_is_over_is_not_asked_for() -> None:
    view = times((1, 1), (1, 0))
    assert free_slot(view, FIRST + 59) == 1
    assert free_slot(view, FIRST + 60) == 2
    assert next_slot(view, FIRST + 60) == 2
    with pytest.raises(Failure, match="over"):
        next_slot(view, FIRST + DAY + 60)


def test_the_next_time_is_the_next_one_also_where_it_is_full() -> None:
    assert next_slot(times((0, 0), (8, 8)), FIRST) == 1


def test_minutes_are_those_of_the_time_that_was_last() -> None:
    view = times((1, 1), (1, 1), (1, 1))
    assert met(view, None, FIRST - 1)["slot"] == 1
    assert met(view, None, FIRST + DAY - 1)["slot"] == 1
    assert met(view, None, FIRST + DAY)["slot"] == 2
    assert met(view, 3, FIRST)["slot"] == 3
    with pytest.raises(Failure, match="times 1 to 3"):
        met(view, 4, FIRST)


def test_who_leaves_leaves_for_themselves_and_the_neighbour_stays() -> None:
    own, neighbour = claim(), claim(on_behalf="Herr Özil")
    assert left_by([neighbour, own], None, None) is own
    assert left_by([own, neighbour], None, "herr özil") is neighbour


def test_what_is_given_up_already_is_not_meant() -> None:
    before, now = claim(1, state="cancelled"), claim(2)
    assert left_by([before, now], None, None) is now


def test_of_several_times_the_one_is_given() -> None:
    both = [claim(1), claim(3)]
    assert left_by(both, 3, None) is both[1]
    with pytest.raises(Failure, match="1, 3. Give --time"):
        left_by(both, None, None)


def test_who_joined_for_others_only_is_told_for_whom() -> None:
    with pytest.raises(Failure, match="for Herr Özil. Give --for"):
        left_by([claim(on_behalf="Herr Özil")], None, None)
    with pytest.raises(Failure, match="did not join"):
        left_by([claim(state="used")], None, None)
