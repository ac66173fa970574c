"""Short text as bytes: the shortest of a few frozen codecs, and the way back, bounded.

Not for: what a text means, or cleaning what people type (`meshnode.board`).
Invariants: a codec never changes once it is released, because signed objects carry its output;
`decode` returns the same text on every version of Python and zlib; what it returns can be
shown: no control and no bidirectional override characters.
Codecs 2 and 3 take milliseconds a text, so decode what is shown, not what passes through.
Source: docs/spec/object.md section 6; RFC 1951.
"""

import re
import zlib
from typing import Final

from meshnode.protocol.dictionary import DICTIONARY_1
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.textmodel.codec import decode_text, encode_best
from meshnode.protocol.textmodel.model import shipped_model

UTF8: Final = 0
DEFLATE: Final = 1
MODELS: Final = {2: "de-1", 3: "en-1"}
"""The codecs that predict, and their models' files."""
CODEC_MAX: Final = 3
"""The highest codec that this version reads."""

_UNSHOWABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters but newline and tab, other line ends, bidirectional overrides, surrogates.

They can drive a terminal, or show one text where another was signed. Written out as ranges:
categories of Unicode change with its version, and two nodes must agree.
"""


def encode(text: str) -> tuple[int, bytes]:
    """Return the number of the codec that makes `text` shortest, and the bytes.

    Raises:
        LimitError: The text has a character that must not be shown.
    """
    position = first_unshowable(text)
    if position is not None:
        raise LimitError(
            f"The text has the invisible character U+{ord(text[position]):04X} at position "
            f"{position + 1}; such characters are not allowed. Remove it."
        )
    plain = text.encode()
    candidates = [(UTF8, plain), (DEFLATE, deflate(plain))]
    modelled = encode_best([shipped_model(name) for name in MODELS.values()], text)
    if modelled is not None:
        place, data = modelled
        candidates.append((list(MODELS)[place], data))
    return min(candidates, key=lambda candidate: len(candidate[1]))


def decode(codec: int, data: bytes, *, text_bytes_max: int) -> str:
    """Return the text that `data` holds, at most `text_bytes_max` bytes as UTF-8.

    Raises:
        PeerError: Unknown codec, damaged or over-long data, or a text that must not be shown.
    """
    if text_bytes_max < 1:
        raise CallerError(f"text_bytes_max is at least 1, not {text_bytes_max}")
    if codec in MODELS:
        model = shipped_model(MODELS[codec])
        text = decode_text(model, data, text_bytes_max=text_bytes_max)
    else:
        text = _from_utf8(_plain(codec, data, text_bytes_max))
    position = first_unshowable(text)
    if position is not None:
        raise PeerError("bad_character", f"U+{ord(text[position]):04X}")
    return text


def first_unshowable(text: str) -> int | None:
    """Return the index of the first character that no text may have, or None."""
    found = _UNSHOWABLE.search(text)
    return found.start() if found else None


def without_unshowable(text: str) -> str:
    """Return `text` without the characters that no text may have."""
    return _UNSHOWABLE.sub("", text)


def _plain(codec: int, data: bytes, text_bytes_max: int) -> bytes:
    if codec == UTF8:
        return _bounded(data, text_bytes_max)
    if codec == DEFLATE:
        return _inflate(data, text_bytes_max)
    raise PeerError("unknown_codec", f"text codec {codec}, we know 0..{CODEC_MAX}")


def _from_utf8(plain: bytes) -> str:
    try:
        return plain.decode()
    except UnicodeDecodeError as error:
        raise PeerError("bad_utf8", error.reason) from error


def _bounded(data: bytes, text_bytes_max: int) -> bytes:
    if len(data) > text_bytes_max:
        raise PeerError("oversize", f"text of {len(data)} bytes, at most {text_bytes_max}")
    return data


def deflate(plain: bytes) -> bytes:
    """Return `plain` in codec 1."""
    stream = zlib.compressobj(level=9, wbits=-15, memLevel=9, zdict=DICTIONARY_1)
    return stream.compress(plain) + stream.flush()


def _inflate(data: bytes, text_bytes_max: int) -> bytes:
    stream = zlib.decompressobj(wbits=-15, zdict=DICTIONARY_1)
    try:
        # One byte more than allowed: with exactly the bound, inflate would stop before it has
        # read the end mark of a text that is as long as the bound.
        plain = stream.decompress(data, text_bytes_max + 1)
    except zlib.error as error:
        raise PeerError("bad_compression", str(error)) from error
    _bounded(plain, text_bytes_max)
    if not stream.eof:
        raise PeerError("truncated", "the compressed text has no end")
    if stream.unused_data:
        raise PeerError("trailing_bytes", f"{len(stream.unused_data)} bytes after the text")
    return plain
