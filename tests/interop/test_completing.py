"""What a shell completes, against a real node, and without one."""

from collections.abc import Iterator

import pytest
from click.shell_completion import ShellComplete

from meshnode.commands import main
from tests.household import Household

KINDS = {
    ("bulletin", "show"): (("bulletin", "post", "Wasser am Markt"), "id"),
    ("offer", "show"): (("offer", "post", "Kohl vom Feld", "--item", "food"), "root"),
    ("meetup", "show"): (("meetup", "post", "Suppe", "--at", "+2h", "--length", "1h"), "root"),
    ("checkin", "show"): (("checkin", "ok"), "root"),
    ("mode", "confirm"): (("mode", "propose", "outage"), "id"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("completing")).running() as running:
        yield running


def completed(house: Household, words: tuple[str, ...], typed: str) -> dict[str, str]:
    shell = ShellComplete(main, {}, "meshnode", "_MESHNODE_COMPLETE")
    given = ["--home", str(house.home), *words]
    return {one.value: one.help for one in shell.get_completions(given, typed)}


@pytest.mark.parametrize("words", KINDS, ids=" ".join)
def test_ids_are_completed_with_words_about_what_they_name(house, words):
    said, field = KINDS[words]
    given = house.anna.json(*said)[field]
    found = completed(house, words, given[:4])
    assert given in found
    assert all(found.values())
    other = "0" if given[0] != "0" else "1"
    assert given not in completed(house, words, other)


def test_nothing_is_completed_and_nothing_breaks_without_a_node(tmp_path):
    assert completed(Household(tmp_path), ("bulletin", "show"), "") == {}
