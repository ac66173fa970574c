"""Six languages: who gets which, and the same bytes and times in each of them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from meshnode.board.bulletins.bulletin import CATEGORIES, Severity, decode_bulletin
from meshnode.board.bulletins.bulletin_words import CATEGORY_WORDS, REASONS, SEVERITIES
from meshnode.board.bulletins.notice import Reason
from meshnode.board.bulletins.rendering import bulletin_text
from meshnode.board.calls import checkin, course, triage
from meshnode.board.calls import words as calls
from meshnode.board.capacity import ledger, timetable
from meshnode.board.capacity import words as capacity
from meshnode.board.modes import effects, mode
from meshnode.board.modes import words as modes
from meshnode.board.words import Words
from meshnode.node.clock import minute_of
from meshnode.node.languages import LANGUAGES, best_match, load_languages
from meshnode.node.messages import coded_words
from meshnode.node.reader import LocalReader

SPOKEN = load_languages()
BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 24)
"""A Tuesday."""
CREATED_MIN = minute_of(datetime(2026, 11, 24, 8, 3, tzinfo=BERLIN))
WATER = b"\x45\x01\x91\x01\x30\x14Nordmarkt"
"""Severity and category, template 1, six hours ahead, four hours long, 20 litres, the place."""


def reader(tag: str) -> LocalReader:
    return LocalReader(SPOKEN[tag], BERLIN, TODAY)


def at(day: int, hour: int, minute: int = 0) -> int:
    return minute_of(datetime(2026, 11, day, hour, minute, tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("wish", "tag"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de_DE.UTF-8", "de"),
        ("DE-Simple", "de-simple"),
        ("de-DE-simple", "de-simple"),
        ("de_DE.UTF-8@simple", "de-simple"),
        ("de_DE@euro", "de"),
        ("ar-SY", "ar"),
        ("uk-UA", "uk"),
        ("tr_TR", "tr"),
        ("en-GB", "en"),
        ("den", None),
        ("simple", None),
        ("tr-simple", "tr"),
        ("*", None),
        ("C", None),
        ("", None),
        ("-", None),
    ],
)
def test_who_wishes_for_a_language_gets_the_one_that_serves_best(
    wish: str, tag: str | None
) -> None:
    assert best_match(wish) == tag


def test_the_same_frame_is_read_in_six_languages() -> None:
    fields = decode_bulletin(0, WATER)
    assert {tag: bulletin_text(fields, CREATED_MIN, reader(tag)) for tag in LANGUAGES} == {
        "en": "Drinking water: Nordmarkt, today from 2 pm to 6 pm. 20 litres for each person. "
        "Please bring clean containers.",
        "de": "Trinkwasser: Nordmarkt, heute von 14 Uhr bis 18 Uhr. 20 Liter pro Person. "
        "Bitte saubere Behälter mitbringen.",
        "de-simple": "Trink·wasser: Nordmarkt, heute von 14 Uhr bis 18 Uhr. "
        "Jeder Mensch bekommt 20 Liter. Bringen Sie bitte saubere Flaschen oder Eimer mit.",
        "tr": "İçme suyu: Nordmarkt, bugün 14:00–18:00 saatleri arasında. "
        "Kişi başına 20 litre. Lütfen temiz kaplar getirin.",
        "ar": "مياه الشرب: \u2068Nordmarkt\u2069، اليوم من الساعة 14:00 إلى الساعة 18:00. "
        "20 لترًا لكل شخص. يُرجى إحضار أوعية نظيفة.",
        "uk": "Питна вода: Nordmarkt, сьогодні з 14:00 до 18:00. 20 літрів на людину. "
        "Візьміть, будь ласка, чистий посуд.",
    }


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        (
            "de-simple",
            [
                "von heute, 20 Uhr, bis morgen, 8 Uhr",
                "bis heute, 24 Uhr",
                "ab Freitag, 18:30 Uhr",
                "am 22. November um 12 Uhr",
            ],
        ),
        (
            "tr",
            [
                "bugün 20:00 saatinden yarın 8:00 saatine kadar",
                "bugün 24:00 saatine kadar",
                "cuma 18:30 saatinden itibaren",
                "22 Kasım günü saat 12:00",
            ],
        ),
        (
            "ar",
            [
                "من اليوم الساعة 20:00 إلى يوم غد الساعة 8:00",
                "حتى اليوم الساعة 24:00",
                "من يوم الجمعة الساعة 18:30",
                "في 22 تشرين الثاني/نوفمبر الساعة 12:00",
            ],
        ),
        (
            "uk",
            [
                "від сьогодні, 20:00, до завтра, 8:00",
                "до сьогодні, 24:00",
                "від п’ятниці, 18:30",
                "22 листопада о 12:00",
            ],
        ),
    ],
)
def test_times_are_said_as_each_language_says_them(tag: str, said: list[str]) -> None:
    one = reader(tag)
    assert [
        one.span(at(24, 20), at(25, 8)),
        one.span(None, at(25, 0)),
        one.span(at(27, 18, 30), None),
        one.moment(at(22, 12)),
    ] == said


def test_arabic_counts_in_six_forms_and_ukrainian_in_three() -> None:
    hours = {count: reader("ar").duration(60 * count) for count in (1, 2, 3, 11, 23)}
    assert hours == {
        1: "ساعة واحدة",
        2: "ساعتان",
        3: "3 ساعات",
        11: "11 ساعة",
        23: "23 ساعة",
    }
    forms = ("{free} place is free.", "{free} places are free.")
    arabic = {SPOKEN["ar"].counted(*forms, count) for count in (0, 1, 2, 3, 11, 100)}
    assert len(arabic) == 6
    ukrainian = {count: reader("uk").duration(5 * count) for count in (1, 3, 4, 5, 6)}
    assert ukrainian[1] == "5 хвилин"
    days = {count: reader("uk").ago(1440 * count) for count in (1, 2, 5, 11, 21, 22)}
    assert days == {
        1: "1 день тому",
        2: "2 дні тому",
        5: "5 днів тому",
        11: "11 днів тому",
        21: "21 день тому",
        22: "22 дні тому",
    }


def test_how_long_ago_something_was_is_inflected() -> None:
    assert reader("de").ago(2880) == "vor 2 Tagen"
    assert reader("de").duration(2880) == "2 Tage"
    assert reader("ar").ago(2880) == "قبل يومين"
    assert reader("ar").duration(2880) == "يومان"
    assert reader("uk").ago(60) == "1 годину тому"
    assert reader("en").ago(90) == "90 minutes ago"


def test_numbers_and_prices_have_each_languages_form() -> None:
    assert {tag: reader(tag).price(1205) for tag in LANGUAGES} == {
        "en": "€12.05",
        "de": "12,05 €",
        "de-simple": "12,05 Euro",
        "tr": "12,05 €",
        "ar": "12,05 يورو",
        "uk": "12,05 €",
    }
    assert (reader("en").price(300), reader("de").price(300)) == ("€3", "3 €")
    assert (reader("en").decimal(25), reader("tr").decimal(25)) == ("2.5", "2,5")


def test_what_a_stranger_wrote_is_isolated_where_directions_meet() -> None:
    fields = decode_bulletin(0, "\x49\x05\x00ساحة (1)".encode())
    for tag in LANGUAGES:
        assert "\u2068ساحة (1)\u2069" in bulletin_text(fields, CREATED_MIN, reader(tag))
    latin = decode_bulletin(0, WATER)
    marks = {tag: "\u2068" in bulletin_text(latin, CREATED_MIN, reader(tag)) for tag in LANGUAGES}
    assert marks == {tag: tag == "ar" for tag in LANGUAGES}


def test_every_coded_word_of_bulletins_has_a_name_and_no_two_have_the_same() -> None:
    assert list(SEVERITIES.english) == [one.value for one in Severity]
    assert tuple(CATEGORY_WORDS.english) == CATEGORIES
    assert list(REASONS.english) == [one.word for one in Reason]
    for words in (one for one in coded_words() if isinstance(one, Words)):
        for tag in LANGUAGES:
            named = [reader(tag).named(words, word) for word in words.english]
            assert len(set(named)) == len(named), f"{tag}: {words.context}"


def test_a_word_of_a_later_version_is_its_own_name() -> None:
    assert reader("tr").named(SEVERITIES, "apocalyptic") == "apocalyptic"
    assert reader("de").named(SEVERITIES, "extreme") == "Akute Gefahr"


@pytest.mark.parametrize(
    ("words", "identifiers"),
    [
        (calls.STATES, [one.word for one in checkin.State]),
        (calls.NEEDS, [*map(checkin.need_word, checkin.Need), checkin.UNKNOWN_NEED]),
        (calls.STAGES, [one.value for one in course.Stage]),
        (calls.ACTS, [one.word for one in triage.Act]),
        (modes.MODES, [one.word for one in mode.Mode]),
        (modes.SECTIONS, [one.value for one in effects.Section]),
        (capacity.SORTS, [one.word for one in timetable.Sort]),
        (capacity.STATES, [one.value for one in ledger.State]),
    ],
    ids=lambda one: one.context if isinstance(one, Words) else "",
)
def test_every_identifier_of_a_family_has_its_words(words: Words, identifiers: list[str]) -> None:
    assert not set(identifiers) - set(words.english)
