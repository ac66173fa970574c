"""Fields of which one is bent out of shape, as a person or a mistaken program may."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from random import Random
from typing import Any, Final

from meshnode.board.bulletins.bulletin import encode_bulletin
from meshnode.board.bulletins.notice import encode_notice
from meshnode.board.bulletins.template import FilledTemplate
from meshnode.board.calls.checkin import encode_checkin
from meshnode.board.calls.triage import encode_triage
from meshnode.board.capacity.meetup import encode_meetup
from meshnode.board.capacity.slots import encode_slots
from meshnode.board.exchange.claim import encode_claim
from meshnode.board.exchange.offer import encode_offer
from meshnode.board.mail.prekey import encode_prekey
from meshnode.board.modes.mode import encode_mode
from meshnode.board.places.level import encode_level
from meshnode.board.places.place import encode_place
from meshnode.board.trust.certificate import encode_certificate
from meshnode.board.trust.profile import encode_profile
from meshnode.board.trust.revocation import encode_revocation
from meshnode.protocol.errors import CallerError, LimitError
from meshnode.protocol.object import Kind

Encoder = Callable[[Any], tuple[int, bytes]]
Path = tuple[str, ...]

NUMBERS: Final = (-1, 0, 1, 2, 63, 64, 255, 256, 367, 10_001, 50_001, 131_041, 2**24 - 1, 2**24)
WORDS: Final = (
    "", " a", "a ", "a\nb", "a\tb", "a\u202eb", "\x00", "x" * 41, "x" * 60, "x" * 61, "x" * 81,
    "ж" * 120, "x" * 121, "x" * 161, "x" * 201, "🚰" * 301, "x" * 401, "x" * 601, "x" * 1601,
)  # fmt: skip


def _plain(encode: Callable[[Any], bytes]) -> Encoder:
    return lambda drawn: (0, encode(drawn))


ENCODERS: Final[dict[int, Encoder]] = {
    Kind.PROFILE: _plain(encode_profile),
    Kind.BULLETIN: encode_bulletin,
    Kind.DRILL: encode_bulletin,
    Kind.CERTIFICATE: _plain(encode_certificate),
    Kind.REVOCATION: _plain(encode_revocation),
    Kind.NOTICE: encode_notice,
    Kind.PREKEY: _plain(encode_prekey),
    Kind.OFFER: encode_offer,
    Kind.CLAIM: encode_claim,
    Kind.PLACE: encode_place,
    Kind.LEVEL: encode_level,
    Kind.SLOTS: encode_slots,
    Kind.MEETUP: encode_meetup,
    Kind.CHECKIN: encode_checkin,
    Kind.TRIAGE: encode_triage,
    Kind.MODE: encode_mode,
}


def bent(dice: Random, drawn: Any) -> Any:
    """Return the same fields but one: a number, a word, or something that is there or not."""
    path = dice.choice([*_paths(drawn)])
    return _with(drawn, path, dice)


def written(kind: int, drawn: Any) -> tuple[int, bytes] | None:
    """Return what the node writes, or None if it refuses to."""
    try:
        return ENCODERS[kind](drawn)
    except (LimitError, CallerError):
        return None
    except (OverflowError, ValueError):
        # A number that no form ever lets through; the command line does not get here.
        return None


def _paths(drawn: Any) -> Iterator[Path]:
    for field in fields(drawn):
        value = getattr(drawn, field.name)
        if is_dataclass(value) and not isinstance(value, FilledTemplate):
            yield from ((field.name, *path) for path in _paths(value))
        if value is None or isinstance(value, (int, str, bytes)) or is_dataclass(value):
            yield (field.name,)


def _with(drawn: Any, path: Path, dice: Random) -> Any:
    name, *rest = path
    value = getattr(drawn, name)
    if rest:
        return replace(drawn, **{name: _with(value, tuple(rest), dice)})
    return replace(drawn, **{name: _changed(value, dice)})


def _changed(value: Any, dice: Random) -> Any:
    match value:
        case Enum():
            return dice.choice([one for one in type(value) if type(one) is type(value)])
        case bool():
            return not value
        case int():
            return dice.choice(NUMBERS)
        case str():
            return dice.choice(WORDS)
        case bytes():
            # Types say how long they are in Python, where nothing looks again; TypeScript looks.
            return dice.randbytes(len(value))
    # What is optional is left out; a head or a timetable stays.
    stays = type(value).__name__.endswith(("Head", "Words", "Timetable"))
    return value if stays else None
