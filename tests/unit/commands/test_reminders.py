from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from meshnode.commands.bookings.reminders import due, sentence

NOW = datetime(2026, 3, 9, 20, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def claim(minutes: float, **changes: object) -> dict[str, object]:
    return {
        "id": "1a2b3c4d5e6f7081",
        "kind": "meetup",
        "sort": "slots",
        "title": "Lunch table",
        "starts": (NOW + timedelta(minutes=minutes)).isoformat(),
        "state": "booked",
        "units": 1,
        "booked": [],
        "on_behalf": None,
        **changes,
    }


@pytest.mark.parametrize(
    ("minutes", "is_due"), [(-1, False), (0, True), (1440, True), (1441, False)]
)
def test_what_begins_in_the_next_day_is_due(minutes, is_due):
    assert bool(due([claim(minutes)], NOW)) is is_due


@pytest.mark.parametrize("state", ["asked", "cancelled", "declined", "lease-over", "gone", "used"])
def test_what_is_not_booked_is_not_announced(state):
    assert due([claim(60, state=state)], NOW) == []


def test_what_has_no_known_beginning_is_not_announced():
    assert due([claim(60, starts=None, state="called-off")], NOW) == []


def test_the_next_one_comes_first():
    found = due([claim(120), claim(60), claim(90, state="called-off")], NOW)
    assert [one["starts"] for one in found] == sorted(one["starts"] for one in found)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (claim(179, units=2), "Today 23:59: Lunch table, Hall (2 seats). Cancel: cancel 1a2b3c4d"),
        (claim(180), "Tomorrow 00:00: Lunch table, Hall. Cancel: cancel 1a2b3c4d"),
        (
            claim(180, kind="slots", units=3, on_behalf="Oma"),
            "Tomorrow 00:00: Lunch table, Hall (3 places), for Oma. Cancel: cancel 1a2b3c4d",
        ),
        (
            claim(180, sort="queue", booked=[{"first_unit": 7, "units": 1}], state="called"),
            "Tomorrow 00:00: Lunch table, Hall (ticket 7). Cancel: cancel 1a2b3c4d",
        ),
        (
            claim(180, state="called-off"),
            "Tomorrow 00:00: Lunch table, Hall: the host called it off.",
        ),
    ],
)
def test_a_reminder_says_day_and_time_of_the_zone_and_how_to_cancel(view, said):
    (one,) = due([view], NOW)
    assert sentence(one, NOW, BERLIN, where="Hall", cancel="cancel") == said


def test_a_short_day_in_between_does_not_make_the_day_after_it_tomorrow():
    now = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    starts = (now + timedelta(hours=24)).isoformat()
    (one,) = due([claim(0, starts=starts)], now)
    said = sentence(one, now, BERLIN, where=None, cancel="cancel")
    assert said.startswith("Monday 00:30: Lunch table. ")
