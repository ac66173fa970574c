"""Roles, revocations and charters on the command line, against a real node."""

import json
from collections.abc import Iterator

import pytest

from tests.household import Household, Person


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("authority")).running() as running:
        yield running


@pytest.fixture
def quarter(tmp_path) -> Iterator[Household]:
    """A community of its own, for what cannot be taken back."""
    with Household(tmp_path).running() as running:
        yield running


def shown(person: Person, name: str) -> dict:
    return person.json("member", "show", name)


def roles(person: Person, name: str) -> set[str]:
    return {one["role"] for one in shown(person, name)["roles"]}


def test_a_role_is_granted_taken_and_granted_again_within_a_minute(house):
    house.member("Bert")
    for _ in range(3):
        granted = house.anna.json("role", "grant", "Bert", "coordinator", "--for", "2w")
        assert granted["until"]
        assert roles(house.anna, "Bert") == {"coordinator"}
        house.anna.json("role", "take", "Bert", "coordinator")
        assert roles(house.anna, "Bert") == set()
    house.anna.json("role", "grant", "Bert", "moderator")
    held = [one for one in house.anna.json("role", "list") if one["name"] == "Bert"]
    assert [one["role"] for one in held] == ["moderator"]
    assert "Bert" in house.anna.run("role", "list").stdout
    assert "no coordinator" in house.anna.refusal("role", "take", "Bert", "coordinator", code=3)


def test_a_role_is_a_stewards_to_give_and_ends(house):
    cem = house.member("Cem")
    assert "Ask one: Anna" in cem.refusal("role", "grant", "Cem", "moderator", code=4)
    words = ("role", "grant", "Cem", "moderator")
    assert "91 days" in house.anna.refusal(*words, "--for", "20w", code=2)
    assert "host" in house.anna.refusal(*words, "--place", "ab" * 16, code=2)
    host = house.anna.json("role", "grant", "Cem", "host", "--place", "ab" * 16)
    assert host["role"] == "host"
    assert shown(cem, "Cem")["roles"][0]["place"] == "ab" * 16


def test_the_founders_node_warns_once_it_is_a_coordinator(house):
    words = ("bulletin", "post", "Fire", "--severity", "severe", "--as-node")
    refused = house.anna.refusal(*words, code=4)
    assert "role grant" in refused
    house.anna.json("role", "grant", "Feuerwache", "coordinator")
    assert house.anna.json(*words)["id"]


def test_a_revoked_member_signs_no_more_and_keeps_its_name_so_far(house):
    dora = house.member("Dora")
    dora.json("identity", "rename", "Dora K.")
    assert "--yes" in house.anna.refusal("revoke", "Dora K.", code=2)
    done = house.anna.json("revoke", "Dora K.", "--reason", "left", "--yes")
    assert done["kept"]
    assert not done["more_needed"]
    assert "revoked" in dora.refusal("identity", "rename", "Dora again", code=4)
    assert "Dora" not in house.anna.run("member", "list").stdout
    (found,) = house.anna.json("member", "lookup", dora.fingerprint[:12])
    assert found["is_revoked"]
    assert "revoked" in dora.refusal("identity", "join", code=4)


def test_one_device_is_revoked_by_its_id_and_from_a_number_on(house):
    emil = house.member("Emil")
    for name in ("Emil A", "Emil B", "Emil C"):
        emil.json("identity", "rename", name)
    device = next(one for one in shown(emil, "Emil C")["keys"] if one["is_device"])
    words = ("revoke", device["key_id"], "--reason", "compromised", "--yes")
    done = house.anna.json(*words, "--from-sequence", str(device["last_sequence"]))
    assert done["kept"] == {device["key_id"]: device["last_sequence"] - 1}
    after = house.anna.json("member", "show", emil.fingerprint[:8])
    assert not after["is_revoked"]
    assert after["name"] == "Emil"
    assert next(one for one in after["keys"] if one["is_device"])["last"] is not None
    refused = house.anna.refusal("revoke", "Emil", "--everything", "--keep-until-now", code=2)
    assert "Choose one" in refused


