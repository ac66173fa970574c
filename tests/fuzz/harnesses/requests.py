"""What goes over HTTP: posts, signed objects, joins, queries; and the node's answer to a client."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from meshnode.api.bulletins.preview_endpoints import parse_draft
from meshnode.api.bulletins.preview_operations import CODEC_MAX
from meshnode.api.fields import encode_base64
from meshnode.api.intake import (
    NewTemplate,
    parse_language,
    parse_new_bulletin,
    parse_object,
    parse_update,
    parse_window,
)
from meshnode.api.refusals import RequestError
from meshnode.api.trust.people_intake import (
    KINDS,
    parse_after,
    parse_code,
    parse_commitment,
    parse_kind,
    parse_known,
    parse_objects,
    parse_reveal,
    parse_sealed,
    parse_wanted,
    short_text,
)
from meshnode.board.bulletins.blanks import ParameterKind
from meshnode.board.bulletins.bulletin import (
    BulletinFields,
    Severity,
    clean,
    decode_bulletin,
    encode_bulletin,
)
from meshnode.board.bulletins.templates import BY_IDENTIFIER
from meshnode.board.names import NAME_BYTES_MAX
from meshnode.board.trust.device import encode_device
from meshnode.node.denials import NotFoundError
from meshnode.node.desks.joindesk import JoinDesk, Newcomer, commitment_of, read_devices
from meshnode.node.desks.template_form import fill_template, lifetime_minutes
from meshnode.node.moments import parse_moment
from meshnode.person.roster import roster_of
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.limits import BODY_BYTES_MAX, OBJECT_BYTES_MAX
from meshnode.protocol.object import Kind
from tests.community import ANNA, BERT, COMMUNITY, HERE, MINUTE, YEAR_MINUTES, made
from tests.fuzz.harness import Harness, require

_BODY, _QUERY, _MOMENT, _OBJECTS, _SEALED, _JOIN, _CODE, _ROSTER, _PEOPLE = range(9)
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
    mode = data[0] % 9 if data else _BODY
    try:
        if mode in _DOCUMENTS:
            return _DOCUMENTS[mode](parse_object(data[1:]))
        text = data[1:].decode("utf-8", "replace")
        if mode == _PEOPLE:
            return _people(text)
        return _query(text) if mode == _QUERY else _moment(text)
    except (RequestError, LimitError, PeerError):
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
    for mode, document in _documents():
        yield bytes([mode]) + json.dumps(document).encode()
    for query in (
        "name=Anna&revoked=true",
        "after=" + "0a" * 16,
        "known=" + "0a" * 8,
        *(f"kind={one}" for one in KINDS),
    ):
        yield bytes([_PEOPLE]) + query.encode()
    yield bytes([_QUERY]) + b"offset=3&limit=20&language=de"
    yield bytes([_QUERY]) + b"kind=bulletin&codec=0&body=AABLZWtzZSE&language=tr"
    for moment in _MOMENTS:
        yield bytes([_MOMENT]) + moment.encode()


def _documents() -> Iterator[tuple[int, dict[str, object]]]:
    device = made(
        ANNA,
        Kind.DEVICE,
        encode_device(BERT, ANNA.public, COMMUNITY),
        sequence=1,
        minute=MINUTE,
        minutes=YEAR_MINUTES,
    )
    devices = [encode_base64(device.encoded)]
    yield _OBJECTS, {"objects": devices}
    yield _SEALED, {"body": encode_base64(bytes(range(60))), "expires_in_s": 86_400}
    newcomer = {"key": ANNA.public.hex(), "random": "0b" * 16, "name": "Anna"}
    yield _JOIN, newcomer | {"devices": devices}
    yield _JOIN, newcomer | {"devices": []}
    yield _CODE, {"code": "012345"}
    yield _CODE, {"commitment": "0c" * 32}
    key = {"key": BERT.public.hex(), "is_device": True, "last": None}
    moments = {"created": "2026-11-24T10:00:00Z", "expires": "2026-12-08T10:00:00+00:00"}
    prekey = {"key_id": BERT.id.hex(), "key": "09" + "00" * 31} | moments
    member = {"class": "person", "is_revoked": False, "fingerprint": "0d" * 16, "name": "Anna"}
    yield _ROSTER, {"members": [member | {"keys": [key], "prekeys": [prekey, prekey]}]}


def _objects(document: Mapping[str, Any]) -> bool:
    objects = parse_objects(document)
    require(all(0 < len(one) <= OBJECT_BYTES_MAX for one in objects), "an object of another size")
    again = parse_objects({"objects": [encode_base64(one) for one in objects]})
    require(again == objects, "objects that come in two forms")
    return True


def _sealed(document: Mapping[str, Any]) -> bool:
    require(0 < len(parse_sealed(document).body) <= BODY_BYTES_MAX, "no body")
    return True


def _join(document: Mapping[str, Any]) -> bool:
    """Somebody joins with a commitment that fits, and a member claims the code."""
    wanted = parse_reveal(document)
    require((len(wanted.public_key), len(wanted.random)) == (32, 16), "a key of another size")
    require(0 < len(wanted.name.encode()) <= NAME_BYTES_MAX, "a name that fits no certificate")
    newcomer = Newcomer(wanted.public_key, wanted.name, read_devices(wanted.devices))
    desk = JoinDesk(community=COMMUNITY, node_key=HERE.public, now_ms=lambda: 0, entropy=bytes)
    join = desk.begin(commitment_of(newcomer.public_key, wanted.random, newcomer.name))
    code = desk.reveal(join.id, wanted.random, newcomer).code
    require(desk.claim(parse_code({"code": code}))[1] == newcomer, "somebody else joins")
    return True


def _code(document: Mapping[str, Any]) -> bool:
    desk = JoinDesk(community=COMMUNITY, node_key=HERE.public, now_ms=lambda: 0, entropy=bytes)
    if "commitment" in document:
        require(len(parse_commitment(document)) == 32, "a commitment of another size")
        return bool(desk.begin(parse_commitment(document)).nonce)
    try:
        desk.claim(parse_code(document))
    except NotFoundError:
        return True
    raise AssertionError("a code that nobody has")


def _roster(document: Mapping[str, Any]) -> bool:
    members = document.get("members", ())
    roster = roster_of(members, MINUTE)
    for one in roster.contacts:
        require(roster.contact(one.fingerprint) is not None, "a contact that is not found")
    return bool(roster.owners)


def _people(text: str) -> bool:
    query = QueryParams(text)
    if "kind" in query:
        require(parse_kind(query) in KINDS.values(), "a kind of nothing")
        return True
    if "after" in query:
        return parse_after(query) is not None
    if "known" in query:
        require(query["known"].lower() == (parse_known(query) or b"").hex(), "another digest")
        return True
    wanted = parse_wanted(query)
    require(short_text(wanted.name, "name") == wanted.name, "a name that is too long")
    return True


def _post(document: Mapping[str, Any]) -> bool:
    with suppress(RequestError):
        parse_update(document)
    new = parse_new_bulletin(document)
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
    if "body" in query:
        kind, codec, body = parse_draft(query)
        require(bool(kind) and codec <= CODEC_MAX, "a draft of no kind")
        require(0 < len(body) <= BODY_BYTES_MAX, "a draft of another size")
        return True
    language, window = parse_language(query), parse_window(query)
    require(bool(language) and window.offset >= 0 and window.limit >= 1, "no part of a list")
    return True


def _moment(text: str) -> bool:
    found = parse_moment(text, now=_NOW, earliest=_NOW - timedelta(hours=4), zone=_ZONE)
    require(found is None or found.tzinfo is not None, "a moment without a zone")
    return found is not None


_DOCUMENTS: dict[int, Callable[[Mapping[str, Any]], bool]] = {
    _BODY: _post,
    _OBJECTS: _objects,
    _SEALED: _sealed,
    _JOIN: _join,
    _CODE: _code,
    _ROSTER: _roster,
}

HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(
        parse_object,
        parse_new_bulletin,
        parse_update,
        parse_window,
        parse_language,
        parse_draft,
        parse_moment,
        parse_objects,
        parse_sealed,
        parse_after,
        parse_wanted,
        parse_kind,
        parse_known,
        parse_commitment,
        parse_reveal,
        parse_code,
        read_devices,
        roster_of,
    ),
    bytes_max=1_000,
    mutations=3_000,
)
