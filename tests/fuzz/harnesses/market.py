"""Queries for offers and requests."""

from collections.abc import Iterator

from starlette.datastructures import QueryParams

from meshnode.api.market.intake import OFFERS_MAX, parse_page
from meshnode.api.refusals import RequestError
from meshnode.board.exchange.things import BY_IDENTIFIER
from tests.fuzz.harness import Harness, require


def run(data: bytes) -> bool:
    try:
        page = parse_page(QueryParams(data.decode("utf-8", "replace")))
    except RequestError:
        return False
    require(page.offset >= 0 and 1 <= page.limit <= OFFERS_MAX, "no part of a list")
    return True


def seeds() -> Iterator[bytes]:
    yield b"direction=offer&sort=lending&category=water&state=open&language=de"
    yield b"place=Nordmarkt&offset=3&limit=20"
    yield b"with=" + b"0a" * 16
    for identifier in BY_IDENTIFIER:
        yield b"direction=request&item=" + identifier.encode()


HARNESS = Harness(run=run, seeds=seeds, reads=(parse_page,), bytes_max=300, mutations=1_000)
