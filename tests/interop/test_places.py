"""Places and levels on the command line, against a real node: two words suffice for a host."""

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from click.shell_completion import ShellComplete

from meshnode.board.places.place import CATEGORIES
from meshnode.commands import main
from tests.household import Household, Person


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("places")).running() as running:
        yield running


@pytest.fixture(scope="module")
def bert(house: Household) -> Person:
    return house.member("Bert")


@pytest.fixture(scope="module")
def hall(house: Household) -> str:
    done = house.anna.run(
        *("place", "add", "Begegnungszentrum Nordmarkt", "--category", "hall", "--step-free"),
        *("--capacity", "60", "--at", "51.52345,7.46712", "--hours", "always"),
    )
    assert done.returncode == 0, done.stderr
    assert "51.523,7.467, rounded to about 100 m" in done.stderr
    return done.stdout.strip()


def shown(person: Person, name: str) -> dict:
    return person.json("place", "show", name)


def line_of(person: Person, name: str) -> str:
    lines = person.run("place", "list").stdout.splitlines()
    return next(line for line in lines if name in line)


def test_the_categories_are_those_of_the_board() -> None:
    assert import_module("meshnode.commands.places.place").CATEGORIES == CATEGORIES


def test_a_host_says_how_full_it_is_in_two_words_and_everybody_sees_it(house, bert, hall):
    done = house.anna.run("level", "set", "Nordmarkt", "full")
    assert done.returncode == 0, done.stderr
    said = r"Begegnungszentrum Nordmarkt: full, (now|1 min ago), host\n"
    assert re.fullmatch(said, done.stdout)
    assert re.search(r"hall +yes +full, (now|1 min ago), host$", line_of(bert, "Begegnung"))
    assert bert.run("level", "set", "begeg", "leer").stdout.endswith("; but Bert says empty\n")
    assert shown(bert, hall)["crowding"]["said_by"] == "Anna"
    assert "Two say different things" in bert.run("level", "show", "begeg").stdout


def test_a_word_replaces_one_that_would_have_lasted_longer(house, bert, hall):
    bert.json("level", "set", "begeg", "closed", "--expires", "24h")
    bert.json("level", "set", "begeg", "some")
    levels = [one for one in shown(bert, hall)["levels"] if one["said_by"] == "Bert"]
    assert [one["level"] for one in levels] == ["some"]


def test_a_counter_needs_a_key_of_its_own_and_the_node_s_will_do(bert, hall):
    bert.json("level", "set", hall, "some")
    assert "--as-node" in bert.refusal("level", "set", hall, "37", "--source", "counter", code=4)
    done = bert.run("level", "set", hall, "37", "--source", "counter", "--as-node")
    assert done.returncode == 0, done.stderr
    assert "trend only" in done.stderr
    sources = {one["source"] for one in shown(bert, hall)["levels"]}
    assert sources == {"person", "counter"}


def test_only_the_host_changes_and_removes_a_place_and_what_is_left_out_stays(house, bert, hall):
    house.anna.json("level", "set", hall, "full")
    assert "Only Anna" in bert.refusal("place", "update", hall, "--capacity", "9", code=4)
    assert "Only Anna" in bert.refusal("place", "remove", hall, code=4)
    house.anna.json("place", "update", "begeg", "--capacity", "80", "--contact", "Klingel")
    after = shown(bert, hall)
    assert (after["root"], after["capacity"], after["contact"]) == (hall, 80, "Klingel")
    assert (after["is_step_free"], after["opening"]["is_always"]) == (True, True)
    house.anna.json("place", "update", "begeg", "--contact", "", "--at", "", "--steps")
    after = shown(bert, hall)
    assert (after["contact"], after["position"], after["is_step_free"]) == (None, None, False)
    assert after["crowding"]["said_by"] == "Anna"


def test_a_place_that_is_removed_is_gone(house, bert):
    root = bert.json("place", "add", "Laden", "--for", "Frau Yilmaz")["root"]
    assert shown(house.anna, "laden")["on_behalf_of"] == "Frau Yilmaz"
    assert bert.json("place", "remove", "laden")["root"] == root
    house.anna.refusal("place", "show", root, code=3)


def test_nothing_known_yet_is_said_and_not_made_up(bert, hall):
    done = bert.run("level", "history", hall)
    assert "not known yet" in done.stdout
    document = bert.json("level", "history", hall)
    assert (document["pattern"]["known_hours"], document["best_time"]["is_known"]) == (0, False)


@pytest.mark.parametrize(
    ("words", "sentence", "code"),
    [
        (("level", "set", "Nowhere", "full"), "meshnode place list", 3),
        (("level", "set", "begeg", "busy"), "empty, some, full, closed", 2),
        (("level", "set", "begeg", "voll", "--source", "counter"), "number of people", 2),
        (("level", "set", "begeg", "full", "--expires", "2d"), "a day at most", 2),
        (("level", "set", "begeg", "99999"), "50000", 2),
        (("place", "add", "x", "--hours", "Mo"), "9-12", 2),
        (("place", "add", "x", "--at", "Dortmund"), "51.523,7.467", 2),
        (("place", "add", "x", "--at", "91,0"), "nowhere on Earth", 2),
        (("place", "add", ""), "no name", 2),
        (("place", "add", "x", "--expires", "53w"), "a year at most", 2),
    ],
)
def test_a_refusal_says_what_to_do(bert, hall, words, sentence, code):
    assert sentence in bert.refusal(*words, code=code)


def test_names_are_completed_by_a_word_that_means_one_place(house, bert, hall):
    other = bert.json("place", "add", "Nord Kiosk")["root"]
    bert.json("place", "add", "Nordlicht")

    def completed(typed: str) -> list[str]:
        words = ["--home", str(house.home), "level", "set"]
        shell = ShellComplete(main, {}, "meshnode", "_MESHNODE_COMPLETE")
        return [one.value for one in shell.get_completions(words, typed)]

    assert completed("beg") == ["Begegnungszentrum"]
    assert set(completed("")) == {"Begegnungszentrum", "Nordlicht", other}
