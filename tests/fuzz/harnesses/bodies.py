"""The bodies of all kinds, found by name: behind the signature that this harness leaves out.

A function `decode_NAME(codec, body)` or `decode_NAME(codec, body, parent)` in `meshnode/board` or
`meshnode/person`, or one of bytes alone, joins by being there. If `encode_NAME` takes what it
returned, that has to read back the same.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module, util
from typing import Any
from zoneinfo import ZoneInfo

from meshnode.board.bulletins.bulletin import BulletinFields, read_head
from meshnode.board.bulletins.rendering import bulletin_text
from meshnode.board.exchange.offer import OfferFields
from meshnode.board.exchange.rendering import offer_sentence
from meshnode.board.mail.message import Text
from meshnode.node.languages import load_languages
from meshnode.node.reader import LocalReader
from meshnode.protocol import object as objects
from meshnode.protocol import text as texts
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import SHORT_ID_BYTES, ShortId
from tests.fuzz.harness import VECTORS, Cuts, Harness, require, vectors

_NO_BODIES = ("coding", "frames", "ranges", "sketch", "text")
"""Vectors that other harnesses begin with."""
_SEED_BYTES_MAX = 400
PACKAGES = ("meshnode.board", "meshnode.person")
_PARENT_FLAG = 0x08
_CODEC_MASK = 0x07
_BODY = ["codec", "body"]
_RETOLD_BYTES_MAX = 32
"""A longer body with a text is not written again: to choose a codec takes milliseconds."""
_MODELLED_BYTES_MAX = 64
"""Longer texts in the codecs that predict are left to `models`; they take ten milliseconds."""
_ZONE = ZoneInfo("Europe/Berlin")
_MINUTES = (0, 1_500_000, 2**24 - 1)
"""When a bulletin may have been made; its template's times count from there."""

Decoder = Callable[..., Any]


@cache
def decoders() -> tuple[Decoder, ...]:
    """Return every decoder of a body, in the order of their names."""
    found = [one for package in PACKAGES for one in _in_package(package)]
    return tuple(sorted(found, key=lambda one: (one.__name__, one.__module__)))


def run(data: bytes) -> bool:
    return bool(readers(data))


def readers(data: bytes) -> list[str]:
    """Return the names of all decoders that read an input of this harness."""
    cuts = Cuts(data)
    first = cuts.byte()
    codec = first & _CODEC_MASK
    if codec in texts.MODELS and len(data) > _MODELLED_BYTES_MAX:
        return []
    parent = cuts.take(SHORT_ID_BYTES) if first & _PARENT_FLAG else b""
    return _readers(codec, cuts.rest(), parent if len(parent) == SHORT_ID_BYTES else None)


def _readers(codec: int, body: bytes, parent: bytes | None) -> list[str]:
    names = [one.__name__ for one in decoders() if _reads(one, codec, body, parent)]
    with suppress(PeerError):
        read_head(body)
        names.append(read_head.__name__)
    require("decode_bulletin" not in names or "read_head" in names, "a bulletin without a head")
    return names


def packed_body(codec: int, body: bytes, parent: bytes | None) -> bytes:
    """Return these as an input of this harness."""
    if parent is None:
        return bytes([codec]) + body
    return bytes([codec | _PARENT_FLAG]) + parent + body


def seeds() -> Iterator[bytes]:
    """Yield whatever in our vectors may be a body or an object that has one."""
    names = sorted(path.stem for path in VECTORS.glob("*.json"))
    found = [one for name in names if name not in _NO_BODIES for one in _bytes_in(vectors(name))]
    for data in dict.fromkeys(found):
        yield packed_body(0, data, None)
        with suppress(PeerError):
            made = objects.decode(data)
            yield packed_body(made.codec, made.body, made.parent)


def _bytes_in(value: object) -> Iterator[bytes]:
    """Yield all that is written in hexadecimal digits, however deep."""
    if isinstance(value, dict):
        yield from _bytes_in(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _bytes_in(one)
    elif isinstance(value, str) and len(value) <= 2 * _SEED_BYTES_MAX:
        with suppress(ValueError):
            yield bytes.fromhex(value)


def _in_package(package: str) -> Iterator[Decoder]:
    spec = util.find_spec(package)
    if spec is None:
        return
    for module in pkgutil.iter_modules(spec.submodule_search_locations):
        if module.ispkg:
            yield from _in_package(f"{package}.{module.name}")
            continue
        names = vars(import_module(f"{package}.{module.name}"))
        for name, one in names.items():
            is_here = getattr(one, "__module__", "") == f"{package}.{module.name}"
            if name.startswith("decode_") and is_here and _arguments(one):
                yield one


def _arguments(decoder: Decoder) -> int:
    """Return how many arguments it takes of codec, body and parent, or of the body alone; else 0.

    Shapes: 1 (bytes alone), 2 or 3.
    """
    parameters = inspect.signature(decoder).parameters
    needed = [name for name, one in parameters.items() if one.default is one.empty]
    if needed in (_BODY, [*_BODY, "parent"]):
        return len(needed)
    is_bytes = len(needed) == 1 and parameters[needed[0]].annotation is bytes
    return 1 if is_bytes else 0


def _reads(decoder: Decoder, codec: int, body: bytes, parent: bytes | None) -> bool:
    short = None if parent is None else ShortId(parent)
    count = _arguments(decoder)
    try:
        fields = decoder(body) if count == 1 else decoder(*(codec, body, short)[:count])
    except PeerError:
        return False
    if isinstance(fields, BulletinFields):
        _show(fields)
    if isinstance(fields, OfferFields):
        _show_offer(fields)
    _require_same(decoder, fields, codec, body, short)
    return True


def _require_same(
    decoder: Decoder, fields: Any, codec: int, body: bytes, parent: ShortId | None
) -> None:
    """What was read can be written, and reads back the same."""
    encode = getattr(
        inspect.getmodule(decoder), decoder.__name__.replace("decode_", "encode_"), None
    )
    if encode is None or len(inspect.signature(encode).parameters) != 1:
        return
    is_bytes = inspect.signature(encode).return_annotation is bytes
    # A text may be said in any codec that holds it; whoever writes takes the shortest.
    has_one_form = is_bytes and not isinstance(fields, Text)
    if not has_one_form and len(body) > _RETOLD_BYTES_MAX:
        return
    written = encode(fields)
    if has_one_form:
        require(written == body, f"{decoder.__name__} reads two forms of the same")
        return
    again = decoder(written) if is_bytes else decoder(*(*written, parent)[: _arguments(decoder)])
    require(again == fields, f"{decoder.__name__} does not read back what it read")


@cache
def _languages() -> tuple[LocalReader, ...]:
    return tuple(LocalReader(one, _ZONE, None) for one in load_languages().values())


def _show(fields: BulletinFields) -> None:
    """Whatever was read can be shown in every language."""
    for reader in _languages():
        for minute in _MINUTES:
            require(bool(bulletin_text(fields, minute, reader)), "a bulletin that shows nothing")


def _show_offer(fields: OfferFields) -> None:
    """Whatever was read can be shown in every language."""
    for reader in _languages():
        require(bool(offer_sentence(fields, reader)), "an offer that shows nothing")


HARNESS = Harness(
    run=run, seeds=seeds, reads=(*decoders(), read_head), bytes_max=600, mutations=1_000
)
