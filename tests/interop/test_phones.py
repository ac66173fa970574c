"""Whoever runs a node lets phones in, sees them and unpairs them, by the command line."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from meshnode.board.pairing.openings import code_secret, decode_opening
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.founding import certify
from meshnode.commands.speaker import decoded_object
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.trust.phonepairing import checked_address
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.object import Kind, SignedObject, compose, lifetime_code_for
from tests.community import signing_key
from tests.household import Household
from tests.pairedphone import PairedPhone
from tests.patience import STOP_S
from tests.unit.api.apinode import base64


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    house = Household(tmp_path_factory.mktemp("phones"))
    config = house.home / "config.toml"
    text = config.read_text(encoding="utf-8")
    head, http, rest = text.partition("[http]")
    listening = head + http + rest.replace('listen = ""', 'listen = "127.0.0.1:0"', 1)
    assert listening != text
    config.write_text(listening, encoding="utf-8")
    with house.running():
        yield house


def port_in(address: str) -> int:
    return int(address.partition("/#")[0].rpartition(":")[2])


def test_a_code_is_shown_in_three_ways_and_the_phone_is_listed_then(house: Household) -> None:
    shown = house.anna.run("phone", "pair", "--no-wait")
    assert shown.returncode == 0, shown.stderr
    address = next(line.strip() for line in shown.stdout.splitlines() if "/#1." in line)
    typed = shown.stdout.split("type:")[1].split()[0]
    assert "This address works on this machine only" in shown.stderr
    phone = PairedPhone(port_in(address))
    assert phone.pair(code_secret(typed)).status == 201
    second = PairedPhone(phone.port)
    assert second.pair(decode_opening(address.partition("#")[2]).token).status == 409
    listed = house.anna.run("phone", "list")
    digits = phone.key.public.hex()[:8]
    assert digits in listed.stdout
    assert "nobody's yet" in listed.stdout
    assert "with a code that another phone had used" in listed.stderr
    gone = house.anna.run("phone", "unpair", digits, "--yes")
    assert gone.stdout == f"Phone {digits} is let in no more.\n"
    assert phone.ask("GET", "/me").status == 401
    assert "See: meshnode phone list" in house.anna.refusal(
        "phone", "unpair", digits, "--yes", code=3
    )


def test_whoever_waits_is_told_who_came_with_an_invitation(house: Household) -> None:
    """The phone does all that the app does with what stands in the code."""
    waiting = subprocess.Popen(
        house.anna.command("phone", "pair", "--invite"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdout is not None
    address = ""
    while "/#1." not in address:
        address = waiting.stdout.readline().strip()
    scanned = decode_opening(address.partition("#")[2])
    assert scanned.seed is not None
    paper, device = signing_key("dora"), signing_key("dora's telephone")
    phone = PairedPhone(port_in(address), device)
    assert phone.pair(scanned.token).status == 201
    seed = SigningKey(scanned.seed)
    invitation = phone.ask("GET", f"/invitations/{seed.public.hex()}").document
    assert invitation["uses_left"] == 1
    handed = joining(phone, seed, paper, device, decoded_object(invitation["encoded"]))
    answer = phone.ask("POST", "/objects", {"objects": [base64(one.encoded) for one in handed]})
    assert answer.status == 201, answer.document
    out, err = waiting.communicate(timeout=STOP_S)
    assert waiting.returncode == 0, err
    assert f"Dora came in, with phone {device.public.hex()[:8]}." in out
    assert f"phone unpair {device.public.hex()[:8]}" in err
    assert phone.ask("GET", "/acts").status == 200
    assert phone.ask("GET", f"/invitations/{seed.public.hex()}").document["uses_left"] == 0
    gone = house.anna.run("phone", "unpair", device.public.hex()[:8], "--yes")
    assert "Dora (phone" in gone.stdout
    assert f"revoke {device.id.hex()} --reason lost" in gone.stderr


def test_two_nodes_of_the_demo_take_a_neighbour_in_who_opens_what_they_print(
    tmp_path: Path,
) -> None:
    playing = subprocess.Popen(
        [sys.executable, "-m", "meshnode", "demo", "--nodes", "3"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert playing.stdout is not None
    try:
        addresses: list[str] = []
        for line in playing.stdout:
            if "/#1." in line:
                addresses.append(line.strip())
            elif addresses:
                break
        assert len(addresses) == 2
        for address, name in zip(addresses, ("dora", "emil"), strict=True):
            scanned = decode_opening(address.partition("#")[2])
            assert scanned.seed is not None
            paper, device = signing_key(name), signing_key(f"{name}'s telephone")
            phone = PairedPhone(port_in(address), device)
            assert phone.pair(scanned.token).status == 201
            seed = SigningKey(scanned.seed)
            found = phone.ask("GET", f"/invitations/{seed.public.hex()}").document
            handed = joining(phone, seed, paper, device, decoded_object(found["encoded"]))
            encoded = {"objects": [base64(one.encoded) for one in handed]}
            answer = phone.ask("POST", "/objects", encoded)
            assert answer.status == 201, answer.document
            assert phone.ask("GET", "/me").document["member"]["is_full"]
    finally:
        playing.send_signal(signal.SIGINT)
        playing.communicate(timeout=STOP_S)
    assert playing.returncode == 0
    assert not list(tmp_path.iterdir())


def test_whoever_stops_waiting_closes_the_code(house: Household) -> None:
    waiting = subprocess.Popen(
        house.anna.command("phone", "pair", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stderr is not None
    address = ""
    while "/#1." not in address:
        address = waiting.stderr.readline().strip()
    waiting.send_signal(signal.SIGINT)
    out, _ = waiting.communicate(timeout=STOP_S)
    assert waiting.returncode == 130
    assert json.loads(out)["error"]["code"] == "interrupted"
    token = decode_opening(address.partition("#")[2]).token
    assert PairedPhone(port_in(address)).pair(token).status == 403


def test_only_full_members_invite_and_where_nobody_speaks_it_is_said(house: Household) -> None:
    stranger = house.newcomer("Emil")
    assert "does not know this identity" in stranger.refusal(
        "phone", "pair", "--invite", "--no-wait", code=4
    )
    # Without an invitation whoever may use the node's socket may let phones in.
    shown = stranger.json("phone", "pair", "--no-wait", "--address", "http://node.lan:8080/")
    assert shown["address"].startswith("http://node.lan:8080/#1.")
    assert shown["is_inviting"] is False


@pytest.mark.parametrize(
    "address",
    [
        "192.168.1.20:8080",
        "ftp://192.168.1.20",
        "http://",
        "http:///x",
        "http://node.lan/board",
        "http://node.lan/?a",
        "http://node.lan/#1.a.b",
        "http://node.lan:0",
        "http://node.lan:99999",
        "http://[::1",
    ],
)
def test_an_address_that_no_phone_could_open_is_refused_before_it_is_shown(address: str) -> None:
    with pytest.raises(Failure, match="no address of a node"):
        checked_address(address)
    assert checked_address("http://[fd00::1]:8080/") == "http://[fd00::1]:8080"


def joining(
    phone: PairedPhone,
    seed: SigningKey,
    paper: SigningKey,
    device: SigningKey,
    invitation: SignedObject,
) -> list[SignedObject]:
    community = phone.ask("GET", "/community").document
    name, minute = CommunityId(bytes.fromhex(community["id"])), int(community["minute"])
    certificate = certify(
        seed,
        name,
        paper.public,
        "Dora",
        identity_class=IdentityClass.PERSON,
        minute=minute,
        sequence=1,
        invitation=invitation.short_id,
    )
    announcement = compose(
        key=paper,
        community=name,
        kind=Kind.DEVICE,
        body=encode_device(device, paper.public, name),
        sequence=minute,
        created_min=minute,
        lifetime_code=lifetime_code_for(365 * 1440),
    )
    return [certificate, announcement]
