"""People come to belong: by a spoken code, by members' words, by an invite; against a real node."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.invite import encode_invite
from meshnode.node.clock import Clock
from meshnode.node.home import Home
from meshnode.person.identity import Identity
from meshnode.person.inviting import Place, make_invite
from meshnode.person.vault import open_vault
from tests.household import Household, Person, running
from tests.patience import ANSWER_S


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("joining")).running() as house:
        yield house


def members(person: Person) -> dict[str, dict]:
    return {one["name"]: one for one in person.json("member", "list")}


def test_a_newcomer_is_taken_in_by_six_digits_and_signs_at_once(house):
    bert = house.newcomer("Bert")
    joining = bert.json("identity", "join")
    assert len(joining["code"]) == 6
    assert not joining["is_member"]
    admitted = house.anna.json("member", "admit", joining["code"], "--yes")
    assert admitted["is_member"]
    assert admitted["fingerprint"] == bert.fingerprint
    shown = bert.json("identity", "show")
    assert shown["device_counts"]
    assert shown["member"]["is_full"]
    assert members(bert)["Bert"]["class"] == "person"
    assert bert.json("identity", "rename", "Bert Y.", "--languages", "de,tr")["name"] == "Bert Y."
    assert members(bert)["Bert Y."]["languages"] == ["de", "tr"]
    assert members(bert)["Bert Y."]["certified_name"] == "Bert"


def test_whoever_waits_is_told_when_somebody_took_them_in(house):
    dora = house.newcomer("Dora")
    waiting = subprocess.Popen(
        dora.command("identity", "join", "--wait"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stderr is not None
    heard = ""
    while "member admit" not in heard:
        heard += waiting.stderr.readline()
    code = heard.split("member admit")[1].split()[0]
    house.anna.json("member", "admit", code, "--yes")
    out, err = waiting.communicate(timeout=ANSWER_S)
    assert waiting.returncode == 0, err
    assert "Dora is a member" in out


def test_two_members_speak_for_somebody_and_one_does_not_suffice(house):
    emil, fina = house.member("Emil"), house.member("Fina")
    gero = house.newcomer("Gero")
    code = gero.json("identity", "join")["code"]
    first = emil.json("member", "admit", code, "--yes")
    assert (first["is_member"], first["words_needed"]) == (False, 1)
    assert "Gero" not in members(emil)
    assert gero.json("identity", "join", "--json")["has_word"]
    second = fina.json("member", "vouch", "Gero", "--yes")
    assert second["is_member"]
    assert not gero.json("identity", "show")["device_counts"]
    assert gero.json("identity", "join")["is_member"]
    shown = gero.json("identity", "show")
    assert shown["device_counts"]
    assert not shown["member"]["is_full"]
    refused = gero.refusal("member", "admit", "123456", "--yes", code=4)
    assert "steward must certify you" in refused


def test_after_three_wrong_codes_everybody_begins_again(house):
    hana = house.newcomer("Hana")
    code = hana.json("identity", "join")["code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(2):
        refused = house.anna.refusal("member", "admit", wrong, "--yes", code=3)
        assert "Ask for it again" in refused
    assert "three times" in house.anna.refusal("member", "admit", wrong, "--yes", code=3)
    house.anna.refusal("member", "admit", code, "--yes", code=3)
    assert "Hana" not in members(house.anna)


def test_an_invite_takes_in_as_many_people_as_it_says(house):
    made = house.anna.json("invite", "person", "--uses", "1")
    assert made["is_submitted"]
    ida, jon = house.newcomer("Ida"), house.newcomer("Jon")
    assert ida.json("identity", "join", "--invite", made["invite"])["is_member"]
    assert ida.json("identity", "show")["device_counts"]
    assert "used up" in jon.refusal("identity", "join", "--invite", made["invite"], code=4)
    assert not jon.json("identity", "show")["member"]
    listed = house.anna.json("invite", "list")
    assert made["id"] in {one["id"] for one in listed}
    assert made["id"][:8] in house.anna.run("invite", "list").stdout


def test_an_invite_for_an_organisation_is_not_for_a_person(house):
    line = house.anna.json("invite", "organisation")["invite"]
    kim = house.newcomer("Kim")
    assert "for a organisation" in kim.refusal("identity", "join", "--invite", line, code=2)
    club = house.newcomer("Club", "--class", "organisation")
    assert club.json("identity", "join", "--invite", line)["is_member"]
    refused = club.refusal("identity", "rename", "Other Club", code=4)
    assert "certified name" in refused


def test_an_invite_that_is_over_is_refused_with_what_to_do(house):
    minute = Clock().wall_minute()
    belonging = Home(house.home).load_keyring().belonging
    with open_vault(house.anna.directory) as vault:
        made = make_invite(
            Identity(vault),
            Place(belonging.network_key, belonging.charter),
            identity_class=IdentityClass.PERSON,
            valid_until_min=minute - 60,
            uses=1,
            minute=minute - 120,
        )
    lars = house.newcomer("Lars")
    refused = lars.refusal("identity", "join", "--invite", encode_invite(made), code=2)
    assert "ask for a new one" in refused


def test_a_members_invite_is_half_of_what_is_needed(house):
    mina, nils = house.member("Mina"), house.member("Nils")
    made = mina.json("invite", "person")
    assert made["counts_half"]
    olga = house.newcomer("Olga")
    joined = olga.json("identity", "join", "--invite", made["invite"])
    assert (joined["is_member"], joined["words_needed"]) == (False, 1)
    assert nils.json("member", "vouch", "Olga", "--yes")["is_member"]
    assert olga.json("identity", "join")["is_member"]
    assert "Only a steward" in mina.refusal("invite", "node", code=4)


def test_a_cancelled_invite_takes_nobody_in_and_whoever_joined_stays(house):
    made = house.anna.json("invite", "person", "--uses", "5")
    pia, quin = house.newcomer("Pia"), house.newcomer("Quin")
    assert pia.json("identity", "join", "--invite", made["invite"])["is_member"]
    kept = house.anna.json("invite", "cancel", made["id"][:8], "--yes")["kept"]
    assert kept == [pia.fingerprint]
    quin.refusal("identity", "join", "--invite", made["invite"], code=4)
    assert {"Pia"} <= members(pia).keys()
    assert "Quin" not in members(pia)
    house.anna.refusal("invite", "cancel", "00000000", "--yes", code=3)


def test_a_steward_certifies_a_key_and_renews_it(house):
    kiosk = house.newcomer("Kiosk", "--class", "organisation")
    key = kiosk.json("identity", "show")["key"]
    words = ("member", "certify", "--key", key, "--name", "Kiosk Nord", "--class", "organisation")
    assert house.anna.json(*words)["name"] == "Kiosk Nord"
    assert kiosk.json("identity", "join")["is_member"]
    assert kiosk.json("identity", "show")["device_counts"]
    (renewed,) = house.anna.json("member", "renew", "Kiosk Nord")
    assert renewed["fingerprint"] == kiosk.fingerprint
    assert house.anna.json("member", "renew", "--all") == []
    house.anna.refusal("member", "certify", *words[2:3], "12", *words[4:], code=2)


def test_names_that_look_alike_are_marked_and_have_to_be_told_apart(house):
    house.member("Rosa")
    rosa = house.newcomer("Rosа")
    code = rosa.json("identity", "join")["code"]
    admitted = house.anna.run("member", "admit", code, "--yes")
    assert "looks the same" in admitted.stderr
    assert "Rosa (!)" in house.anna.run("member", "list").stdout
    refused = house.anna.refusal("member", "show", "Rosa", code=6)
    assert "2 could be meant" in refused
    assert house.anna.json("member", "show", rosa.fingerprint[:8])["name"] == "Rosа"


def test_what_cannot_be_done_says_what_can(house, tmp_path: Path):
    nobody = house.stranger("Nobody")
    assert "identity new" in nobody.refusal("member", "vouch", "Anna", code=3)
    outsider = house.newcomer("Outsider")
    assert "identity join" in outsider.refusal("invite", "person", code=4)
    assert "Nobody here" in house.anna.refusal("member", "show", "Zebulon", code=3)
    assert "member admit CODE" in house.anna.refusal("member", "vouch", "Outsider", code=3)
    code = outsider.json("identity", "join")["code"]
    assert "--yes" in house.anna.refusal("member", "admit", code, code=2)
    assert house.anna.json("member", "admit", code, "--yes")["is_member"]
    again = outsider.refusal("identity", "new", "--name", "x", "--unattended", code=6)
    assert "already" in again
    elsewhere = Person(tmp_path / "no node", house.anna.directory)
    assert "init" in elsewhere.refusal("member", "list", code=5)


def test_a_node_joins_with_an_invitation_that_only_the_line_carries(tmp_path: Path):
    house = Household(tmp_path)
    made = house.anna.json("invite", "node")
    assert not made["is_submitted"]
    house.anna.json("invite", "node", "--valid", "2m")
    other = Person(tmp_path / "other", tmp_path / "nobody")
    joined = other.json("init", "--name", "Hafen", "--join", made["invite"])
    assert not joined["founded"]
    with running(other.home):
        names = {one["name"] for one in other.json("member", "list")}
        assert "Hafen" in names
        assert other.json("community", "show")["name"] == "Nord"
        (known,) = other.json("invite", "list")
        assert known["id"] == made["id"]


def test_while_the_node_is_off_only_a_steward_invites(tmp_path: Path):
    house = Household(tmp_path)
    with house.running():
        bert = house.member("Bert")
        assert bert.json("invite", "person")["counts_half"]
    assert "run" in bert.refusal("invite", "person", code=5)
    assert "91 days" not in house.anna.run("invite", "person").stderr
    assert "days at most" in house.anna.refusal("invite", "person", "--valid", "50w", code=2)