def test_everything_that_somebody_ever_signed_becomes_void(house):
    fina = house.member("Fina")
    gero = house.newcomer("Gero")
    code = gero.json("identity", "join")["code"]
    fina.json("member", "admit", code, "--yes")
    hana = house.member("Hana")
    assert hana.json("member", "vouch", "Gero", "--yes")["is_member"]
    done = house.anna.run("revoke", "Fina", "--reason", "abuse", "--everything", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Gero" in done.stderr
    assert "Gero" not in {one["name"] for one in house.anna.json("member", "list")}


def test_a_member_revokes_nobody_but_itself(house):
    ida = house.member("Ida")
    assert "Only a steward" in ida.refusal("revoke", "Anna", "--yes", code=4)
    assert ida.json("revoke", "Ida", "--yes")["kept"]
    (found,) = house.anna.json("member", "lookup", ida.fingerprint)
    assert found["is_revoked"]
    assert "new charter" in house.anna.refusal("revoke", "Anna", "--yes", code=4)


def test_stewards_are_added_agree_and_leave(quarter):
    anna = quarter.anna
    bert, cem = quarter.member("Bert"), quarter.member("Cem")
    three = [word for name in ("Anna", "Bert", "Cem") for word in ("--steward", name)]
    first = anna.json("community", "propose", *three, "--threshold", "2", "--yes")
    assert first["in_force"]
    assert shown(anna, "Bert")["is_steward"]
    assert "Proposed" not in anna.run("community", "show").stdout

    two = ("community", "propose", "--steward", "Bert", "--steward", "Cem", "--yes")
    second = bert.json(*two)
    assert (second["in_force"], second["needed"]) == (False, 1)
    assert f"community endorse {second['id'][:8]}" in cem.run("community", "show").stdout
    bert_again = bert.json("community", "endorse", second["id"][:8], "--yes")
    assert not bert_again["in_force"]
    agreed = cem.json("community", "endorse", second["id"][:8], "--yes")
    assert agreed["in_force"]
    assert not shown(bert, "Anna")["is_steward"]
    names = {one["name"] for one in bert.json("member", "list")}
    assert {"Anna", "Bert", "Cem", "Feuerwache"} <= names
    assert "Only a steward" in anna.refusal("role", "grant", "Bert", "moderator", code=4)
    listed = bert.json("community", "list")
    assert sum(one["in_force"] for one in listed) == 1
    assert len(listed) == 3


def test_a_steward_falls_when_enough_of_the_others_say_so(quarter):
    bert, cem = quarter.member("Bert"), quarter.member("Cem")
    three = [word for name in ("Anna", "Bert", "Cem") for word in ("--steward", name)]
    quarter.anna.json("community", "propose", *three, "--threshold", "3", "--yes")
    done = bert.json("revoke", "Anna", "--reason", "left", "--yes")
    assert done["more_needed"] == 1
    assert shown(bert, "Anna")["is_steward"]
    assert cem.json("revoke", "Anna", "--reason", "left", "--yes")["more_needed"] == 0
    document = cem.json("community", "show")
    stands = {one["name"]: one["stands"] for one in document["charter"]["stewards"]}
    assert stands == {"Anna": False, "Bert": True, "Cem": True}


def test_a_steward_whose_key_is_in_wrong_hands_ends_it_alone(quarter):
    anna, bert = quarter.anna, quarter.member("Bert")
    quarter.member("Cem")
    dora = quarter.member("Dora")
    line = anna.json("invite", "person", "--uses", "3")["invite"]
    emil = quarter.newcomer("Emil")
    emil.json("identity", "join", "--invite", line)
    three = [word for name in ("Anna", "Bert", "Cem") for word in ("--steward", name)]
    anna.json("community", "propose", *three, "--threshold", "2", "--yes")
    assert "--reason compromised" in anna.refusal("revoke", "Anna", "--yes", code=4)
    words = ("revoke", "Anna", "--reason", "compromised")
    # Here nobody can be asked: so it is only said what would come of it.
    done = anna.run(*words)
    for name in ("Dora", "Emil", "Feuerwache"):
        assert name in done.stderr.split("certifies them anew:")[1].splitlines()[0]
    # Bert and Cem are stewards by Anna's word alone, until that charter is a week old.
    assert "younger than a week" in done.stderr
    # The sheet does it too, on whatever device.
    paper = quarter.directory / "sheet.txt"
    paper.write_text(anna.json("identity", "paper")["line"])
    done = anna.run(*words, "--keep-until-now", "--paper", str(paper), "--yes")
    assert done.returncode == 0, done.stderr
    assert "younger than a week" not in done.stderr
    assert "It counts here now" in done.stderr
    assert "charter without Anna" in done.stderr
    document = bert.json("community", "show")
    stands = {one["name"]: one["stands"] for one in document["charter"]["stewards"]}
    assert stands == {"Anna": False, "Bert": True, "Cem": True}
    # "Revoked by the others" would not be true.
    assert "by the others" not in bert.run("community", "show").stdout
    anna.refusal("role", "grant", "Bert", "moderator", code=4)
    assert dora.fingerprint in {one["fingerprint"] for one in bert.json("member", "list")}


def test_the_last_steward_is_told_what_ends_with_it(quarter):
    words = ("revoke", "Anna", "--reason", "compromised")
    asked = quarter.anna.run(*words, "--yes")
    assert "is the last steward" in asked.stderr
    assert "new community" in asked.stderr
    shown = quarter.anna.run("community", "show").stdout
    assert "Nobody can change this" in shown


def test_a_threshold_that_one_lost_key_makes_unreachable_is_said_before(quarter):
    quarter.member("Bert")
    both = ("community", "propose", "--steward", "Anna", "--steward", "Bert", "--yes")
    done = quarter.anna.run(*both, "--threshold", "2")
    assert done.returncode == 0
    assert "one lost key" in done.stderr
    # With two, a threshold of one would be no better.
    assert "third steward" in done.stderr
    assert "--threshold" not in done.stderr
    # Bert was no steward before this charter: his word against Anna does not undo it.
    bert = Person(quarter.home, quarter.directory / "Bert")
    assert "younger than a week" not in bert.run("revoke", "Anna", "--reason", "abuse").stderr
    assert "younger than a week" in quarter.anna.run("revoke", "Anna", "--reason", "abuse").stderr
    assert bert.json("revoke", "Anna", "--reason", "abuse", "--yes")["more_needed"] == 0
    shown = bert.run("community", "show").stdout
    assert "2 of 2 stewards must agree" in shown
    assert "2 must agree, and 1 of the stewards is left" in shown


def test_what_cannot_be_proposed_says_why(house):
    words = ("community", "propose", "--yes")
    assert "Say what shall change" in house.anna.refusal(*words, code=2)
    assert "Nobody here" in house.anna.refusal(*words, "--steward", "Zebulon", code=3)
    node = house.anna.refusal(*words, "--steward", "Feuerwache", code=4)
    assert "stewards are people" in node
    assert "1 to 1" in house.anna.refusal(*words, "--threshold", "3", code=2)
    house.anna.refusal("community", "endorse", "0000", "--yes", code=3)
    failed = house.anna.run("community", "endorse", "0000", "--yes", "--json")
    assert json.loads(failed.stdout)["error"]["code"] == "not_found"
