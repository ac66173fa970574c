"""Reading official alerts: CAP, NINA's lists and details, the weather service's list."""

import re
from contextlib import suppress
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.official.cap import parse_cap
from meshnode.board.official.cap_writing import encode_cap, reference_text
from meshnode.board.official.dwd import parse_dwd_list
from meshnode.board.official.nina import LISTED_MAX, parse_nina_detail, parse_nina_list
from meshnode.board.official.reading import parse_official
from meshnode.board.official.regions import check_region, districts_of, is_about
from meshnode.board.official.times import parse_time, time_text
from meshnode.board.official.warning import (
    Area,
    CapCategory,
    CapSeverity,
    MessageType,
    OfficialAlert,
    Status,
    cap_key,
)
from meshnode.board.official.xml import DEPTH_MAX, ELEMENTS_MAX, XML_BYTES_MAX
from meshnode.protocol.errors import LimitError, PeerError
from tests.unit.board.official.samples import (
    IDENTIFIER,
    MINUTE,
    REGION,
    cap,
    dashed,
    detail,
    dwd,
    encoded,
    mapped,
    windy,
)


def reason(data: bytes, read=parse_cap) -> str:
    with pytest.raises(PeerError) as refused:
        read(data)
    return refused.value.reason


# CAP.


def test_cap_is_read_in_german_where_there_is_german() -> None:
    alert = parse_cap(cap(more="<responseType>Shelter</responseType>"))
    assert alert.key == "wetter@example.org,2.49.0.1.276.0.1"
    assert (alert.headline, alert.source) == ("Amtliche Warnung vor Sturm", "Wetteramt Musterstadt")
    assert (alert.severity, alert.category) == (CapSeverity.SEVERE, CapCategory.MET)
    assert (alert.sent_min, alert.onset_min, alert.expires_min) == (
        MINUTE,
        MINUTE + 60,
        MINUTE + 300,
    )
    assert alert.responses == ("Shelter",)
    assert alert.areas[0].name == "Stadt Dortmund"
    assert alert.areas[0].polygons[0][0] == (51.5, 7.4)
    assert districts_of(alert) == {"05913"}


def test_cap_names_what_it_replaces() -> None:
    text = "a@b,1,2026-11-26T10:00:00-00:00 a@b,2,2026-11-26T11:00:00-00:00"
    alert = parse_cap(cap(references=text, msg_type="Update"))
    assert alert.references == (cap_key("a@b", "1"), cap_key("a@b", "2"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "bad_xml"),
        (b"<html><body>503</body></html>", "bad_cap"),
        (cap()[:-30], "bad_xml"),
        (cap(msg_type="Ack"), "bad_cap"),
        (cap(severity="Awful"), "bad_cap"),
        (cap(identifier="a b"), "bad_cap"),
        (cap(identifier="x" * 201), "bad_cap"),
        (cap(references="one"), "bad_cap"),
        (cap().replace(b"Public", b"Private"), "not_public"),
        (cap().replace(b"cap:1.2", b"cap:1.1"), "bad_cap"),
        (cap().replace(b"51.5,7.4", b"nan,7.4"), "bad_cap"),
        (cap().replace(b"T11:00:00+00:00", b"T11:00:00"), "bad_time"),
        (cap(head='<?xml version="1.0" encoding="EBCDIC"?>'), "bad_charset"),
        (cap(description="ä").decode().encode("latin-1"), "bad_charset"),
        (cap(head='<!DOCTYPE alert SYSTEM "file:///etc/passwd">'), "bad_xml"),
        (cap(head='<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'), "bad_xml"),
        (b" " * (XML_BYTES_MAX + 1), "oversize"),
        (b"<a>" * (DEPTH_MAX + 2), "oversize"),
        (b"<a>" + b"<b/>" * ELEMENTS_MAX + b"</a>", "oversize"),
    ],
)
def test_what_is_no_cap_is_refused_with_its_reason(data: bytes, why: str) -> None:
    assert reason(data) == why


def test_another_declared_encoding_is_read() -> None:
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>'
    data = cap(head=head).decode().encode("latin-1")
    assert parse_cap(data).instruction == "Türen und Fenster schließen."


def test_a_cancel_may_say_nothing_else() -> None:
    data = cap(msg_type="Cancel")
    bare = data[: data.index(b" <info>")] + b"</alert>"
    assert parse_cap(bare).message_type is MessageType.CANCEL
    assert reason(bare.replace(b"Cancel", b"Update")) == "bad_cap"


LINE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)
WORD = LINE.filter(lambda text: not set(text) & set(" ,<&"))


