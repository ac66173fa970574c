"""`--place` means the same for offers, check-ins and meet-ups."""

import pytest

from meshnode.commands.places import locating
from meshnode.commands.places.locating import Located, located
from meshnode.commands.terminal.failures import Failure

PLACES = {"1a2b3c4d": "Handpumpe Hafenstr.", "5e6f7a8b": "Schule"}


@pytest.fixture(autouse=True)
def board(monkeypatch):
    """Two places, found as the node finds them: by id, by name, by what begins it or a word."""

    def found(_client, wanted, _language="en"):
        hits = [
            (root, name)
            for root, name in PLACES.items()
            if root == wanted
            or any(
                f" {name}".casefold().find(f" {wanted}".casefold()) == n for n in range(len(name))
            )
        ]
        if len(hits) != 1:
            raise Failure("none", code="ambiguous" if hits else "not_found")
        return {"root": hits[0][0], "name": hits[0][1]}

    monkeypatch.setattr(locating, "found", found)
    monkeypatch.setattr(locating.placewords, "name", lambda place: place["name"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Schule", Located("5e6f7a8b", "Schule")),
        ("schule", Located("5e6f7a8b", "Schule")),
        ("#1a2b3c4d", Located("1a2b3c4d", "Handpumpe Hafenstr.")),
        ("1a2b3c4d", Located("1a2b3c4d", "Handpumpe Hafenstr.")),
        ("Hafenstr. 3", Located(None, "Hafenstr. 3")),
        ("", Located(None, "")),
    ],
)
def test_a_whole_name_or_an_id_is_a_place_and_all_else_is_words(typed, meant):
    assert located(None, typed) == meant


def test_nobody_is_sent_to_a_place_whose_name_only_begins_so():
    assert located(None, "Handpumpe") == Located(None, "Handpumpe")


def test_an_id_that_has_not_arrived_is_kept():
    assert located(None, "#00c0ffee") == Located("00c0ffee", "")


def test_what_looks_like_an_id_and_is_none_is_refused_with_where_to_look():
    with pytest.raises(Failure, match="place list"):
        located(None, "#12")


def test_slots_take_a_beginning_because_they_need_a_place():
    assert locating.on_the_board(None, "Handpumpe") == "1a2b3c4d"
    with pytest.raises(Failure):
        locating.on_the_board(None, "Turnhalle")
