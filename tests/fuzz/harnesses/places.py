"""What is asked about places and typed into them: queries, levels for the node to sign, hours."""

import json
from collections.abc import Iterator

from starlette.datastructures import QueryParams

from meshnode.api.intake import parse_object
from meshnode.api.places.intake import parse_new_level, parse_wanted_places
from meshnode.api.refusals import RequestError
from meshnode.board.places.crowding_words import SHORT_DAYS
from meshnode.board.places.level import decode_level, encode_level
from meshnode.board.places.opening import encode_week, read_week
from meshnode.board.places.opening_words import week_from_words, week_words
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import ShortId
from tests.fuzz.harness import Harness, require

_QUERY, _LEVEL, _HOURS = range(3)
_ROOT = ShortId(b"root")


def run(data: bytes) -> bool:
    """The first byte says what the rest is."""
    mode = data[0] % 3 if data else _QUERY
    try:
        if mode == _LEVEL:
            return _level(data[1:])
        text = data[1:].decode("utf-8", "replace")
        return _hours(text) if mode == _HOURS else _query(text)
    except (RequestError, LimitError):
        return False


def seeds() -> Iterator[bytes]:
    for query in ("category=water&near=Nordmarkt&open=true", "hidden=true&language=de", "near=%ff"):
        yield bytes([_QUERY]) + query.encode()
    for level in (
        {"level": "full"},
        {"people": 37, "source": "counter", "expires_in_s": 3600},
        {"level": "some", "people": 3},
    ):
        yield bytes([_LEVEL]) + json.dumps(level).encode()
    for hours in ("Mo-Fr 9-12, 14-18; Sa 9:30-13", "always", "fr, sa 18 bis 2 Uhr", "täglich 8-20"):
        yield bytes([_HOURS]) + hours.encode()


def _query(text: str) -> bool:
    wanted = parse_wanted_places(QueryParams(text))
    return bool(wanted.category or wanted.near or wanted.is_open_only)


def _level(body: bytes) -> bool:
    fields = parse_new_level(parse_object(body)).fields
    require(decode_level(*encode_level(fields), _ROOT) == fields, "a level that nobody can read")
    return True


def _hours(text: str) -> bool:
    week = week_from_words(text)
    form, data = encode_week(week)
    require(read_week(Reader(data), form) == week, "hours that nobody can read")
    require(
        week_from_words(week_words(week, list(SHORT_DAYS.english.values()))) == week,
        "hours that nobody can type",
    )
    return True


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(parse_wanted_places, parse_new_level, week_from_words),
    bytes_max=300,
)