@given(
    st.builds(
        OfficialAlert,
        key=st.just(""),
        sender=WORD,
        identifier=WORD,
        source=LINE,
        sent_min=st.integers(0, 1 << 23),
        message_type=st.sampled_from(MessageType),
        status=st.sampled_from(Status),
        severity=st.sampled_from(CapSeverity),
        category=st.sampled_from(CapCategory),
        headline=LINE,
        event=LINE,
        description=LINE,
        onset_min=st.none() | st.integers(0, 1 << 23),
        expires_min=st.none() | st.integers(0, 1 << 23),
        areas=st.lists(st.builds(Area, LINE), max_size=3).map(tuple),
    )
)
def test_what_is_written_as_cap_is_read_back_the_same(alert: OfficialAlert) -> None:
    text = encode_cap(alert, references=reference_text("a@b", "1", alert.sent_min))
    again = parse_cap(text.encode())
    assert again.references == (cap_key("a@b", "1"),)
    for name in ("sender", "identifier", "source", "sent_min", "message_type", "status", "areas"):
        assert getattr(again, name) == getattr(alert, name)
    for name in ("severity", "category", "headline", "event", "description", "expires_min"):
        assert getattr(again, name) == getattr(alert, name)


CAP_ORDER = {
    "alert": [
        "identifier",
        "sender",
        "sent",
        "status",
        "msgType",
        "source",
        "scope",
        "restriction",
        "addresses",
        "code",
        "note",
        "references",
        "incidents",
        "info",
    ],
    "info": [
        "language",
        "category",
        "event",
        "responseType",
        "urgency",
        "severity",
        "certainty",
        "audience",
        "eventCode",
        "effective",
        "onset",
        "expires",
        "senderName",
        "headline",
        "description",
        "instruction",
        "web",
        "contact",
        "parameter",
        "resource",
        "area",
    ],
    "area": ["areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"],
}
"""The sequences that the standard's schema demands. Source: CAP 1.2 section 3.4."""
CAP_NEEDED = {
    "alert": {"identifier", "sender", "sent", "status", "msgType", "scope"},
    "info": {"category", "event", "urgency", "severity", "certainty"},
    "area": {"areaDesc"},
}


@pytest.mark.parametrize("areas", [(), (Area("Nord"),), (Area("Nord"), Area("Süd & <West>"))])
@pytest.mark.parametrize("minute", [None, MINUTE])
def test_what_is_written_as_cap_has_what_the_schema_demands_in_its_order(areas, minute) -> None:
    alert = replace(
        parse_cap(cap(more="<responseType>Shelter</responseType>")),
        areas=areas,
        onset_min=minute,
        expires_min=minute,
    )
    text = encode_cap(alert, references="a@b,1,2026-11-26T10:00:00-00:00")
    root = ElementTree.fromstring(text)  # noqa: S314  Our own.
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name in CAP_ORDER:
            inside = [one.tag.rpartition("}")[2] for one in element]
            places = [CAP_ORDER[name].index(one) for one in inside]
            assert places == sorted(places)
            assert CAP_NEEDED[name] <= set(inside)
        elif name in ("sent", "onset", "expires"):
            moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"
            assert re.fullmatch(moment, element.text or "")
        else:
            assert element.text


@given(st.integers(-(1 << 23), 1 << 23))
def test_a_time_is_read_as_it_was_written(minute: int) -> None:
    assert parse_time(time_text(minute)) == minute


