"""Clients hand in what they signed themselves, and read why it is refused."""

import asyncio
from pathlib import Path

import pytest

from meshnode.api.trust.people_intake import SUBMISSION_BYTES_MAX
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.trust.role import Role
from meshnode.node.desks.exchange import SUBMITTED_MAX
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import Kind, SignedObject
from tests.community import signing_key
from tests.unit.api.apinode import ApiNode, api_node, base64

ANNA = signing_key("anna")
BERT = signing_key("bert")


def bulletin(
    here: ApiNode, key: SigningKey, text: str = "Suppe!", *, severity: Severity = Severity.INFO
) -> SignedObject:
    codec, body = encode_bulletin(BulletinFields(text, None, "food", severity))
    return here.sign(key, Kind.BULLETIN, body, codec=codec)


def test_what_somebody_signed_is_on_the_board_under_the_certified_name(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            post = bulletin(here, ANNA)
            await here.take(here.certificate(ANNA, "Anna"), post)
            shown = await here.get(f"/bulletins/{post.id.hex()}")
            assert (shown["author_name"], shown["author_class"]) == ("Anna", "person")
            assert (shown["kind"], shown["is_drill"], shown["author_roles"]) == (
                "bulletin",
                False,
                [],
            )

    asyncio.run(play())


def test_handing_in_twice_is_the_same_as_once(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            things = (here.certificate(ANNA, "Anna"), bulletin(here, ANNA))
            await here.take(*things)
            await here.take(*things)
            assert (await here.get("/bulletins"))["total"] == 1

    asyncio.run(play())


def test_the_first_refusal_ends_it_and_says_what_was_taken_before(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            member = here.certificate(ANNA, "Anna")
            severe = bulletin(here, ANNA, severity=Severity.SEVERE)
            after = bulletin(here, ANNA, "danach")
            status, answer = await here.submit(member, severe, after)
            assert status == 422
            error = answer["error"]
            assert (error["code"], error["reason"]) == ("refused", "role")
            assert error["accepted"] == [member.id.hex()]
            assert "Ask a steward" in error["message"]
            assert (await here.get("/bulletins"))["total"] == 0
            await here.take(here.role(ANNA, Role.COORDINATOR), severe, after)

    asyncio.run(play())


def test_every_rule_that_refuses_is_named_and_explained(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await here.take(here.certificate(ANNA, "Anna"))
            gone = bulletin(here, ANNA, "weg")
            taken_back = here.sign(ANNA, Kind.WITHDRAWAL, b"", parent=gone.short_id)
            await here.take(gone, taken_back)
            stranger = bulletin(here, BERT)
            forged = bulletin(here, ANNA)
            flipped = forged.encoded[:-1] + bytes([forged.encoded[-1] ^ 1])
            old = here.sign(ANNA, Kind.BULLETIN, b"\x00x", minutes=60, age=20_000)
            for encoded, reason in (
                (stranger.encoded, "stranger"),
                (flipped, "bad_signature"),
                (gone.encoded, "replaced"),
                (old.encoded, "expired"),
                (b"\xff" * 90, "unknown_version"),
                (b"\x00", "truncated"),
            ):
                status, answer = await here.ask("POST", "/objects", {"objects": [base64(encoded)]})
                assert status == 422, answer
                assert answer["error"]["reason"] == reason
                assert answer["error"]["accepted"] == []
                message = answer["error"]["message"]
                assert message.endswith(".")
                assert "_" not in message, "a sentence, not a word"

    asyncio.run(play())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"objects": []}',
        b'{"objects": "AAAA"}',
        b'{"objects": {"0": "AAAA"}}',
        b'{"objects": [1]}',
        b'{"objects": [null]}',
        b'{"objects": [""]}',
        b'{"objects": ["A"]}',
        b'{"objects": ["AA=="]}',
        b'{"objects": ["AB"]}',
        b'{"objects": ["A A A"]}',
        b'{"objects": ["+/+/"]}',
        b'{"objects": ["\xc3\x84AAA"]}',
        b'{"objects": ["AAAA"], "more": 1}',
        b'{"objects": ["AAAA"], "objects": ["AAAA"]}',
        b'{"objects": [' + b'"AAAA",' * SUBMITTED_MAX + b'"AAAA"]}',
        b'{"objects": ["' + b"A" * (4 * (OBJECT_BYTES_MAX // 3 + 1)) + b'"]}',
        b"[" * 5000,
        b"\xff\xfe",
    ],
)
def test_a_body_that_is_no_list_of_objects_is_refused(tmp_path: Path, body: bytes) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            status, answer = await here.ask("POST", "/objects", raw=body)
            assert (status, answer["error"]["code"]) == (400, "bad_request")

    asyncio.run(play())


def test_as_many_objects_as_long_as_can_be_go_in_together_and_no_more(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            longest = "A" * (OBJECT_BYTES_MAX * 4 // 3 + 1)
            # Not objects, but of the size of some: the node looks into them, so they came in.
            status, answer = await here.ask(
                "POST", "/objects", {"objects": [longest] * SUBMITTED_MAX}
            )
            assert (status, answer["error"]["code"]) == (422, "refused")
            status, answer = await here.ask(
                "POST", "/objects", raw=b'{"objects": ["' + b"A" * SUBMISSION_BYTES_MAX + b'"]}'
            )
            assert (status, answer["error"]["code"]) == (413, "too_large")

    asyncio.run(play())
