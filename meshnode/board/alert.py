"""Alerts: bulletins passed on from an official source, with where they come from and since when.

Not for: fetching them. Invariant: behind the source stands exactly the body of a bulletin.
Source: docs/spec/kinds.md section 3.2.
"""

from dataclasses import dataclass

from meshnode.board.bulletin import BulletinFields, decode_bulletin, encode_bulletin, read_head
from meshnode.board.names import NAME_BYTES_MAX, decode_name, encode_name
from meshnode.board.parts import encode_minute, read_minute
from meshnode.protocol.cursor import Reader, block


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who issued an alert, and in which minute since 2024-01-01; `source` is 1..40 bytes."""

    source: str
    issued_min: int


def encode_alert(provenance: Provenance, fields: BulletinFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body.

    Raises:
        LimitError: The source or a field is outside its bounds.
    """
    head = block(encode_name(provenance.source)) + encode_minute(provenance.issued_min)
    codec, body = encode_bulletin(fields)
    return codec, head + body


def read_provenance(body: bytes) -> tuple[Provenance, bytes]:
    """Return where an alert comes from, and the bulletin's body.

    Raises:
        PeerError: The head is damaged or out of bounds.
    """
    reader = Reader(body)
    source = decode_name(reader.block(bytes_max=NAME_BYTES_MAX))
    return Provenance(source, read_minute(reader)), reader.rest()


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
