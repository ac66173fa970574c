"""Check-ins, calls for help and modes on the command line, against a real node."""

from collections.abc import Iterator

import pytest

from meshnode.board.calls.checkin import Need, need_word
from meshnode.commands.calls.checkin import NEEDS
from tests.household import Household, Person


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("calls")).running() as running:
        yield running


@pytest.fixture(scope="module")
def bert(house: Household) -> Person:
    return house.member("Bert")


@pytest.fixture(scope="module")
def eva(house: Household) -> Person:
    """Somebody who coordinates beside Anna, the steward."""
    person = house.member("Eva")
    house.anna.json("role", "grant", "Eva", "coordinator")
    return person


def stage(person: Person, root: str) -> str:
    return person.json("checkin", "show", root)["stage"]


def test_the_needs_of_the_command_line_are_those_of_the_board():
    assert tuple(map(need_word, Need)) == NEEDS


def test_two_words_are_enough_and_ok_ends_the_call(house, bert, eva):
    done = bert.run("checkin", "ok")
    assert done.returncode == 0, done.stderr
    assert "you are OK" in done.stderr
    assert "over" not in done.stderr
    root = done.stdout.strip()
    done = bert.run("checkin", "help", "Kein Licht", "--need", "power,warmth")
    assert done.stdout.strip() == root, "one thing about one person"
    assert "Nobody has taken it yet." in done.stderr
    assert "112" in done.stderr
    (call,) = [one for one in eva.json("call", "list")["calls"] if one["root"] == root]
    assert (call["needs"], call["stage"]) == (["power", "warmth"], "new")
    assert eva.json("call", "take", root, "--note", "Komme")["stage"] == "taken"
    assert "Taken by Eva" in bert.run("checkin", "show", root).stdout
    done = bert.run("checkin", "ok")
    assert "The call for help is over." in done.stderr
    assert stage(bert, root) == "ended"
    assert "all is well" in eva.refusal("call", "take", root, code=6)
    calls = eva.json("call", "list")["calls"]
    assert root not in {one["root"] for one in calls if one["stage"] == "new"}


def test_for_a_neighbour_without_a_phone_both_names_are_said(house, bert, eva):
    where = ("--place", "Schillerstr. 14")
    call = bert.json("checkin", "help", "--for", "Frau Schulz", "--need", "water", *where)
    assert (call["who"], call["author_name"]) == ("Frau Schulz", "Bert")
    assert "Only Bert can change this" in eva.refusal(
        "checkin", "update", call["root"], "--state", "ok", code=4
    )
    fine = bert.json("checkin", "ok", "--for", "frau schulz")
    assert (fine["root"], fine["state"], fine["where"]) == (call["root"], "ok", "Schillerstr. 14")


def test_only_who_coordinates_takes_calls_and_reads_which_role_it_needs(house, bert):
    call = bert.json("checkin", "help", "--for", "Herr Kaya")
    assert "needs the role coordinator" in bert.refusal("call", "take", call["root"], code=4)


def test_a_call_goes_from_hand_to_hand_and_comes_back(house, bert, eva):
    call = bert.json("checkin", "help", "--urgent", "Gestürzt", "--for", "Opa", "--yes")
    root = call["root"]
    eva.json("call", "take", root)
    both = house.anna.json("call", "take", root, "--on-the-way")
    assert [one["name"] for one in both["holders"]] == ["Eva", "Anna"]
    given = eva.json("call", "give", root, "Anna")
    assert [one["name"] for one in given["holders"]] == ["Anna"]
    assert house.anna.json("call", "done", root)["stage"] == "done"
    assert "call reopen" in eva.refusal("call", "take", root, code=6)
    again = bert.json("checkin", "update", root, "Es schmerzt noch", "--state", "help")
    assert (again["stage"], again["since"]) == ("new", call["since"])
    other = bert.json("checkin", "help", "--for", "Oma")
    assert "itself" in eva.refusal("call", "duplicate", root, root, code=2)
    same = eva.json("call", "duplicate", root, other["root"])
    assert (same["stage"], same["closed"]["duplicate_of"]) == ("duplicate", other["root"])
    assert "not open" in eva.refusal("call", "duplicate", other["root"], root, code=6)
    assert eva.json("call", "reopen", root)["stage"] == "new"


def test_the_roll_says_who_was_not_heard_of(house, bert, tmp_path):
    bert.json("checkin", "ok", "--place", "Hof 12")
    bert.json("checkin", "help", "--for", "Frau Adam", "--place", "Hof 12")
    names = tmp_path / "house.txt"
    names.write_text("Bert\n\n# Hinterhaus\nFrau Adam\nHerr Unbekannt\n", encoding="utf-8")
    rows = bert.json("checkin", "roll", "--names", str(names))
    assert [(one["name"], one["answer"]) for one in rows] == [
        ("Frau Adam", "needs_help"),
        ("Herr Unbekannt", "not_heard"),
        ("Bert", "ok"),
    ]
    street = bert.json("checkin", "roll", "hof 12")
    assert {one["name"] for one in street} == {"Frau Adam", "Bert"}
    bert.refusal("checkin", "roll", code=2)


def test_the_roll_of_a_circle_asks_for_its_members(house, bert, eva):
    for person in (bert, eva):
        person.json("message", "sync")
    bert.json("checkin", "ok")
    bert.json("circle", "new", "Hof")
    bert.json("circle", "add", "Eva", "Hof")
    rows = bert.json("checkin", "roll", "--circle", "Hof")
    assert {(one["name"], one["answer"]) for one in rows} == {("Bert", "ok"), ("Eva", "not_heard")}


def test_a_mode_takes_two_and_back_to_normal_is_exact(house, bert, eva):
    assert "needs the role" in bert.refusal("mode", "propose", "outage", code=4)
    before = bert.json("mode", "show")
    outage = eva.json("mode", "propose", "outage", "--for", "12h", "--reason", "Kein Strom")
    assert (outage["needed"], outage["is_confirmed"]) == (2, False)
    assert bert.json("mode", "show")["mode"] == "normal"
    assert "behind this already" in eva.refusal("mode", "confirm", outage["id"][:8], code=6)
    assert house.anna.json("mode", "confirm", outage["id"][:8])["is_in_force"] is True
    during = bert.json("mode", "show")
    assert during["mode"] == "outage"
    assert during["effects"]["ok_s"] < before["effects"]["ok_s"]
    normal = eva.json("mode", "propose", "normal", "--for", "1h")
    assert normal["until"] >= outage["until"], "or the outage would come back"
    house.anna.json("mode", "confirm", normal["id"])
    after = bert.json("mode", "show")
    assert (after["mode"], after["effects"]) == ("normal", before["effects"])


def test_a_drill_changes_words_only(house, bert, eva):
    before = bert.json("mode", "show")["effects"]
    drill = eva.json("mode", "propose", "outage", "--drill", "--for", "1h")
    house.anna.json("mode", "confirm", drill["id"])
    state = bert.json("mode", "show")
    assert (state["mode"], state["effects"]) == ("normal", before)
    assert state["drill"]["mode"] == "outage"
    done = bert.run("status")
    assert "DRILL: outage is only practised" in done.stdout
