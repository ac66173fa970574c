"""Booking, queueing and meeting on the command line, against a real node."""

import time
from collections.abc import Iterator

import pytest

from tests.household import Household, Person
from tests.patience import ANSWER_S


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("capacity")).running() as running:
        yield running


@pytest.fixture(scope="module")
def bert(house: Household) -> Person:
    return house.member("Bert")


@pytest.fixture(scope="module")
def cem(house: Household) -> Person:
    return house.member("Cem")


def opened(house: Household, *more: str, capacity: int = 1) -> str:
    words = ("slots", "open", "Impftermine", "--at", "+2h", "--length", "15m")
    return house.anna.json(*words, "--capacity", str(capacity), *more)["root"]


def until_booked(person: Person, claim: str) -> None:
    """Wait until the waiting list has moved up."""
    until_s = time.monotonic() + ANSWER_S
    while person.json("booking", "show", claim)["state"] != "booked":
        assert time.monotonic() < until_s
        time.sleep(0.05)


def test_who_asks_is_booked_and_who_comes_too_late_is_told_so(house, bert, cem):
    root = opened(house)
    done = bert.run("booking", "ask", root)
    assert done.returncode == 0, done.stderr
    assert "Booked by Feuerwache: place 1." in done.stderr
    late = cem.run("booking", "ask", root, "--for", "Frau Schmidt")
    assert "Asked for. Not booked yet: this node decides." in late.stderr
    assert "Booked" not in late.stderr
    claim = late.stdout.strip()
    assert "Frau Schmidt (by Cem)" in cem.run("booking", "show", claim).stdout
    assert "Only Anna" in cem.refusal("booking", "cancel", done.stdout.strip(), code=4)
    assert bert.json("booking", "cancel", done.stdout.strip())["state"] == "cancelled"
    until_booked(cem, claim)
    assert [one["id"][:8] for one in cem.json("booking", "list", "--thing", root)] == [claim]
    assert len(house.anna.json("booking", "list", "--all", "--thing", root)) == 2


def test_a_host_says_yes_or_no_and_who_came(house, bert, cem):
    root = opened(house, "--by-hand", capacity=2)
    first = bert.run("booking", "ask", root)
    assert "a host has to say yes" in first.stderr
    second = cem.json("booking", "ask", root)
    claim = first.stdout.strip()
    assert "Only Anna" in cem.refusal("booking", "confirm", claim, code=4)
    assert house.anna.json("booking", "confirm", claim)["state"] == "booked"
    assert house.anna.json("booking", "decline", second["id"])["state"] == "declined"
    assert house.anna.json("booking", "used", claim)["state"] == "used"
    for verb in ("confirm", "used", "no-show"):
        refused = house.anna.refusal("booking", verb, second["id"], code=6)
        assert "This was declined, and stays so." in refused


def test_a_queue_gives_numbers_and_calls_the_next(house, bert, cem):
    root = opened(house, "--queue", capacity=20)
    first = bert.run("ticket", "take", root)
    assert "Ticket 1. Nobody before it." in first.stderr
    second = cem.run("ticket", "take", root)
    assert "Ticket 2. About 1 before it." in second.stderr
    called = house.anna.run("ticket", "next", root)
    assert "Ticket 1 is called" in called.stderr, called
    assert "Nobody before it" in cem.run("ticket", "show", second.stdout.strip()).stdout
    assert house.anna.json("ticket", "call", second.stdout.strip())["state"] == "called"
    assert "Nobody is in the queue" in house.anna.run("ticket", "next", root).stderr


def test_people_meet_every_week_with_and_without_sign_up(house, bert, cem):
    words = ("meetup", "post", "Mittagstisch", "--at", "+1h", "--length", "90m", "--weekly", "8")
    open_to_all = house.anna.json(*words, "--place", "Gemeindehaus")
    assert (open_to_all["where"], len(open_to_all["slots"])) == ("Gemeindehaus", 8)
    assert "no booking is needed" in bert.run("meetup", "join", open_to_all["root"]).stderr
    seats = house.anna.json(*words, "--seats", "1")["root"]
    assert "Booked by" in bert.run("meetup", "join", seats, "--time", "2").stderr
    assert "Not booked yet" in cem.run("meetup", "join", seats, "--time", "2").stderr
    assert len(bert.json("meetup", "list", "--mine")) == 2
    assert bert.json("meetup", "leave", seats)["state"] == "cancelled"
    assert "Mittagstisch" in cem.run("meetup", "list").stdout
    shown = cem.run("meetup", "show", seats).stdout
    assert "Bert" in shown
    assert "Cem" in shown


def test_words_can_be_changed_and_terms_cannot(house, bert):
    root = opened(house)
    changed = house.anna.json("slots", "update", root, "--text", "Seiteneingang")
    assert (changed["text"], changed["root"], changed["capacity"]) == ("Seiteneingang", root, 1)
    bert.refusal("slots", "update", root, "--text", "x", code=4)
    house.anna.refusal("slots", "update", root, code=2)
    assert bert.json("booking", "ask", root)["state"] == "booked"


def test_what_cannot_be_says_what_to_do(house, bert):
    root = opened(house, "--count", "2")
    assert "slots 1 to 2" in bert.refusal("booking", "ask", root, "--slot", "3", code=2)
    assert "up to 1" in bert.refusal("booking", "ask", root, "--units", "2", code=2)
    assert "--to NODE" in bert.refusal("slots", "allot", root, code=2)
    assert "No node here" in bert.refusal(
        "slots", "allot", root, "--to", "Nowhere", "--units", "1", code=3
    )
    assert "No other node" in bert.refusal("slots", "allot", root, "--auto", code=2)
    assert "nothing to return" in bert.run("slots", "give-back", root).stderr
    far = ("slots", "open", "x", "--at", "+2h", "--length", "1d", "--count", "100")
    assert "days from now" in house.anna.refusal(*far, code=2)
    assert "not possible" in house.anna.refusal(
        "slots", "open", "x", "--at", "gestern", "--length", "1h", code=2
    )


def test_minutes_go_to_a_circle_only(house, bert):
    house.anna.json("circle", "new", "Garten")
    root = house.anna.json("meetup", "post", "Garten", "--at", "+1h", "--length", "1h")["root"]
    sent = house.anna.run("meetup", "minutes", root, "--circle", "Garten", "Wir pflanzen.")
    assert sent.returncode == 0, sent.stderr
