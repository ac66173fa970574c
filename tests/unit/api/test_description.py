"""The table of addresses, the description made from it, and what really answers."""

import asyncio
import json
import re
from pathlib import Path

from starlette.routing import Route

from meshnode.api.app import admin_app, public_app
from meshnode.api.openapi import openapi_document
from meshnode.api.operation import BASE, Access
from meshnode.api.operations import OPERATIONS
from meshnode.api.schemas import SCHEMAS
from meshnode.node.languages import load_languages
from tests.asking import got
from tests.unit.api.apinode import api_node
from tests.unit.api.conforming import KNOWN, assert_conforms


def test_every_schema_that_is_named_is_there_and_every_one_there_is_named() -> None:
    document = openapi_document()
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert named == SCHEMAS.keys()


def test_every_variable_of_a_path_is_described_and_no_parameter_twice() -> None:
    for path, methods in openapi_document()["paths"].items():
        for operation in methods.values():
            parameters = operation.get("parameters", [])
            names = [one["name"] for one in parameters]
            assert len(names) == len(set(names)), path
            in_path = {one["name"] for one in parameters if one["in"] == "path"}
            assert in_path == set(re.findall(r"\{(\w+)\}", path))
            for one in parameters:
                assert set(one["schema"]) <= KNOWN


def test_only_reading_the_board_is_open_to_strangers(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            service, languages = here.node.service, load_languages()
            admin = {_place(one) for one in admin_app(service, languages).routes}
            assert admin == {(one.method, BASE + one.path) for one in OPERATIONS}
            app = public_app(service, languages)
            public = {_place(one) for one in app.routes if one.path.startswith(BASE)}
            wanted = [one for one in OPERATIONS if one.access is not Access.ADMIN]
            assert public == {(one.method, BASE + one.path) for one in wanted}
            for_all = {(one.method, one.path) for one in wanted if one.access is Access.PUBLIC}
            assert {one for one in for_all if one[0] != "GET"} == {("POST", "/pairings")}
            secret = ("members", "candidates", "acts", "sealed", "joins", "community", "circles")
            for name in secret:
                assert (await got(app, f"{BASE}/{name}"))[0] == 401
            for name in ("alerts", "watch", "pairings/open"):
                assert (await got(app, f"{BASE}/{name}"))[0] == 404

    asyncio.run(play())


def test_whatever_can_be_read_without_a_name_is_as_described(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await here.node.service.bulletins.post("Wasser am Nordmarkt.")
            readable = [
                one
                for one in OPERATIONS
                if one.method == "GET"
                and "{" not in one.path
                and not one.is_stream
                and one.answer
                and not any(parameter.get("required") for parameter in one.parameters)
                and one.path != "/me"
            ]
            assert len(readable) > 8
            for one in readable:
                assert_conforms(await here.get(one.path), str(one.answer))

    asyncio.run(play())


def test_no_body_of_any_address_makes_the_node_fail(tmp_path: Path) -> None:
    hostile = (
        b"",
        b"{}",
        b"[]",
        b"0",
        b'"x"',
        b"null",
        b"{",
        b"\x00" * 100,
        b"\xff" * 100,
        b'{"a":' * 2000,
        b'{"objects": [{}], "body": {}, "code": [], "commitment": {}}',
        b'{"code": NaN}',
        b'{"expires_in_s": 1e999, "body": "AAAA"}',
        b'{"body": "AAAA", "expires_in_s": 99999999999999999999999999999999999999999}',
        b'{"code": "\\ud800"}',
        b'{"text": "\\ud800"}',
    )

    async def play() -> None:
        async with api_node(tmp_path) as here:
            for operation in OPERATIONS:
                if operation.method != "POST":
                    continue
                path = re.sub(r"\{\w+\}", "abcd1234", operation.path)
                for body in hostile:
                    status, answer = await here.ask("POST", path, raw=body)
                    if operation.body is None and body in (b"", b"{}"):
                        # It takes no body, so these are right.
                        assert status < 500
                        continue
                    assert 400 <= status < 500, (path, body, answer)
                    assert_conforms(answer, "Error")

    asyncio.run(play())


def _place(route: object) -> tuple[str, str]:
    assert isinstance(route, Route)
    (method,) = (route.methods or set()) - {"HEAD"}
    return method, route.path
