"""Parts that several bodies of authority share: keys, minutes, fingerprints, cuts.

Invariant: what these functions read has one form only.
Source: docs/spec/kinds.md section 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.keys import (
    FINGERPRINT_BYTES,
    KEY_ID_BYTES,
    PUBLIC_KEY_BYTES,
    Fingerprint,
    KeyId,
    PublicKey,
    is_acceptable,
)
from meshnode.protocol.limits import CREATED_MIN_MAX, SEQUENCE_MAX

CUTS_MAX: Final = 8
"""Keys of one identity whose last valid sequence a revocation names: all its devices."""
_MINUTE_BYTES: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """Up to which sequence number what a key signed stays valid."""

    key: KeyId
    sequence: int


def require_plain(codec: int, what: str) -> None:
    """Refuse a text codec where there is no text.

    Raises:
        PeerError: The codec is not 0.
    """
    if codec != 0:
        raise PeerError("unexpected_codec", f"codec {codec} in {what}")


def encode_key(public_key: PublicKey) -> bytes:
    """Return the 32 bytes of a key.

    Raises:
        CallerError: It has no valid form.
    """
    if not is_acceptable(public_key):
        raise CallerError("a public key has no valid form")
    return public_key


def read_key(reader: Reader) -> PublicKey:
    """Return the next key, canonical and not of small order."""
    public_key = PublicKey(reader.take(PUBLIC_KEY_BYTES))
    if not is_acceptable(public_key):
        raise PeerError("bad_key", "a key is not canonical or of small order")
    return public_key


def encode_minute(minute: int) -> bytes:
    """Return a minute since 2024-01-01 as three bytes.

    Raises:
        CallerError: It does not fit.
    """
    if not 0 <= minute <= CREATED_MIN_MAX:
        raise CallerError(f"minute {minute} is outside 0..{CREATED_MIN_MAX}")
    return minute.to_bytes(_MINUTE_BYTES, "big")


def read_minute(reader: Reader) -> int:
    """Return the next minute since 2024-01-01."""
    return reader.uint(_MINUTE_BYTES)


def read_fingerprint(reader: Reader) -> Fingerprint:
    """Return the next fingerprint."""
    return Fingerprint(reader.take(FINGERPRINT_BYTES))


def encode_cuts(cuts: Sequence[Cut]) -> bytes:
    """Return a count and the cuts, by key.

    Raises:
        CallerError: Too many, out of order, or a sequence out of range.
    """
    in_order = all(one.key < other.key for one, other in pairwise(cuts))
    if len(cuts) > CUTS_MAX or not in_order:
        raise CallerError("cuts are at most eight, by rising key id")
    if any(not 1 <= one.sequence <= SEQUENCE_MAX for one in cuts):
        raise CallerError("the sequence of a cut is at least 1")
    return bytes([len(cuts)]) + b"".join(one.key + varint(one.sequence) for one in cuts)


def read_cuts(reader: Reader) -> tuple[Cut, ...]:
    """Return the next count and cuts: at most eight, by strictly rising key, none empty."""
    count = reader.uint(1)
    if count > CUTS_MAX:
        raise PeerError("oversize", f"{count} cuts, at most {CUTS_MAX}")
    cuts = tuple(Cut(KeyId(reader.take(KEY_ID_BYTES)), reader.varint()) for _ in range(count))
    if any(one.key >= other.key for one, other in pairwise(cuts)):
        raise PeerError("not_canonical", "cuts are not in order")
    if any(one.sequence < 1 for one in cuts):
        raise PeerError("not_canonical", "a cut that keeps nothing")
    return cuts
