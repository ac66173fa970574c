"""What comes in over HTTP: the body of a post, filled into its template, and the query."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from meshnode.api.intake import (
    NewTemplate,
    parse_language,
    parse_new_bulletin,
    parse_object,
    parse_window,
)
from meshnode.api.refusals import RequestError
from meshnode.board.bulletin import (
    BulletinFields,
    Severity,
    clean,
    decode_bulletin,
    encode_bulletin,
)
from meshnode.board.templates import BY_IDENTIFIER, ParameterKind
from meshnode.node.moments import parse_moment
from meshnode.node.template_form import fill_template, lifetime_minutes
from meshnode.protocol.errors import LimitError
from tests.fuzz.harness import Harness, require

_BODY, _QUERY, _MOMENT = range(3)
_ZONE = ZoneInfo("Europe/Berlin")
_NOW = datetime(2026, 10, 24, 22, 30, tzinfo=_ZONE)
"""The night in which the clock is put back."""
_NOW_MIN = 1_481_550
_RETOLD_CHARACTERS_MAX = 16
"""A longer post is not encoded: to choose a codec takes milliseconds."""
_TYPED = {
    ParameterKind.TEXT: "Nordmarkt",
    ParameterKind.PHONE: "+49 231 123456",
    ParameterKind.COUNT: 20,
    ParameterKind.DURATION: "90 min",
    ParameterKind.START: "today 18:00",
    ParameterKind.END: "20:00",
    ParameterKind.MOMENT: "tomorrow 9:00",
}
_MOMENTS = ("now", "in 2 h", "18:30", "fr 9", "morgen 7:05", "2026-12-31 23:59", "31.12. 8:00")


def run(data: bytes) -> bool:
    """The first byte says what the rest is."""
    mode = data[0] % 3 if data else _BODY
    try:
        if mode == _BODY:
            return _post(data[1:])
        text = data[1:].decode("utf-8", "replace")
        return _query(text) if mode == _QUERY else _moment(text)
    except (RequestError, LimitError):
        return False


def seeds() -> Iterator[bytes]:
    posts: list[dict[str, object]] = [
        {"text": "Kekse!"},
        {
            "text": "Wasser gibt es am Nordmarkt.",
            "title": "Wasser",
            "category": "water",
            "severity": "severe",
            "expires_in_s": 3600,
        },
        {"text": "🚰 ماء", "title": None, "category": "library-bus"},
    ]
    for identifier, template in BY_IDENTIFIER.items():
        given = {
            one.name: one.choices[0] if one.choices else _TYPED[one.kind]
            for one in template.parameters
        }
        posts.append({"template": {"id": identifier, "parameters": given}})
    for post in posts:
        yield bytes([_BODY]) + json.dumps(post).encode()
        yield bytes([_BODY]) + json.dumps(post, ensure_ascii=False).encode()
    yield bytes([_QUERY]) + b"offset=3&limit=20&language=de"
    for moment in _MOMENTS:
        yield bytes([_MOMENT]) + moment.encode()


def _post(body: bytes) -> bool:
    new = parse_new_bulletin(parse_object(body))
    if isinstance(new, NewTemplate):
        filled = fill_template(new.identifier, new.parameters, created_min=_NOW_MIN, zone=_ZONE)
        require(lifetime_minutes(filled) > 0, "a bulletin that is over at once")
        _encode(BulletinFields("", None, "general", new.severity or Severity.INFO, filled))
        return True
    title = None if new.title is None else clean(new.title)
    _encode(BulletinFields(clean(new.text), title, new.category, new.severity))
    return True


def _encode(fields: BulletinFields) -> None:
    if len(fields.text) <= _RETOLD_CHARACTERS_MAX:
        require(decode_bulletin(*encode_bulletin(fields)) == fields, "a post that nobody can read")


def _query(text: str) -> bool:
    query = QueryParams(text)
    language, window = parse_language(query), parse_window(query)
    require(bool(language) and window.offset >= 0 and window.limit >= 1, "no part of a list")
    return True


def _moment(text: str) -> bool:
    found = parse_moment(text, now=_NOW, earliest=_NOW - timedelta(hours=4), zone=_ZONE)
    require(found is None or found.tzinfo is not None, "a moment without a zone")
    return found is not None


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(parse_object, parse_new_bulletin, parse_window, parse_language, parse_moment),
    bytes_max=1_000,
    mutations=3_000,
)
