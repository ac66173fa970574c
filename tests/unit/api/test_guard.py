"""What the guard puts on answers, and what it leaves to them."""

import asyncio

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from meshnode.api.door.guard import Guard
from tests.asking import headers_of

OWN = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Security-Policy": "x y"}


def app(headers: dict[str, str]) -> Starlette:
    async def answer(_: Request) -> Response:
        return PlainTextResponse("file", headers=headers)

    guard = Middleware(Guard, policy="default-src 'none'", hosts=())
    return Starlette(routes=[Route("/file", answer)], middleware=[guard])


def test_what_an_answer_says_of_its_policy_and_of_keeping_it_stands() -> None:
    found = asyncio.run(headers_of(app(OWN), "/file"))
    assert found["cache-control"] == [OWN["Cache-Control"]]
    assert found["content-security-policy"] == [OWN["Content-Security-Policy"]]


def test_an_answer_that_says_nothing_is_kept_nowhere_and_may_load_nothing() -> None:
    found = asyncio.run(headers_of(app({}), "/file"))
    assert found["cache-control"] == ["no-store"]
    assert found["content-security-policy"] == ["default-src 'none'"]


def test_no_answer_takes_the_other_headers_back() -> None:
    found = asyncio.run(headers_of(app({"X-Frame-Options": "ALLOWALL"}), "/file"))
    assert found["x-frame-options"] == ["DENY"]
    assert found["x-content-type-options"] == ["nosniff"]
