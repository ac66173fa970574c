"""Sealed messages: in under the node's name, out in the order in which they came."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from meshnode.board.mail.circle import CircleFields, CircleId, CirclePolicy, encode_circle
from meshnode.node.desks import exchange
from meshnode.protocol.limits import BODY_BYTES_MAX
from meshnode.protocol.object import Kind
from tests.community import signing_key
from tests.unit.api.apinode import ApiNode, api_node, base64
from tests.unit.api.conforming import assert_conforms

ANNA = signing_key("anna")
DAY_S = 86_400


def body(number: int) -> bytes:
    """A body for one recipient, as far as a node can tell."""
    return b"\x01" + Random(number).randbytes(32 + 2 + 60)


async def sealed(here: ApiNode, number: int) -> str:
    status, answer = await here.ask(
        "POST", "/sealed", {"body": base64(body(number)), "expires_in_s": DAY_S}
    )
    assert status == 201, answer
    assert_conforms(answer, "SealedMessage")
    return str(answer["id"])


def test_messages_come_out_in_order_and_after_the_one_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "SEALED_MAX", 3)

    async def play() -> None:
        async with api_node(tmp_path) as here:
            ids = [await sealed(here, number) for number in range(5)]
            page = await here.get("/sealed")
            assert_conforms(page, "SealedMessages")
            assert [one["id"] for one in page["sealed"]] == ids[:3]
            assert page["complete"] is False
            page = await here.get(f"/sealed?after={ids[2]}")
            assert [one["id"] for one in page["sealed"]] == ids[3:]
            assert page["complete"] is True
            assert await here.get(f"/sealed?after={ids[-1]}") == {"sealed": [], "complete": True}
            again = await here.get(f"/sealed?after={'0' * 32}")
            assert [one["id"] for one in again["sealed"]] == ids[:3]

    asyncio.run(play())


def test_exactly_as_many_as_one_answer_holds_are_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "SEALED_MAX", 2)

    async def play() -> None:
        async with api_node(tmp_path) as here:
            for number in range(2):
                await sealed(here, number)
            assert (await here.get("/sealed"))["complete"] is True

    asyncio.run(play())


def test_the_order_survives_a_restart(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            ids = [await sealed(here, number) for number in range(4)]
            from meshnode.api.door.doors import open_doors  # noqa: PLC0415
            from meshnode.node.daemon import running_node  # noqa: PLC0415
            from tests.neighbourhood import configured  # noqa: PLC0415

            home = here.home
        async with running_node(home, configured(home), doors=open_doors):
            page = await here.get("/sealed")
            assert [one["id"] for one in page["sealed"]] == ids

    asyncio.run(play())


def test_the_node_signs_and_who_asked_does_not_appear(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await sealed(here, 1)
            (held,) = [
                one.object
                for one in here.node.service._runner.engine.held.values()
                if one.object.kind == Kind.SEALED
            ]
            assert held.body == body(1)
            assert held.author == here.home.load_keyring().key.id

    asyncio.run(play())


@pytest.mark.parametrize(
    ("document", "status", "code"),
    [
        ({"body": base64(body(1)), "expires_in_s": 1}, 201, None),
        ({"body": base64(body(1)), "expires_in_s": 14 * DAY_S}, 201, None),
        ({"body": base64(body(1)), "expires_in_s": 14 * DAY_S + 1}, 422, "limit"),
        ({"body": base64(body(1)), "expires_in_s": 0}, 422, "limit"),
        ({"body": base64(body(1)), "expires_in_s": -60}, 422, "limit"),
        ({"body": base64(body(1)), "expires_in_s": 10**30}, 422, "limit"),
        ({"body": base64(body(1)), "expires_in_s": 60.5}, 400, "bad_request"),
        ({"body": base64(body(1)), "expires_in_s": True}, 400, "bad_request"),
        ({"body": base64(body(1)), "expires_in_s": "60"}, 400, "bad_request"),
        ({"body": base64(body(1))}, 400, "bad_request"),
        ({"expires_in_s": 60}, 400, "bad_request"),
        ({"body": base64(body(1)), "expires_in_s": 60, "author": "me"}, 400, "bad_request"),
        ({"body": "", "expires_in_s": 60}, 400, "bad_request"),
        ({"body": None, "expires_in_s": 60}, 400, "bad_request"),
        ({"body": base64(b"\x01"), "expires_in_s": 60}, 422, "refused"),
        ({"body": base64(b"\x21" + bytes(1800)), "expires_in_s": 60}, 422, "refused"),
        ({"body": base64(bytes(BODY_BYTES_MAX)), "expires_in_s": 60}, 201, None),
        ({"body": base64(bytes(BODY_BYTES_MAX + 1)), "expires_in_s": 60}, 400, "bad_request"),
    ],
)
def test_bounds_of_what_is_carried(
    tmp_path: Path, document: object, status: int, code: str | None
) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            answered, answer = await here.ask("POST", "/sealed", document)
            assert answered == status, answer
            if code is not None:
                assert answer["error"]["code"] == code
                assert_conforms(answer, "Error")

    asyncio.run(play())


def test_circles_are_listed_by_name_the_newest_listing_of_each(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:

            def listing(number: int, name: str, *, is_open: bool = True):
                policy = CirclePolicy(is_open=is_open, has_history=not is_open)
                fields = CircleFields(CircleId(bytes([number] * 4)), policy, name)
                return here.sign(ANNA, Kind.CIRCLE, encode_circle(fields))

            await here.take(
                here.certificate(ANNA, "Anna"),
                listing(1, "Werkstatt", is_open=False),
                listing(2, "Gartenn"),
                listing(2, "Garten"),
            )
            document = await here.get("/circles")
            assert_conforms(document, "Circles")
            shown = [(one["name"], one["policy"], one["history"]) for one in document["circles"]]
            assert shown == [("Garten", "open", False), ("Werkstatt", "closed", True)]
            assert {one["founder_name"] for one in document["circles"]} == {"Anna"}

    asyncio.run(play())