@pytest.mark.parametrize(
    "text",
    ["2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "now", "0" * 99],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(PeerError):
        parse_time(text)


# NINA.


@pytest.mark.parametrize("item", [mapped(), dashed()])
def test_a_list_says_what_it_says(item: object) -> None:
    listed = parse_nina_list(encoded([item]))
    (alert,) = listed.alerts
    assert listed.unreadable == 0
    assert (alert.key, alert.headline) == (IDENTIFIER, "Gefahr durch Rauch")
    assert (alert.source, alert.severity) == ("MoWaS", CapSeverity.SEVERE)
    assert (alert.sent_min, alert.expires_min) == (MINUTE, None)


def test_an_item_that_cannot_be_read_hides_no_other() -> None:
    items = [{}, 7, mapped(i18nTitle={}), mapped(startDate="soon"), mapped(id="a b"), mapped()]
    listed = parse_nina_list(encoded(items))
    assert len(listed.alerts) == 1
    assert listed.unreadable == 5


def test_a_list_that_is_too_long_is_read_to_its_bound() -> None:
    items = [mapped(f"mow.{number}") for number in range(LISTED_MAX + 2)]
    listed = parse_nina_list(encoded(items))
    assert (len(listed.alerts), listed.unreadable) == (LISTED_MAX, 2)


def test_a_trial_is_none_also_where_only_the_list_is_there() -> None:
    (alert,) = parse_nina_list(encoded([mapped(i18nTitle={"de": "Probewarnung"})])).alerts
    assert alert.status is Status.EXERCISE


def test_a_detail_says_more_and_names_what_it_replaces() -> None:
    (listed,) = parse_nina_list(encoded([dashed()])).alerts
    references = "DE-NW-DO-SE001,DE-NW-DO-SE001-20261126-000,2026-11-26T10:00:00+01:00"
    alert = parse_nina_detail(encoded(detail(references=references)), listed)
    assert alert.reference == listed.reference
    assert alert.source == "Leitstelle Musterstadt"
    assert alert.references == ("mow.DE-NW-DO-SE001-20261126-000",)
    assert is_about(alert, [REGION])
    assert not is_about(alert, ["055000000000"])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<!DOCTYPE html><title>503</title>", "bad_json"),
        (encoded([mapped()])[:-9], "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'"\xe4"', "bad_charset"),
        (b"{}", "bad_feed"),
        (b'[{"id": NaN}]', "bad_json"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(data: bytes, why: str) -> None:
    assert reason(data, parse_nina_list) == why


def test_the_detail_of_another_warning_is_refused() -> None:
    (listed,) = parse_nina_list(encoded([mapped()])).alerts
    with pytest.raises(PeerError):
        parse_nina_detail(encoded(detail("mow.other")), listed)
    with pytest.raises(PeerError):
        parse_nina_detail(encoded(detail(status="Perhaps")), listed)


# The weather service.


@pytest.mark.parametrize("is_framed", [True, False])
def test_the_weather_services_list_is_read(is_framed: bool) -> None:
    (alert,) = parse_dwd_list(dwd(is_framed=is_framed)).alerts
    assert alert.key == f"dwd.105913000.1.{MINUTE + 60}"
    assert (alert.source, alert.severity) == ("DWD", CapSeverity.SEVERE)
    assert (alert.onset_min, alert.expires_min) == (MINUTE + 60, MINUTE + 300)
    assert is_about(alert, [REGION])


def test_of_one_cell_sort_and_beginning_the_worst_is_taken() -> None:
    listed = parse_dwd_list(dwd(windy(level=2), windy(level=5), windy(level=3)))
    assert [one.severity for one in listed.alerts] == [CapSeverity.EXTREME]


def test_a_warning_of_the_weather_service_without_its_times_is_counted() -> None:
    listed = parse_dwd_list(dwd(windy(start="soon"), windy(), windy(type=None)))
    assert (len(listed.alerts), listed.unreadable) == (1, 2)
    assert reason(b"warnWetter.loadWarnings([]);", parse_dwd_list) == "bad_json"
    assert reason(b"{}", parse_dwd_list) == "bad_feed"


# All.


@pytest.mark.parametrize(
    "data", [cap(), encoded([mapped()]), encoded(detail()), dwd(), dwd(is_framed=False)]
)
def test_a_file_says_itself_what_it_is(data: bytes) -> None:
    assert len(parse_official(data).alerts) == 1
    assert len(parse_official(b"\xef\xbb\xbf" + data).alerts) == 1


def test_several_documents_of_cap_in_one_file_are_read_each_by_itself() -> None:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    one, two = cap("1", head=head), cap("2", head=head)
    listed = parse_official(one + b"\n" + two)
    assert [alert.identifier for alert in listed.alerts] == ["1", "2"]
    spoilt = parse_official(one + two[:-30] + one)
    assert ([alert.identifier for alert in spoilt.alerts], spoilt.unreadable) == (["1", "1"], 1)
    assert reason(one[:-30] + two[:-30], parse_official) == "bad_xml"
    many = parse_official(one + two + (head.encode() + b"<a/>") * LISTED_MAX)
    assert (len(many.alerts), many.unreadable) == (2, LISTED_MAX - 1)


SEEDS = st.sampled_from([cap(), encoded([mapped()]), encoded([dashed()]), encoded(detail()), dwd()])


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data) - 1))
        data[at : at + draw(st.integers(0, 8))] = draw(st.binary(max_size=8))
    return bytes(data)


@settings(max_examples=300)
@given(st.binary(max_size=200) | damaged())
def test_whatever_bytes_come_are_read_or_refused(data: bytes) -> None:
    for read in (parse_cap, parse_nina_list, parse_nina_detail, parse_dwd_list, parse_official):
        with suppress(PeerError):
            read(data)


@pytest.mark.parametrize("region", ["05913", "059130000001", "05913000000x", "٠59130000000", ""])
def test_what_is_no_district_is_refused(region: str) -> None:
    with pytest.raises(LimitError):
        check_region(region)
    assert check_region(REGION) == REGION
