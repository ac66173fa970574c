"""One's own identity on the command line: paper, passphrase, devices, comparing."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from meshnode.person.paper import read_paper
from tests.household import Household, Person

PHRASE = "Kirschbaum Regen Treppe"


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("identity")).running() as running:
        yield running


def secret_file(path: Path, text: str) -> str:
    path.write_text(text + "\n")
    path.chmod(0o600)
    return str(path)


def devices(person: Person) -> dict[str, bool]:
    """Return which devices of somebody are revoked, by the id of the key."""
    listed = person.json("identity", "devices", "list")
    return {one["key_id"]: one["is_revoked"] for one in listed}


def test_an_identity_needs_no_node_and_opens_with_its_passphrase_only(tmp_path):
    person = Person(tmp_path / "no node", tmp_path / "me")
    right = ("--passphrase-file", secret_file(tmp_path / "right", PHRASE))
    wrong = ("--passphrase-file", secret_file(tmp_path / "wrong", "another one entirely"))
    made = person.json("identity", "new", "--name", "  Anna   K. ", *right)
    assert made["name"] == "Anna K."
    assert made["community"] is None
    shown = person.json("identity", "show", *right)
    assert shown["fingerprint"] == made["fingerprint"]
    assert shown["has_identity_key"]
    assert "does not open" in person.refusal("identity", "show", *wrong, code=2)
    assert "--passphrase-file" in person.refusal("identity", "show", code=2)
    assert "Standing      not known" in person.run("identity", "show", *right).stdout
    changed = ("identity", "passphrase", *right, "--new-passphrase-file", wrong[1])
    assert person.run(*changed).returncode == 0
    assert person.json("identity", "show", *wrong)["name"] == "Anna K."
    assert person.json("identity", "passphrase", "--remove", *wrong)["unattended"]
    assert person.json("identity", "show")["name"] == "Anna K."


def test_the_sheet_gives_the_identity_back_and_revokes_the_lost_device(house, tmp_path):
    bert = house.member("Bert")
    sheet = bert.run("identity", "paper").stdout
    assert "WIEDERHERSTELLUNGSBLATT" in sheet
    line = bert.json("identity", "paper")["line"]
    (old,) = devices(bert)
    again = house.stranger("Bert again")
    paper = ("identity", "restore", "--paper", secret_file(tmp_path / "sheet", line))
    restored = again.json(*paper, "--revoke-old", "--unattended")
    assert restored["fingerprint"] == bert.fingerprint
    assert restored["revoked"] == [old]
    assert devices(again)[old]
    assert again.json("identity", "rename", "Bert B.")["name"] == "Bert B."
    bert.refusal("identity", "rename", "Thief", code=4)
    shown = again.json("identity", "show")
    assert (shown["has_identity_key"], shown["device_counts"]) == (False, True)
    assert shown["member"]["name"] == "Bert B."
    assert "Take the recovery sheet" in again.refusal("identity", "paper", code=2)


def test_restoring_twice_announces_the_same_device(house, tmp_path):
    cem = house.member("Cem")
    words = " ".join(cem.json("identity", "paper")["words"])
    again = house.stranger("Cem again")
    for _ in range(2):
        again.json("identity", "restore", "--paper", "-", "--unattended", typed=words)
    assert len(devices(again)) == 2
    assert not any(devices(again).values())


def test_a_wrong_word_is_named_before_anything_is_made(house):
    nobody = house.stranger("Nobody")
    wrong = " ".join(["abandon"] * 11 + ["abandn"])
    refused = nobody.refusal("identity", "restore", "--paper", "-", code=2, typed=wrong)
    assert "Word 12" in refused
    other = " ".join(["abandon"] * 11 + ["about"])
    restore = ("identity", "restore", "--paper", "-", "--name", "Nobody", "--unattended")
    assert "--yes" in nobody.refusal(*restore, code=2, typed=other)
    assert not nobody.directory.exists()


def test_the_identity_key_leaves_this_device_only_for_a_reader_of_the_sheet(house):
    dora = house.member("Dora")
    words = dora.json("identity", "paper")["words"]
    forget = ("identity", "paper", "--forget")
    assert "not the word" in dora.refusal(*forget, code=2, typed="zoo\nzoo\n")
    assert dora.json("identity", "show")["has_identity_key"]

    asking = subprocess.Popen(
        dora.command(*forget),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert asking.stdin is not None
    assert asking.stderr is not None
    with asking:
        for _ in range(2):
            asked = b""
            while not asked.endswith(b": "):
                asked += asking.stderr.read(1)
            place = int(asked.split(b"Word ")[1].split()[0])
            asking.stdin.write(words[place - 1][:4].encode() + b"\n")
        assert b"on paper only" in asking.stderr.read()
    assert asking.returncode == 0
    assert not dora.json("identity", "show")["has_identity_key"]
    device = dora.json("identity", "show")["device"]
    refused = dora.refusal("identity", "devices", "revoke", device, "--yes", code=2)
    assert "recovery sheet" in refused
    paper = ("--paper", "-")
    typed = " ".join(words)
    revoked = dora.json("identity", "devices", "revoke", device, "--yes", *paper, typed=typed)
    assert revoked["key_id"] == device
    dora.refusal("identity", "rename", "Dora again", code=4)


def test_a_second_device_signs_without_the_sheet_ever_leaving_the_drawer(house):
    emil = house.member("Emil")
    phone = house.stranger("Emil's phone")
    made = phone.json("identity", "add-device", "--of", "Emil", "--unattended")
    phone.refusal("identity", "rename", "Too early", code=4)
    emil.json("identity", "add-device", made["line"])
    assert phone.json("identity", "rename", "Emil E.")["name"] == "Emil E."
    assert len(devices(emil)) == 2
    assert "192 digits" in emil.refusal("identity", "add-device", "12", code=2)
    assert "--of NAME" in emil.refusal("identity", "add-device", code=2)


def test_fingerprints_are_compared_and_the_verdict_is_kept(house):
    fina, gero = house.member("Fina"), house.member("Gero")
    before = fina.json("identity", "verify", "Gero")
    assert (before["fingerprint"], before["is_verified"]) == (gero.fingerprint, False)
    assert fina.json("identity", "verify", "Gero", "--confirm")["is_verified"]
    assert fina.json("identity", "verify", "Gero")["is_verified"]
    assert not gero.json("identity", "verify", "Fina")["is_verified"]
    assert fina.json("identity", "qr")["line"].endswith(fina.fingerprint)
    assert fina.fingerprint in fina.run("identity", "qr").stdout


def test_the_words_and_the_line_of_a_sheet_are_the_same_secret(house):
    hana = house.newcomer("Hana")
    sheet = hana.json("identity", "paper")
    assert read_paper(" ".join(sheet["words"])) == read_paper(sheet["line"])
    refused = hana.refusal("identity", "paper", "--forget", code=4)
    assert "identity join" in refused


def test_a_device_in_wrong_hands_keeps_nothing_also_if_the_reason_alone_says_so(house):
    gerd = house.member("Gerd")
    posted = gerd.json("bulletin", "post", "von mir oder vom Dieb", "--expires", "1h")["id"]
    sheet = house.directory / "gerds-sheet.txt"
    sheet.write_text(gerd.json("identity", "paper")["line"])
    (device,) = (one for one in gerd.json("member", "show", "Gerd")["keys"] if one["is_device"])
    words = ("identity", "devices", "revoke", device["key_id"], "--paper", str(sheet), "--yes")
    done = gerd.run(*words, "--reason", "compromised")
    assert done.returncode == 0, done.stderr
    assert "All that it ever signed leaves" in done.stderr
    assert posted not in {one["id"] for one in house.anna.json("bulletin", "list", "--hidden")}
