"""Feeds and calendars: what their standards ask for, whatever people write."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.api.feed.atom import ENTRIES_MAX, NAMESPACE, atom_feed
from meshnode.api.feed.calendar import LINE_BYTES_MAX, calendar, escaped, folded
from meshnode.api.feed.capacity_entries import bookable_entry
from meshnode.api.feed.entries import Entry, Note, Official, Time
from meshnode.node.languages import load_language

NOW = datetime(2026, 11, 26, 20, 15, tzinfo=UTC)
COMMUNITY = "0f5fd6b0ac52437e591e2fc69ed298ee"
texts = st.text(max_size=60)


def entry(number: int = 1, **changes) -> Entry:
    fields = {
        "family": "bulletins",
        "id": f"{number:032x}",
        "root": f"{number:08x}",
        "label": "Hinweis",
        "category": "Wasser",
        "heading": "Trinkwasser",
        "text": "Am Nordmarkt ab 14 Uhr.",
        "author": "Anna",
        "created": NOW,
        "expires": NOW + timedelta(days=1),
        **changes,
    }
    return Entry(**fields)


def feed(*entries: Entry, address: str | None = "http://10.0.0.1:8080") -> ElementTree.Element:
    text = atom_feed(entries, title="Nordmarkt", feed_id=COMMUNITY, language="de", address=address)
    return ElementTree.fromstring(text.encode())  # noqa: S314  Our own.


def said(element: ElementTree.Element, path: str) -> list[str | None]:
    return [one.text for one in element.findall(path.replace("a:", f"{{{NAMESPACE}}}"))]


def test_a_feed_has_what_atom_asks_for() -> None:
    found = feed(entry())
    for path in ("a:id", "a:title", "a:updated"):
        assert len(said(found, path)) == 1
        assert len(said(found, f"a:entry/{path}")) == 1
    assert said(found, "a:entry/a:author/a:name") == ["Anna"]
    assert said(found, "a:entry/a:updated") == ["2026-11-26T20:15:00Z"]
    links = found.findall(f"{{{NAMESPACE}}}entry/{{{NAMESPACE}}}link")
    assert [one.get("href") for one in links] == [f"http://10.0.0.1:8080/bulletins/{1:032x}"]
    terms = found.findall(f"{{{NAMESPACE}}}entry/{{{NAMESPACE}}}category")
    assert [one.get("term") for one in terms] == ["Hinweis", "Wasser"]


def test_the_id_stays_in_an_update_and_differs_between_things() -> None:
    (first,) = said(feed(entry()), "a:entry/a:id")
    (updated,) = said(feed(entry(id="ff" * 16, text="Doch erst ab 15 Uhr.")), "a:entry/a:id")
    (other,) = said(feed(entry(2)), "a:entry/a:id")
    assert first == updated != other
    assert (first or "").startswith("urn:uuid:")


def test_a_correction_is_a_change_and_stands_first() -> None:
    later = NOW + timedelta(hours=1)
    note = Note("Eva", "Gerücht", "Es gibt Wasser.", is_correction=True, made=later)
    found = feed(entry(notes=(note,)))
    assert said(found, "a:entry/a:updated") == ["2026-11-26T21:15:00Z"]
    (content,) = said(found, "a:entry/a:content")
    assert (content or "").startswith("[Eva, Gerücht] Es gibt Wasser.")


def test_an_official_alert_names_its_source() -> None:
    assert said(feed(entry(official=Official("DWD", NOW))), "a:entry/a:title") == [
        "Hinweis: DWD: Trinkwasser"
    ]


def test_the_newest_come_first_and_not_more_than_fit() -> None:
    many = [entry(at, created=NOW + timedelta(minutes=at)) for at in range(ENTRIES_MAX + 1)]
    times = said(feed(*many), "a:entry/a:updated")
    assert len(times) == ENTRIES_MAX
    assert times == sorted(times, reverse=True)


def test_an_empty_board_is_a_feed_and_without_an_address_there_are_no_links() -> None:
    assert said(feed(), "a:updated") == ["2024-01-01T00:00:00Z"]
    assert not feed(entry(), address=None).findall(f".//{{{NAMESPACE}}}link")


@given(texts, texts, texts)
def test_whatever_people_write_is_text_and_never_markup(heading, text, author) -> None:
    found = feed(entry(heading=heading, text=text, author=author))
    tags = [one.tag for one in found.iter()]
    assert tags == [one.tag for one in feed(entry()).iter()]


def event(**changes) -> Entry:
    when = {"times": (Time(NOW, NOW + timedelta(hours=2)),), "place": "Schule, Aula"}
    return entry(family="meetups", **{**when, **changes})


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_an_event_has_what_calendars_ask_for() -> None:
    lines = unfolded(calendar([event(version=3)], name="Nordstadt"))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for line in (
        "UID:meetups-00000001@meshnode.invalid",
        "DTSTART:20261126T201500Z",
        "DTEND:20261126T221500Z",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "SUMMARY:Trinkwasser",
        r"LOCATION:Schule\, Aula",
    ):
        assert line in lines


def test_each_time_of_several_is_an_event_of_its_own() -> None:
    week = timedelta(days=7)
    times = tuple(Time(NOW + at * week, None) for at in range(3))
    lines = unfolded(calendar([event(times=times)], name="x"))
    assert [one for one in lines if one.startswith("UID:")] == [
        "UID:meetups-00000001@meshnode.invalid",
        "UID:meetups-00000001-2@meshnode.invalid",
        "UID:meetups-00000001-3@meshnode.invalid",
    ]
    assert [one for one in lines if one.startswith("DTSTART:")] == [
        "DTSTART:20261126T201500Z",
        "DTSTART:20261203T201500Z",
        "DTSTART:20261210T201500Z",
    ]
    assert not any(one.startswith("DTEND") for one in lines)


def test_what_is_free_is_said_of_each_time_alone() -> None:
    slots = [
        {"starts": "2026-12-01T11:00:00Z", "ends": "2026-12-01T12:30:00Z", "free": 0},
        {"starts": "2026-12-08T11:00:00Z", "ends": "2026-12-08T12:30:00Z", "free": 2},
    ]
    document = {
        "kind": "meetup", "id": "ab" * 16, "root": "abababab", "title": "Mittagstisch",
        "where": "Saal", "text": None, "author_name": "Anna", "author": "00", "notices": [],
        "created": "2026-11-27T06:25:00Z", "expires": "2026-12-20T06:25:00Z", "capacity": 2,
        "slots": slots,
    }  # fmt: skip
    lines = unfolded(calendar([bookable_entry(document, load_language("en"))], name="x"))
    assert [one for one in lines if one.startswith("DESCRIPTION:")] == [
        r"DESCRIPTION:Where: Saal\nFree: 0 / 2",
        r"DESCRIPTION:Where: Saal\nFree: 2 / 2",
    ]


def test_what_is_only_asked_for_is_not_shown_as_booked() -> None:
    lines = unfolded(calendar([event(is_tentative=True, label="Angefragt")], name="x"))
    assert "STATUS:TENTATIVE" in lines
    assert "SUMMARY:Angefragt: Trinkwasser" in lines


def test_what_was_called_off_says_so_under_the_same_name() -> None:
    lines = unfolded(calendar([event(version=4, is_cancelled=True)], name="x"))
    assert "STATUS:CANCELLED" in lines
    assert "UID:meetups-00000001@meshnode.invalid" in lines


def test_what_has_no_time_is_in_no_calendar() -> None:
    assert "BEGIN:VEVENT" not in calendar([entry()], name="x")


def test_a_drill_says_so_in_its_title() -> None:
    lines = unfolded(calendar([event(is_drill=True, label="ÜBUNG")], name="x"))
    assert "SUMMARY:ÜBUNG: Trinkwasser" in lines


@given(texts, texts)
def test_lines_are_short_and_nobody_begins_one_of_their_own(heading: str, text: str) -> None:
    made = calendar([event(heading=heading, text=text, place=text)], name=heading)
    assert all(len(line.encode()) <= LINE_BYTES_MAX for line in made.split("\r\n"))
    plain = calendar([event(place="p")], name="x")
    names = [line.partition(":")[0] for line in unfolded(made)]
    assert [one for one in names if one != "LOCATION"] == [
        line.partition(":")[0] for line in unfolded(plain) if not line.startswith("LOCATION")
    ]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_a_folded_line_is_the_same_line(line: str) -> None:
    parts = list(folded(line))
    assert all(len(one.encode()) <= LINE_BYTES_MAX for one in parts)
    assert parts[0] + "".join(one[1:] for one in parts[1:]) == line


@pytest.mark.parametrize(
    ("text", "value"), [("a;b", r"a\;b"), ("a\\n", r"a\\n"), ("a\nb", r"a\nb"), ("a\rb", "a b")]
)
def test_special_characters_are_escaped(text: str, value: str) -> None:
    assert escaped(text) == value
