"""What clients that hold keys hand in over HTTP: objects, sealed bodies, joins, and queries."""

import json
from collections.abc import Callable, Iterator

from starlette.datastructures import QueryParams

from meshnode.api.fields import encode_base64
from meshnode.api.intake import parse_object
from meshnode.api.people_intake import (
    KINDS,
    parse_after,
    parse_code,
    parse_commitment,
    parse_kind,
    parse_objects,
    parse_reveal,
    parse_sealed,
    parse_wanted,
)
from meshnode.api.refusals import RequestError
from meshnode.protocol.limits import BODY_BYTES_MAX, OBJECT_BYTES_MAX
from tests.fuzz.harness import Harness, require

_OBJECTS, _SEALED, _COMMITMENT, _REVEAL, _CODE, _AFTER, _WANTED, _KIND = range(8)


def run(data: bytes) -> bool:
    """The first byte says which request the rest is."""
    mode = data[0] % len(_READERS) if data else _OBJECTS
    try:
        _READERS[mode](data[1:])
    except RequestError:
        return False
    return True


def seeds() -> Iterator[bytes]:
    objects = [encode_base64(bytes(range(90))), encode_base64(b"\x07")]
    bodies: dict[int, dict[str, object]] = {
        _OBJECTS: {"objects": objects},
        _SEALED: {"body": objects[0], "expires_in_s": 86_400},
        _COMMITMENT: {"commitment": "0f" * 32},
        _REVEAL: {"key": "a0" * 32, "random": "b1" * 16, "name": "Änne", "devices": objects},
        _CODE: {"code": "095315"},
    }
    for mode, body in bodies.items():
        yield bytes([mode]) + json.dumps(body).encode()
    yield bytes([_AFTER]) + b"after=" + b"0f" * 16
    yield bytes([_WANTED]) + "name=Änne&revoked=true".encode()
    yield bytes([_KIND]) + b"kind=revocation"


def _objects(body: bytes) -> None:
    for one in parse_objects(parse_object(body)):
        require(0 < len(one) <= OBJECT_BYTES_MAX, "an object of another size")
        again = json.dumps({"objects": [encode_base64(one)]}).encode()
        require(parse_objects(parse_object(again)) == [one], "bytes in two forms")


def _sealed(body: bytes) -> None:
    require(0 < len(parse_sealed(parse_object(body)).body) <= BODY_BYTES_MAX, "no body")


def _commitment(body: bytes) -> None:
    require(len(parse_commitment(parse_object(body))) == 32, "a commitment of another size")


def _reveal(body: bytes) -> None:
    found = parse_reveal(parse_object(body))
    require((len(found.public_key), len(found.random)) == (32, 16), "a key of another size")
    require(0 < len(found.name.encode()) <= 40, "a name that fits no certificate")


def _code(body: bytes) -> None:
    require(0 <= int(parse_code(parse_object(body))) < 10**6, "no six digits")


def _after(text: bytes) -> None:
    found = parse_after(_query(text))
    require(found is None or len(found) == 16, "an id of another size")


def _wanted(text: bytes) -> None:
    require(len(parse_wanted(_query(text)).name) <= 64, "a name without end")


def _kind(text: bytes) -> None:
    require(parse_kind(_query(text)) in (None, *KINDS.values()), "a kind of nothing")


def _query(text: bytes) -> QueryParams:
    return QueryParams(text.decode("utf-8", "replace"))


_READERS: tuple[Callable[[bytes], None], ...] = (
    _objects,
    _sealed,
    _commitment,
    _reveal,
    _code,
    _after,
    _wanted,
    _kind,
)

HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(
        parse_objects,
        parse_sealed,
        parse_commitment,
        parse_reveal,
        parse_code,
        parse_after,
        parse_wanted,
        parse_kind,
    ),
    bytes_max=1_000,
    mutations=3_000,
)
