"""Every frame, encode and decode side by side. Not for: what to do about one.

Radio frames carry a short MAC under the community's network key: whoever does not have the key
costs us one hash. Stream frames travel inside TLS and carry none.
Invariants: decoding accepts one form only; nothing here allocates more than a frame is long.
Source: docs/spec/frames.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2s
from hmac import compare_digest
from typing import Final

from meshnode.protocol.batch import (
    BATCH_ID_BYTES,
    DATA_SYMBOLS_MAX,
    SYMBOL_BYTES_MAX,
    SYMBOL_BYTES_MIN,
    BatchId,
    Shape,
)
from meshnode.protocol.cursor import Reader, block, varint
from meshnode.protocol.errors import PeerError
from meshnode.protocol.limits import OBJECT_BYTES_MAX, STREAM_FRAME_BYTES_MAX
from meshnode.protocol.rangewire import DIGEST_BYTES

MAGIC: Final = 0xB0
"""High half of a radio frame's first byte; tells our frames from others on the same port."""
MAC_BYTES: Final = 4
SENDER_BYTES: Final = 2
RADIO_OVERHEAD_BYTES: Final = 1 + SENDER_BYTES + 1 + MAC_BYTES
SYMBOL_OVERHEAD_BYTES: Final = RADIO_OVERHEAD_BYTES + BATCH_ID_BYTES + 3
BEACON_BYTES_MIN: Final = RADIO_OVERHEAD_BYTES + 8

SYNDROME_BYTES: Final = 4
PARTIALS_MAX: Final = 3
"""Unfinished batches one beacon names."""
PARTIAL_BYTES: Final = BATCH_ID_BYTES + 1
REMAINING_MAX: Final = 0xFF
HEARS_MAX: Final = 64
"""Neighbours one beacon lists; 128 bytes."""
_HEARS_FLAG: Final = 0x08
_URGENT_FLAG: Final = 0x04
_PARTIALS_MASK: Final = 0x03
"""The low half of a beacon's fourth byte."""
DEPTH_MAX: Final = 8
"""Halvings of the id space that one beacon may speak about: 256 buckets."""
COUNT_MAX: Final = 0xFFFF
FRAME_BYTES_MIN: Final = 64
"""Smallest frames that we can live with: the largest object makes 43 symbols of them."""


class FrameType(IntEnum):
    """The low half of a radio frame's first byte, or the first byte of a stream frame."""

    OBJECTS = 1
    SYMBOL = 2
    BEACON = 3
    HELLO = 4
    RANGES = 5
    TOTAL = 6


@dataclass(frozen=True, slots=True)
class Objects:
    """Encoded objects, most urgent first."""

    encoded: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol of a batch; the sender goes on with `remaining` further ones, at most 255."""

    shape: Shape
    index: int
    remaining: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Partial:
    """A batch of which the sender lacks so many symbols; any that it has not heard will do."""

    batch: BatchId
    missing: int


class Scope(IntEnum):
    """Which objects a beacon is about."""

    ALL = 0
    URGENT = 1
    """The urgent ones alone: they are few, and found also where all else differs too much."""


@dataclass(frozen=True, slots=True)
class Beacon:
    """What the sender holds of all objects that expire at or after hour `cutoff_hour`.

    `depth` > 0: only those whose short id begins with the `depth` bits of `bucket`. `syndromes`
    are the first odd power sums of their short ids; `check` sums other bytes of their ids.
    `hears` are the senders that the speaker hears; None: it does not say now.
    """

    cutoff_hour: int
    depth: int
    bucket: int
    count: int
    check: int
    partials: tuple[Partial, ...]
    syndromes: bytes
    hears: tuple[bytes, ...] | None = None
    scope: Scope = Scope.ALL


@dataclass(frozen=True, slots=True)
class Hello:
    """A stream's first frame: our cutoff, and the objects that show who vouches for us."""

    cutoff_hour: int
    encoded: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Ranges:
    """One message of range reconciliation over the objects that outlive `cutoff_hour`."""

    cutoff_hour: int
    message: bytes


@dataclass(frozen=True, slots=True)
class Total:
    """All that the sender holds now and that outlives `cutoff_hour`: how many, and their digest.

    Shapes: `digest` is 8 bytes, as for a range of ids (`rangewire`).
    """

    cutoff_hour: int
    count: int
    digest: bytes


RadioBody = Objects | Symbol | Beacon
StreamFrame = Hello | Ranges | Objects | Total


@dataclass(frozen=True, slots=True)
class RadioFrame:
    """A frame whose MAC is right. `sender` begins the sender's key id; `number` counts frames."""

    sender: bytes
    number: int
    body: RadioBody


