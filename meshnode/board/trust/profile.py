"""Profiles: a member says under which name it goes and which languages it reads.

Not for: vouching (`certificate`). Invariant: a name can be shown; languages are two letters.
Source: docs/spec/kinds.md section 1.
"""

import re
from dataclasses import dataclass
from typing import Final

from meshnode.board.names import decode_name, encode_name
from meshnode.board.parts import require_plain
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError

LANGUAGES_MAX: Final = 4
"""Languages that somebody reads, the best first; more are never asked for."""
_LANGUAGE: Final = re.compile("[a-z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProfileFields:
    """What a profile says; `languages` are 0..4 codes of ISO 639-1, the best first."""

    name: str
    languages: tuple[str, ...] = ()


def encode_profile(fields: ProfileFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        LimitError: The name or the languages are outside their bounds.
    """
    languages = fields.languages
    is_good = len(languages) <= LANGUAGES_MAX and len(set(languages)) == len(languages)
    if not is_good or not all(map(_LANGUAGE.fullmatch, languages)):
        raise LimitError(
            f"Languages are at most {LANGUAGES_MAX} different codes of two letters, as in de or uk."
        )
    return bytes([len(languages)]) + "".join(languages).encode() + encode_name(fields.name)


def decode_profile(codec: int, body: bytes) -> ProfileFields:
    """Return the fields of a profile's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    require_plain(codec, "a profile")
    reader = Reader(body)
    count = reader.uint(1)
    if count > LANGUAGES_MAX:
        raise PeerError("oversize", f"{count} languages")
    languages = tuple(reader.take(2).decode("ascii", errors="replace") for _ in range(count))
    if not all(map(_LANGUAGE.fullmatch, languages)) or len(set(languages)) != count:
        raise PeerError("bad_language", " ".join(languages))
    return ProfileFields(decode_name(reader.rest()), languages)
