"""What people type into a template, and what they are told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from meshnode.board.bulletins.templates import TEMPLATES
from meshnode.node.clock import minute_of
from meshnode.node.desks.template_form import fill_template, lifetime_minutes
from meshnode.node.moments import parse_moment
from meshnode.protocol.errors import LimitError

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 13, 3, tzinfo=BERLIN)
"""A Tuesday."""
CREATED_MIN = minute_of(NOW)
WATER = {"place": "Nordmarkt", "from": "14:00", "to": "18:00"}


def values(name: str, given: dict[str, str | int], now: datetime = NOW) -> dict[str, str | int]:
    return fill_template(name, given, created_min=minute_of(now), zone=BERLIN).named()


def words(name: str, given: dict[str, str | int]) -> str:
    with pytest.raises(LimitError) as refused:
        values(name, given)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:00", "2026-11-24 14:00"),
        ("14.00", "2026-11-24 14:00"),
        ("14", "2026-11-24 14:00"),
        ("14 Uhr", "2026-11-24 14:00"),
        ("2pm", "2026-11-24 14:00"),
        ("2:30 pm", "2026-11-24 14:30"),
        ("12 am", "2026-11-25 00:00"),
        ("12 pm", "2026-11-24 12:00"),
        ("9:30", "2026-11-24 09:30"),
        ("9:00", "2026-11-25 09:00"),
        ("24:00", "2026-11-25 00:00"),
        ("today 9:00", "2026-11-24 09:00"),
        ("heute 9:00", "2026-11-24 09:00"),
        ("Morgen 18 Uhr", "2026-11-25 18:00"),
        ("übermorgen 18:00", "2026-11-26 18:00"),
        ("friday 18:00", "2026-11-27 18:00"),
        ("Fr 18:00", "2026-11-27 18:00"),
        ("tuesday 9:00", "2026-11-24 09:00"),
        ("2026-12-01 18:00", "2026-12-01 18:00"),
        ("2026-12-01T18:00", "2026-12-01 18:00"),
        ("2026-12-01T18:00Z", "2026-12-01 19:00"),
        ("2026-12-01T18:00:00-05:00", "2026-12-02 00:00"),
        ("+2h", "2026-11-24 15:03"),
        ("now", "2026-11-24 13:03"),
    ],
)
def test_a_time_is_understood_as_people_mean_it(text: str, expected: str) -> None:
    earliest = NOW - timedelta(hours=4)
    moment = parse_moment(text, now=NOW, earliest=earliest, zone=BERLIN)
    assert moment is not None
    assert f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "text",
    ["", "25:00", "24:05", "14:60", "13 pm", "0 am", "noonish", "2026-13-01 18:00", "2026-12-01",
     "friday", "-2h", "1e9", "١٤:٠٠", "+9999d9", "14:00" * 20, "\x00", "9999-12-31T23:59-14:00"],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    moment = parse_moment(text, now=NOW, earliest=NOW, zone=BERLIN)
    assert moment is None or moment.year > 9000


def test_times_become_minutes_after_the_five_minutes_in_which_it_was_written() -> None:
    assert values("water", WATER) == {"place": "Nordmarkt", "from": 60, "to": 300}


def test_an_end_is_the_next_such_time_after_the_beginning() -> None:
    given = {"place": "x", "from": "22:00", "to": "2:00"}
    assert values("warm-room", given) == {"place": "x", "from": 540, "to": 780}
    tomorrow = {"place": "x", "from": "tomorrow 9:00", "to": "12:00"}
    assert values("warm-room", tomorrow) == {"place": "x", "from": 1200, "to": 1380}
    later = {"place": "x", "from": "tomorrow 14:00", "to": "18:00"}
    assert values("warm-room", later) == {"place": "x", "from": 1500, "to": 1740}


def test_a_beginning_up_to_four_hours_ago_is_todays() -> None:
    begun = {"place": "x", "from": "9:30", "to": "18:00"}
    assert values("warm-room", begun) == {"place": "x", "from": -210, "to": 300}
    missed = {"place": "x", "from": "9:00", "to": "18:00"}
    assert values("warm-room", missed) == {"place": "x", "from": 1200, "to": 1740}


def test_the_night_of_the_change_to_winter_time_is_an_hour_longer() -> None:
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=BERLIN)
    given = {"place": "x", "from": "22:00", "to": "6:00"}
    assert values("warm-room", given, evening) == {"place": "x", "from": 120, "to": 120 + 9 * 60}


def test_what_is_typed_is_cleaned_as_a_text_is() -> None:
    given = {"place": " Nord\x1b\u202emarkt ", "phone": "+49 (231) 12-34/56"}
    assert values("pharmacy", given) == {"place": "Nordmarkt", "phone": "+49231123456"}
    assert values("food", {**WATER, "kind": " Bread "})["kind"] == "bread"
    assert values("water", {**WATER, "litres": " 20 "})["litres"] == 20
    assert values("charging", {**WATER, "each": "2 h"})["each"] == 120


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("watr", {}, "There is no template 'watr'. Did you mean water? Possible are: water, boil"),
        ("water", {"place": "x", "from": "14:00"}, "to is missing: the template water needs when"),
        ("water", {**WATER, "place": "a\nb"}, r"place: 'a\nb' is not possible; it has a line"),
        ("water", {**WATER, "place": "\x1b"}, "1 to 40 fit"),
        ("water", {**WATER, "from": "soon"}, "from: 'soon' is not possible; write it like 14:00"),
        (
            "water",
            {**WATER, "from": "14:03"},
            "from: '14:03' is not possible; minutes come in steps of 5",
        ),
        ("water", {**WATER, "from": "2027-02-01 10:00"}, "steps of 5, within 28 days"),
        ("water", {**WATER, "to": "today 13:30"}, "to: 'today 13:30' is not possible; it must be"),
        ("water", {**WATER, "litres": "9" * 5000}, "it is a whole number from 1 to 999"),
        ("water", {**WATER, "litres": -1}, "litres: '-1' is not possible"),
        ("water", {**WATER, "litres": "²"}, "litres: '²' is not possible"),
        (
            "water",
            {**WATER, "beer": 1},
            "beer: the template water has no such value. It has: place",
        ),
        ("charging", {**WATER, "each": "long"}, "each: 'long' is not possible; write it like 30m"),
        ("charging", {**WATER, "each": "8d"}, "5 minutes to 7 days"),
        ("food", {**WATER, "kind": "caviar"}, "it is one of hot-meals, soup"),
        ("pharmacy", {"place": "x", "phone": "call me"}, "3 to 15 digits"),
    ],
)
def test_a_mistake_is_named_with_what_is_possible(
    name: str, given: dict[str, str | int], expected: str
) -> None:
    message = words(name, given)
    assert expected in message
    assert len(message) < 600


def test_a_node_that_does_not_know_the_time_takes_templates_without_times_only() -> None:
    with pytest.raises(LimitError, match="does not know what time it is"):
        fill_template("water", WATER, created_min=0, zone=BERLIN, is_time_known=False)
    given = {"area": "Schillerstraße"}
    fields = fill_template("power-out", given, created_min=0, zone=BERLIN, is_time_known=False)
    assert fields.named() == given


@pytest.mark.parametrize(
    ("name", "given", "minutes"),
    [
        ("water", WATER, 300 + 60),
        ("power-out", {"area": "x"}, 1440),
        ("power-out", {"area": "x", "back": "+2h"}, 1440),
        ("meeting", {"place": "x", "at": "2026-11-30 13:00"}, 6 * 1440 + 60),
        ("meeting", {"place": "x", "at": "2026-12-20 13:00"}, 14 * 1440),
        ("do-not-drink", {"area": "x", "to": "2026-12-20 13:00"}, 14 * 1440),
    ],
)
def test_a_bulletin_stays_until_an_hour_after_what_it_announces(
    name: str, given: dict[str, str | int], minutes: int
) -> None:
    fields = fill_template(name, given, created_min=CREATED_MIN, zone=BERLIN)
    assert lifetime_minutes(fields) == minutes


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.identifier)
@pytest.mark.parametrize("hour", [0, 3, 9, 13, 19, 23])
def test_every_example_can_be_typed_as_it_stands_at_any_hour(template, hour: int) -> None:
    now = datetime(2026, 11, 24, hour, 58, tzinfo=UTC)
    given = {one.name: one.example for one in template.parameters}
    assert values(template.identifier, given, now).keys() == given.keys()