class RadioCodec:
    """Seals and opens radio frames under one network key."""

    __slots__ = ("_key", "sender")

    def __init__(self, network_key: bytes, sender: bytes) -> None:
        self._key = network_key
        self.sender = sender[:SENDER_BYTES]
        """Who we say we are on the air."""

    def seal(self, number: int, body: RadioBody) -> bytes:
        """Return the frame's bytes; `number` is taken modulo 256."""
        kind, payload = _encode_body(body)
        content = bytes([MAGIC | kind]) + self.sender + bytes([number & 0xFF]) + payload
        return content + self._mac(content)

    def open(self, frame: bytes) -> RadioFrame:
        """Return what a frame says.

        Raises:
            PeerError: Not our frame, not of our community, or not in the one valid form.
        """
        if not frame or frame[0] & 0xF0 != MAGIC:
            raise PeerError("foreign_frame", "another program's packet")
        if len(frame) < RADIO_OVERHEAD_BYTES:
            raise PeerError("truncated", f"radio frame of {len(frame)} bytes")
        content, mac = frame[:-MAC_BYTES], frame[-MAC_BYTES:]
        if not compare_digest(mac, self._mac(content)):
            raise PeerError("wrong_mac", "not sealed with our network key, or damaged")
        reader = Reader(content)
        kind = reader.uint(1) & 0x0F
        sender, number = reader.take(SENDER_BYTES), reader.uint(1)
        body = _decode_body(kind, reader)
        reader.finish()
        return RadioFrame(sender=sender, number=number, body=body)

    def _mac(self, content: bytes) -> bytes:
        return blake2s(content, key=self._key, digest_size=MAC_BYTES, person=b"mn-radio").digest()


def encode_stream(frame: StreamFrame) -> bytes:
    """Return a stream frame's bytes."""
    match frame:
        case Hello():
            return (
                bytes([FrameType.HELLO])
                + frame.cutoff_hour.to_bytes(3, "big")
                + _encode_objects(frame.encoded)
            )
        case Ranges():
            return bytes([FrameType.RANGES]) + frame.cutoff_hour.to_bytes(3, "big") + frame.message
        case Objects():
            return bytes([FrameType.OBJECTS]) + _encode_objects(frame.encoded)
        case Total():
            head = bytes([FrameType.TOTAL]) + frame.cutoff_hour.to_bytes(3, "big")
            return head + varint(frame.count) + frame.digest


def decode_stream(data: bytes) -> StreamFrame:
    """Return what a stream frame says.

    Raises:
        PeerError: Not one of our stream frames in its one valid form.
    """
    if len(data) > STREAM_FRAME_BYTES_MAX:
        raise PeerError("oversize", f"{len(data)} bytes, at most {STREAM_FRAME_BYTES_MAX}")
    reader = Reader(data)
    match reader.uint(1):
        case FrameType.HELLO:
            return Hello(cutoff_hour=reader.uint(3), encoded=_decode_objects(reader))
        case FrameType.RANGES:
            return Ranges(cutoff_hour=reader.uint(3), message=reader.rest())
        case FrameType.OBJECTS:
            return Objects(_decode_objects(reader))
        case FrameType.TOTAL:
            total = Total(reader.uint(3), reader.varint(), reader.take(DIGEST_BYTES))
            reader.finish()
            return total
        case kind:
            raise PeerError("unknown_frame", f"stream frame type {kind}")


def object_room_bytes(frame_bytes_max: int) -> int:
    """Return how many bytes of length-prefixed objects one radio frame carries."""
    return frame_bytes_max - RADIO_OVERHEAD_BYTES


def symbol_room_bytes(frame_bytes_max: int) -> int:
    """Return how long the symbols of a batch may be."""
    return min(frame_bytes_max - SYMBOL_OVERHEAD_BYTES, SYMBOL_BYTES_MAX)


def syndromes_max(
    frame_bytes_max: int,
    partials: Sequence[Partial] = (),
    hears: Sequence[bytes] | None = None,
) -> int:
    """Return how many syndromes a beacon that names these has room for."""
    named_bytes = len(partials) * PARTIAL_BYTES
    if hears is not None:
        named_bytes += 1 + len(hears) * SENDER_BYTES
    return (frame_bytes_max - BEACON_BYTES_MIN - 1 - named_bytes) // SYNDROME_BYTES


