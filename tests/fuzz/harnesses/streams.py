"""Streams: who is at the other end, frames cut out of bytes, what they say, the ranges in them."""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256

from meshnode.links.internet.certificate import peer_key
from meshnode.links.internet.greeting import greet
from meshnode.links.internet.stream_frames import FrameDecoder, encode_frame
from meshnode.protocol import rangewire
from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import Ranges, decode_stream, encode_stream
from meshnode.protocol.idset import IdSet
from meshnode.protocol.object import OBJECT_ID_BYTES, ObjectId
from meshnode.protocol.ranges import open_session, respond
from tests.fuzz import greetings
from tests.fuzz.harness import Cuts, Harness, require, vectors

HELD = IdSet(ObjectId(sha256(bytes([at])).digest()[:OBJECT_ID_BYTES]) for at in range(200))
_FRAME, _RANGES, _PIECES, _GREETING = range(4)


def run(data: bytes) -> bool:
    """The first byte says what the rest is."""
    cuts = Cuts(data)
    mode = cuts.byte() % 4
    if mode == _GREETING:
        return greetings.run(cuts.rest())
    try:
        if mode == _FRAME:
            return _frame(cuts.rest())
        return _ranges(cuts.rest()) if mode == _RANGES else _pieces(cuts)
    except PeerError:
        return False


def seeds() -> Iterator[bytes]:
    frames = vectors("frames")
    for name in ("hello", "ranges", "stream-objects"):
        yield bytes([_FRAME]) + bytes.fromhex(frames[name])
    rows = vectors("ranges")
    messages = [row["message"] for row in rows["opening"] + rows["refused"]]
    messages += [row["heard"] for row in rows["answers"]]
    messages += [open_session(HELD).hex()]
    for message in messages:
        # One of the refused is longer than any frame; a fuzzer learns nothing from its length.
        yield bytes([_RANGES]) + bytes.fromhex(message)[: HARNESS.bytes_max]
    for one in greetings.seeds():
        yield bytes([_GREETING]) + one
    frame = encode_frame(b"one") + encode_frame(b"") + encode_frame(b"two" * 9)
    yield bytes([_PIECES, 2, 5]) + frame


def _frame(data: bytes) -> bool:
    frame = decode_stream(data)
    require(encode_stream(frame) == data, "a stream frame with two forms")
    return _ranges(frame.message) if isinstance(frame, Ranges) else True


def _ranges(data: bytes) -> bool:
    message = rangewire.decode(data)
    writer = rangewire.Writer(ObjectId(one.ljust(OBJECT_ID_BYTES, b"\0")) for one in message.wanted)
    for statement in message.statements:
        is_shortest = not statement.upper.endswith(b"\0") and not statement.lower.endswith(b"\0")
        require(is_shortest, "a bound with two forms")
        writer.put(statement)
    require(writer.encoded() == data, "a range message with two forms")
    answer = respond(HELD, data)
    if answer.message is not None:
        rangewire.decode(answer.message)
    return True


def _pieces(cuts: Cuts) -> bool:
    """However a stream is cut, the same frames come out of it."""
    lengths = [1 + cuts.byte() % 16, 1 + cuts.byte()]
    data = cuts.rest()
    whole, pieces = FrameDecoder(), FrameDecoder()
    once: list[bytes] = []
    with suppress(PeerError):
        once.extend(whole.feed(data))
    many: list[bytes] = []
    at = turn = 0
    with suppress(PeerError):
        while at < len(data):
            many.extend(pieces.feed(data[at : at + lengths[turn % 2]]))
            at += lengths[turn % 2]
            turn += 1
    require(once == many, "frames depend on how the stream is cut")
    return bool(once)


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(decode_stream, rangewire.decode, respond, FrameDecoder.feed, peer_key, greet),
    bytes_max=2_000,
)
