"""Alerts: bulletins passed on from an official source, with where they come from and since when.

Not for: fetching them (`meshnode.board.official`). Invariants: behind the provenance stands exactly
the body of a bulletin; a provenance has one form.
Source: docs/spec/kinds.md section 3.2; docs/spec/alerts.md.
"""

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Final, NewType

from meshnode.board.bulletins.bulletin import (
    BulletinFields,
    decode_bulletin,
    encode_bulletin,
    read_head,
)
from meshnode.board.names import NAME_BYTES_MAX, decode_name, encode_name
from meshnode.board.parts import encode_minute, read_minute
from meshnode.protocol.cursor import Reader, block
from meshnode.protocol.errors import LimitError, PeerError

Reference = NewType("Reference", bytes)
"""8 bytes that stand for a source's own message (`official.reference`)."""

REFERENCE_BYTES: Final = 8
REPLACES_MAX: Final = 4
"""Earlier messages that one names; authorities name one to three. Each takes 8 bytes of air."""
_ENDS_FLAG: Final = 0x20
_ONSET_FLAG: Final = 0x10
_REFERENCE_FLAG: Final = 0x08
_COUNT_MASK: Final = 0x07


class AlertState(IntEnum):
    """What became of a warning; the number on the wire."""

    IN_FORCE = 0
    UNLISTED = 1
    """Its source does not list it any more and did not say why: nobody gave an all-clear."""
    ALL_CLEAR = 2
    """Its source took it back."""

    @property
    def word(self) -> str:
        """Return how documents and people name it."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who issued an alert, in which minute since 2024-01-01, and what else its source said.

    Shapes: `source` is 1..40 bytes; `reference` stands for the message, None where somebody typed
    it; `replaces` are at most 4 earlier ones, rising; `onset_min` and `ends_min` are when what it
    warns of begins and ends, None where the source did not say.
    """

    source: str
    issued_min: int
    state: AlertState = AlertState.IN_FORCE
    reference: Reference | None = None
    replaces: tuple[Reference, ...] = ()
    onset_min: int | None = None
    ends_min: int | None = None


def encode_alert(provenance: Provenance, fields: BulletinFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body.

    Raises:
        LimitError: The source or a field is outside its bounds.
    """
    head = _encode_provenance(provenance)
    codec, body = encode_bulletin(fields)
    return codec, head + body


def read_provenance(body: bytes) -> tuple[Provenance, bytes]:
    """Return where an alert comes from, and the bulletin's body.

    Raises:
        PeerError: The head is damaged, out of bounds or not canonical.
    """
    reader = Reader(body)
    source = decode_name(reader.block(bytes_max=NAME_BYTES_MAX))
    issued_min = read_minute(reader)
    flags = reader.uint(1)
    try:
        state = AlertState(flags >> 6)
    except ValueError:
        raise PeerError("not_canonical", f"state {flags >> 6} of an alert") from None
    reference = _read_reference(reader) if flags & _REFERENCE_FLAG else None
    replaces = _read_replaces(reader, flags & _COUNT_MASK, reference)
    onset_min = read_minute(reader) if flags & _ONSET_FLAG else None
    ends_min = read_minute(reader) if flags & _ENDS_FLAG else None
    provenance = Provenance(source, issued_min, state, reference, replaces, onset_min, ends_min)
    return provenance, reader.rest()


def decode_alert(codec: int, body: bytes) -> tuple[Provenance, BulletinFields]:
    """Return where an alert comes from, and what it says.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    provenance, rest = read_provenance(body)
    return provenance, decode_bulletin(codec, rest)


def check_alert(body: bytes) -> None:
    """Refuse a body whose head is not as it must be, without reading its text.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    read_head(read_provenance(body)[1])


def _encode_provenance(provenance: Provenance) -> bytes:
    if len(provenance.replaces) > REPLACES_MAX:
        raise LimitError(f"An alert names {REPLACES_MAX} earlier ones at most.")
    if not _is_in_order(provenance.replaces, provenance.reference):
        raise LimitError("An alert names each earlier one once, in order, and has its own id.")
    flags = provenance.state << 6 | len(provenance.replaces)
    times = b""
    for flag, minute in (
        (_ONSET_FLAG, provenance.onset_min),
        (_ENDS_FLAG, provenance.ends_min),
    ):
        if minute is not None:
            flags |= flag
            times += encode_minute(minute)
    if provenance.reference is not None:
        flags |= _REFERENCE_FLAG
    return (
        block(encode_name(provenance.source))
        + encode_minute(provenance.issued_min)
        + bytes([flags])
        + (provenance.reference or b"")
        + b"".join(provenance.replaces)
        + times
    )


def _read_reference(reader: Reader) -> Reference:
    return Reference(reader.take(REFERENCE_BYTES))


def _read_replaces(
    reader: Reader, count: int, reference: Reference | None
) -> tuple[Reference, ...]:
    if count > REPLACES_MAX:
        raise PeerError("oversize", f"{count} earlier alerts, at most {REPLACES_MAX}")
    replaces = tuple(_read_reference(reader) for _ in range(count))
    if not _is_in_order(replaces, reference):
        raise PeerError("not_canonical", "earlier alerts out of order, or without a reference")
    return replaces


def _is_in_order(replaces: tuple[Reference, ...], reference: Reference | None) -> bool:
    is_rising = all(one < other for one, other in pairwise(replaces))
    return is_rising and reference not in replaces and (reference is not None or not replaces)