def _encode_body(body: RadioBody) -> tuple[int, bytes]:
    match body:
        case Objects():
            return FrameType.OBJECTS, _encode_objects(body.encoded)
        case Symbol(shape, index, remaining, data):
            head = shape.id + bytes([index, shape.data_count, min(remaining, REMAINING_MAX)])
            return FrameType.SYMBOL, head + data
        case Beacon():
            return FrameType.BEACON, _encode_beacon(body)


def _decode_body(kind: int, reader: Reader) -> RadioBody:
    match kind:
        case FrameType.OBJECTS:
            return Objects(_decode_objects(reader))
        case FrameType.SYMBOL:
            return _decode_symbol(reader)
        case FrameType.BEACON:
            return _decode_beacon(reader)
        case _:
            raise PeerError("unknown_frame", f"radio frame type {kind}")


def _encode_objects(encoded: Sequence[bytes]) -> bytes:
    return b"".join(block(one) for one in encoded)


def _decode_objects(reader: Reader) -> tuple[bytes, ...]:
    encoded = []
    while reader.remaining:
        encoded.append(reader.block(bytes_max=OBJECT_BYTES_MAX))
    return tuple(encoded)


def _decode_symbol(reader: Reader) -> Symbol:
    batch = BatchId(reader.take(BATCH_ID_BYTES))
    index, data_count, remaining = reader.uint(1), reader.uint(1), reader.uint(1)
    data = reader.rest()
    if not 1 <= data_count <= DATA_SYMBOLS_MAX:
        raise PeerError("bad_symbol", f"a batch of {data_count} symbols")
    if not SYMBOL_BYTES_MIN <= len(data) <= SYMBOL_BYTES_MAX:
        raise PeerError("bad_symbol", f"a symbol of {len(data)} bytes")
    return Symbol(Shape(batch, data_count, len(data)), index, remaining, data)


def _encode_beacon(beacon: Beacon) -> bytes:
    return (
        beacon.cutoff_hour.to_bytes(3, "big")
        + bytes([beacon.depth << 4 | _listed(beacon)])
        + (bytes([beacon.bucket]) if beacon.depth else b"")
        + min(beacon.count, COUNT_MAX).to_bytes(2, "big")
        + beacon.check.to_bytes(2, "big")
        + b"".join(map(_encode_partial, beacon.partials))
        + (b"" if beacon.hears is None else bytes([len(beacon.hears)]) + b"".join(beacon.hears))
        + beacon.syndromes
    )


def _listed(beacon: Beacon) -> int:
    hears = 0 if beacon.hears is None else _HEARS_FLAG
    urgent = _URGENT_FLAG if beacon.scope is Scope.URGENT else 0
    return len(beacon.partials) | hears | urgent


def _decode_beacon(reader: Reader) -> Beacon:
    cutoff_hour = reader.uint(3)
    packed = reader.uint(1)
    depth, partial_count = packed >> 4, packed & _PARTIALS_MASK
    scope = Scope.URGENT if packed & _URGENT_FLAG else Scope.ALL
    bucket = reader.uint(1) if depth else 0
    if depth > DEPTH_MAX or bucket >> depth or (depth and scope is Scope.URGENT):
        raise PeerError("bad_beacon", f"depth {depth}, bucket {bucket}, scope {scope}")
    count, check = reader.uint(2), reader.uint(2)
    partials = tuple(_decode_partial(reader) for _ in range(partial_count))
    hears = _decode_hears(reader) if packed & _HEARS_FLAG else None
    syndromes = reader.rest()
    if not syndromes or len(syndromes) % SYNDROME_BYTES:
        raise PeerError("bad_beacon", f"{len(syndromes)} bytes of syndromes")
    return Beacon(
        cutoff_hour=cutoff_hour,
        depth=depth,
        bucket=bucket,
        count=count,
        check=check,
        partials=partials,
        syndromes=syndromes,
        hears=hears,
        scope=scope,
    )


def _decode_hears(reader: Reader) -> tuple[bytes, ...]:
    count = reader.uint(1)
    if count > HEARS_MAX:
        raise PeerError("bad_beacon", f"{count} neighbours, at most {HEARS_MAX}")
    return tuple(reader.take(SENDER_BYTES) for _ in range(count))


def _encode_partial(partial: Partial) -> bytes:
    return partial.batch + bytes([partial.missing])


def _decode_partial(reader: Reader) -> Partial:
    batch, missing = BatchId(reader.take(BATCH_ID_BYTES)), reader.uint(1)
    if not 1 <= missing <= DATA_SYMBOLS_MAX:
        raise PeerError("bad_beacon", f"a batch that lacks {missing} symbols")
    return Partial(batch=batch, missing=missing)
