"""What lists say is read aloud here: lengths, sellers, tickets, finds, the normal mode."""

import pytest

from meshnode.commands.bookings import bookingwords
from meshnode.commands.bulletins import finding
from meshnode.commands.calls import modewords

HERE = {"name": "Nordmarkt", "heard_s": 0, "free": 90}
THERE = {"name": "Hafen", "heard_s": 60, "free": 44}
TICKET = {
    "sort": "queue",
    "state": "booked",
    "sellers": [HERE],
    "booked": [{"first_unit": 7, "units": 1}],
}


def bookable(**changed):
    return {
        "root": "1a2b3c4d",
        "title": "Water",
        "sort_words": "queue with tickets",
        "text": None,
        "where": None,
        "place": "5e6f7a8b",
        "author": "00",
        "author_name": "Anna",
        "starts": "2026-11-24T12:00:00Z",
        "length_s": 5400,
        "slots": [],
        "capacity": 200,
        "claim_max": 1,
        "lease_s": 0,
        "is_automatic": True,
        "is_rightful": True,
        "authority": HERE,
        "owners": [THERE, HERE],
        "proofs": [],
        **changed,
    }


@pytest.mark.parametrize(
    ("length_s", "words"), [(5400, "0 x 90 min"), (7200, "0 x 2 h"), (900, "0 x 15 min")]
)
def test_ninety_minutes_are_not_two_hours(length_s, words):
    assert words in bookingwords.things([bookable(length_s=length_s)])[1]


def test_this_node_and_others_are_told_apart_and_a_place_has_its_name():
    said = "\n".join(bookingwords.whole(bookable(place_name="Handpumpe")))
    assert "Place: Handpumpe\n" in said
    assert "This node, Nordmarkt, books it.\n" in said
    sellers = (
        "This node has 90 left to sell.\n"
        "The node Hafen has 44 left to sell, last heard 1 min ago.\n"
    )
    assert sellers in said


def test_a_ticket_speaks_of_itself_and_not_to_whoever_looks():
    assert bookingwords.state({**TICKET, "ahead": 0}) == "Ticket 7. Nobody before it."
    assert bookingwords.state({**TICKET, "ahead": 3}) == "Ticket 7. About 3 before it."
    assert bookingwords.state({**TICKET, "state": "called"}) == "Ticket 7 is called."


def find(**changed):
    return {
        "kind": "place",
        "severity": None,
        "title": "Handpumpe",
        "place": None,
        "parts": [],
        "moderation": {"hidden": None, "labels": [], "corrections": []},
        **changed,
    }


def test_a_find_without_a_text_has_no_colon_and_says_its_place_once(monkeypatch):
    monkeypatch.setattr(finding, "note_marks", lambda _: "")
    assert finding.said(find(place="Handpumpe Hafenstr. 12")) == "Handpumpe (Hafenstr. 12)"
    assert finding.said(find(parts=[{"text": "tief", "is_match": False}])) == "Handpumpe: tief"


def test_a_call_for_help_is_called_so_in_a_search():
    assert finding.what(find(kind="call", severity="extreme")) == "call"


def test_normal_has_no_end():
    by = {"until": "2026-11-24T12:00:00Z", "supporters": [{"name": "Anna"}], "reason": None}
    state = {"mode": "normal", "mode_words": "everything as usual", "by": by}
    assert modewords.sentence(state) == "Mode: everything as usual, proposed by Anna"
    assert " until " in modewords.sentence({**state, "mode": "outage"})
