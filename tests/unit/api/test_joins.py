"""Joining by a spoken code over the socket."""

import asyncio
from pathlib import Path

import pytest

from meshnode.board.trust.device import encode_device
from meshnode.node.desks.joindesk import code_of, commitment_of
from meshnode.protocol.keys import PublicKey, fingerprint
from meshnode.protocol.object import Kind
from tests.community import signing_key
from tests.unit.api.apinode import ApiNode, api_node, base64
from tests.unit.api.conforming import assert_conforms

ANNA = signing_key("anna")
PHONE = signing_key("anna's telephone")
RANDOM = bytes(range(16))


async def begun(here: ApiNode, name: str = "Änne") -> dict[str, str]:
    commitment = commitment_of(ANNA.public, RANDOM, name)
    status, answer = await here.ask("POST", "/joins", {"commitment": commitment.hex()})
    assert status == 201, answer
    assert_conforms(answer, "JoinBegun")
    return dict(answer)


def revealed(here: ApiNode, **changed: object) -> dict[str, object]:
    device = here.sign(ANNA, Kind.DEVICE, encode_device(PHONE, ANNA.public, here.community))
    return {
        "key": ANNA.public.hex(),
        "random": RANDOM.hex(),
        "name": "Änne",
        "devices": [base64(device.encoded)],
        **changed,
    }


def test_somebody_new_says_six_digits_and_is_certified(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            join = await begun(here)
            status, answer = await here.ask("POST", f"/joins/{join['id']}/reveal", revealed(here))
            assert status == 200, answer
            assert_conforms(answer, "JoinCode")
            node_key = PublicKey(bytes.fromhex((await here.get("/community"))["node"]["key"]))
            nonce = bytes.fromhex(join["nonce"])
            assert answer["code"] == code_of(ANNA.public, RANDOM, nonce, node_key)
            listed = await here.get("/joins")
            assert_conforms(listed, "Joins")
            assert answer["code"] not in str(listed)
            assert [one["name"] for one in listed["joins"]] == ["Änne"]
            status, claimed = await here.ask("POST", "/joins/claim", {"code": answer["code"]})
            assert status == 200, claimed
            assert_conforms(claimed, "Newcomer")
            assert claimed["fingerprint"] == fingerprint(ANNA.public).hex()
            await here.take(here.certificate(ANNA, claimed["name"]))
            status, _ = await here.ask("POST", "/objects", {"objects": claimed["devices"]})
            assert status == 201
            keys = (await here.get("/members/Änne".replace("Ä", "%C3%84")))["keys"]
            assert [one["key"] for one in keys] == [ANNA.public.hex(), PHONE.public.hex()]

    asyncio.run(play())


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"key": ANNA.public.hex().upper()}, 400, "bad_request"),
        ({"key": ANNA.public.hex()[2:]}, 400, "bad_request"),
        ({"key": None}, 400, "bad_request"),
        ({"random": RANDOM.hex() + "00"}, 400, "bad_request"),
        ({"random": 7}, 400, "bad_request"),
        ({"name": ""}, 400, "bad_request"),
        ({"name": "ä" * 21}, 400, "bad_request"),
        ({"name": ["Anna"]}, 400, "bad_request"),
        ({"devices": ["AAAA"] * 9}, 400, "bad_request"),
        ({"devices": "AAAA"}, 400, "bad_request"),
        ({"devices": ["AAAA"]}, 422, "limit"),
        ({"name": "Anna"}, 422, "limit"),
        ({"code": "000000"}, 400, "bad_request"),
    ],
)
def test_a_reveal_of_another_form_or_content_is_refused(
    tmp_path: Path, changed: dict[str, object], status: int, code: str
) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            join = await begun(here)
            path = f"/joins/{join['id']}/reveal"
            answered, answer = await here.ask("POST", path, revealed(here, **changed))
            assert (answered, answer["error"]["code"]) == (status, code)
            assert_conforms(answer, "Error")

    asyncio.run(play())


def test_what_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            for path, document in (
                ("/joins/nothing/reveal", revealed(here)),
                ("/joins/claim", {"code": "123456"}),
            ):
                status, answer = await here.ask("POST", path, document)
                assert (status, answer["error"]["code"]) == (404, "not_found")
            for document in (
                {"code": "12345"},
                {"code": "1234567"},
                {"code": "12345x"},
                {"code": "١٢٣٤٥٦"},
                {"code": 123456},
                {},
            ):
                status, answer = await here.ask("POST", "/joins/claim", document)
                assert (status, answer["error"]["code"]) == (400, "bad_request")
            for document in ({"commitment": "00"}, {"commitment": "g" * 64}, {}, {"x": 1}):
                status, answer = await here.ask("POST", "/joins", document)
                assert (status, answer["error"]["code"]) == (400, "bad_request")

    asyncio.run(play())
