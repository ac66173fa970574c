"""Templates and times as people read them, in both languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from meshnode.board.bulletins.bulletin import BulletinFields, Severity
from meshnode.board.bulletins.parameters import Value
from meshnode.board.bulletins.rendering import bulletin_text, template_text
from meshnode.board.bulletins.template import UnknownTemplate, filled
from meshnode.board.bulletins.templates import BY_IDENTIFIER
from meshnode.node.clock import minute_of
from meshnode.node.languages import load_languages
from meshnode.node.reader import LocalReader

LANGUAGES = load_languages()
BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 24)
"""A Tuesday."""
CREATED_MIN = minute_of(datetime(2026, 11, 24, 8, 3, tzinfo=BERLIN))


def reader(tag: str, today: date | None = TODAY) -> LocalReader:
    return LocalReader(LANGUAGES[tag], BERLIN, today)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> int:
    return minute_of(datetime(2026, month, day, hour, minute, tzinfo=BERLIN))


def said(tag: str, name: str, values: dict[str, Value], today: date | None = TODAY) -> str:
    return template_text(filled(BY_IDENTIFIER[name], values), CREATED_MIN, reader(tag, today))


WATER: dict[str, Value] = {"place": "Nordmarkt", "from": 360, "to": 600, "litres": 20}


@pytest.mark.parametrize(
    ("tag", "name", "values", "text"),
    [
        (
            "en",
            "water",
            WATER,
            "Drinking water: Nordmarkt, today from 2 pm to 6 pm. 20 litres for each person. "
            "Please bring clean containers.",
        ),
        (
            "de",
            "water",
            WATER,
            "Trinkwasser: Nordmarkt, heute von 14 Uhr bis 18 Uhr. 20 Liter pro Person. "
            "Bitte saubere Behälter mitbringen.",
        ),
        ("en", "shelter", {"place": "x", "free": 1}, "Shelter for everybody: x. 1 place is free."),
        (
            "de",
            "shelter",
            {"place": "x", "free": 1},
            "Notunterkunft für alle: x. 1 Platz ist frei.",
        ),
        ("de", "shelter", {"place": "x"}, "Notunterkunft für alle: x."),
        (
            "en",
            "power-out",
            {"area": "B1", "back": 1440},
            "Power cut: B1. Power is expected back tomorrow at 8 am.",
        ),
        (
            "de",
            "all-clear",
            {"what": "tap-water"},
            "Entwarnung: Leitungswasser ist wieder trinkbar.",
        ),
        (
            "en",
            "pharmacy",
            {"place": "Adler", "phone": "112"},
            "Pharmacy on duty: Adler. Phone: 112.",
        ),
        (
            "de",
            "charging",
            {"place": "x", "from": 0, "to": 120, "each": 90},
            "Handys und Lampen laden: x, heute von 8 Uhr bis 10 Uhr. Jedes Gerät höchstens "
            "90 Minuten. Bitte eigenes Kabel mitbringen.",
        ),
    ],
)
def test_a_template_is_read_in_the_readers_language(
    tag: str, name: str, values: dict[str, Value], text: str
) -> None:
    assert said(tag, name, values) == text


def test_what_people_wrote_is_never_taken_for_a_blank() -> None:
    assert "{area} {0} %s" in said("de", "power-out", {"area": "{area} {0} %s"})


def test_a_template_of_a_later_version_says_that_the_node_is_too_old() -> None:
    fields = BulletinFields("", None, "water", Severity.INFO, UnknownTemplate(250, 0, b"\x00"))
    assert bulletin_text(fields, 0, reader("en")).startswith("This node is too old to show")
    assert bulletin_text(fields, 0, reader("de")).startswith("Dieser Knoten ist zu alt")


@pytest.mark.parametrize(
    ("start", "end", "english", "german"),
    [
        (at(24, 14), at(24, 18), "today from 2 pm to 6 pm", "heute von 14 Uhr bis 18 Uhr"),
        (at(25, 9, 30), at(25, 12), "tomorrow from 9:30 am to noon",
         "morgen von 9:30 Uhr bis 12 Uhr"),
        (at(23, 9), at(23, 10), "yesterday from 9 am to 10 am", "gestern von 9 Uhr bis 10 Uhr"),
        (at(22, 9), at(22, 10), "on 22 November from 9 am to 10 am",
         "am 22. November von 9 Uhr bis 10 Uhr"),
        (at(30, 9), at(30, 10), "on Monday from 9 am to 10 am", "am Montag von 9 Uhr bis 10 Uhr"),
        (at(1, 9, month=12), at(1, 10, month=12), "on 1 December from 9 am to 10 am",
         "am 1. Dezember von 9 Uhr bis 10 Uhr"),
        (at(24, 20), at(25, 0), "today from 8 pm to midnight", "heute von 20 Uhr bis 24 Uhr"),
        (at(24, 0), at(24, 5), "today from 0:00 to 5 am", "heute von 0 Uhr bis 5 Uhr"),
        (at(24, 20), at(25, 8), "from today, 8 pm, to tomorrow, 8 am",
         "heute, 20 Uhr, bis morgen, 8 Uhr"),
        (None, at(24, 18), "until today, 6 pm", "bis heute, 18 Uhr"),
        (None, at(25, 0), "until today, midnight", "bis heute, 24 Uhr"),
        (at(27, 18), None, "from Friday, 6 pm", "ab Freitag, 18 Uhr"),
    ],
)  # fmt: skip
def test_a_span_is_said_as_people_say_it(
    start: int | None, end: int | None, english: str, german: str
) -> None:
    assert reader("en").span(start, end) == english
    assert reader("de").span(start, end) == german


@pytest.mark.parametrize(
    ("start", "end", "english", "german"),
    [
        (at(24, 14), at(24, 18), "from 2 pm to 6 pm", "von 14 Uhr bis 18 Uhr"),
        (at(24, 20), at(25, 8), "from 24 November, 8 pm, to 25 November, 8 am",
         "24. November, 20 Uhr, bis 25. November, 8 Uhr"),
        (None, at(24, 18), "until 6 pm", "bis 18 Uhr"),
        (at(24, 18), None, "from 6 pm", "ab 18 Uhr"),
    ],
)  # fmt: skip
def test_a_node_that_does_not_know_the_day_says_the_clock_time(
    start: int | None, end: int | None, english: str, german: str
) -> None:
    assert reader("en", None).span(start, end) == english
    assert reader("de", None).span(start, end) == german


def test_moments_are_said_with_their_day_if_that_is_known() -> None:
    assert reader("en").moment(at(27, 18, 30)) == "on Friday at 6:30 pm"
    assert reader("de").moment(at(27, 18, 30)) == "am Freitag um 18:30 Uhr"
    assert reader("de", None).moment(at(27, 18, 30)) == "um 18:30 Uhr"


def test_the_hour_changes_with_summer_time() -> None:
    summer = minute_of(datetime(2026, 7, 1, 16, 0, tzinfo=UTC))
    assert reader("de", date(2026, 7, 1)).moment(summer) == "heute um 18 Uhr"


@pytest.mark.parametrize(
    ("minutes", "english", "german"),
    [
        (5, "5 minutes", "5 Minuten"),
        (60, "1 hour", "1 Stunde"),
        (90, "90 minutes", "90 Minuten"),
        (1440, "1 day", "1 Tag"),
        (2880, "2 days", "2 Tage"),
    ],
)
def test_a_duration_is_said_in_the_unit_that_fits(minutes: int, english: str, german: str) -> None:
    assert reader("en").duration(minutes) == english
    assert reader("de").duration(minutes) == german
