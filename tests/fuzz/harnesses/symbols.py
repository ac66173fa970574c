"""Symbols of batches through a collector: true ones, spoilt ones, some of nothing that exists."""

from collections.abc import Iterator
from functools import cache

from meshnode.protocol.batch import (
    DATA_SYMBOLS_MAX,
    SYMBOL_BYTES_MAX,
    SYMBOL_BYTES_MIN,
    Batch,
    BatchId,
    Shape,
    compose,
    open_batch,
)
from meshnode.protocol.collector import IDLE_MS_MAX, Collector
from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import Symbol
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from tests.fuzz.harness import Cuts, Harness, require, vectors

_BATCH_MASK, _SPOILT, _LATER, _MADE_UP = 0x03, 0x04, 0x08, 0x10
_STEPS_MAX = 300
_PARTIALS_MAX = 3


@cache
def batches() -> tuple[Batch, ...]:
    """Return what neighbours might say, from one symbol to the most there can be."""
    encoded = [bytes.fromhex(row["encoded"]) for row in vectors("objects")["objects"]]
    return (
        compose(encoded[:1], 184),
        compose(encoded[1:4], 40),
        compose([b"x", b"y" * 3, b"z"], SYMBOL_BYTES_MIN),
        compose(encoded[4:11], SYMBOL_BYTES_MAX),
    )


def run(data: bytes) -> bool:
    cuts = Cuts(data)
    collector = Collector()
    now_ms, has_read = 0, False
    for _ in range(_STEPS_MAX):
        if not cuts.remaining:
            break
        first = cuts.byte()
        now_ms += IDLE_MS_MAX + 1 if first & _LATER else 1
        symbol = _made_up(cuts) if first & _MADE_UP else _true(first, cuts)
        try:
            heard = collector.hear(symbol, now_ms)
        except PeerError:
            continue
        require(all(0 < len(one) <= OBJECT_BYTES_MAX for one in heard), "an object out of bounds")
        has_read = has_read or bool(heard)
        _check(collector, symbol.shape)
    return has_read


def seeds() -> Iterator[bytes]:
    for number, batch in enumerate(batches()):
        count = batch.shape.data_count
        yield b"".join(bytes([number, index]) for index in range(count))
        yield b"".join(bytes([number, 255 - index]) for index in range(count))
        yield b"".join(bytes([number, index * 3]) for index in range(count))
        yield bytes([number | _SPOILT, 0, 1, 9]) + b"".join(
            bytes([number, index + 1]) for index in range(count)
        )
    shape = BatchId(b"abcd") + bytes([2, 8])
    yield b"".join(
        bytes([_MADE_UP]) + shape + bytes([index]) + b"\x00\x02xy\x00\x00\x00\x00"
        for index in range(3)
    )


def _true(first: int, cuts: Cuts) -> Symbol:
    batch = batches()[first & _BATCH_MASK]
    index = cuts.byte()
    data = batch.symbol(index)
    if first & _SPOILT:
        at, change = cuts.byte() % len(data), cuts.byte()
        data = data[:at] + bytes([data[at] ^ change]) + data[at + 1 :]
    return Symbol(batch.shape, index, 0, data)


def _made_up(cuts: Cuts) -> Symbol:
    batch = BatchId(cuts.take(4).ljust(4, b"\0"))
    count = 1 + cuts.byte() % DATA_SYMBOLS_MAX
    length = SYMBOL_BYTES_MIN + cuts.byte() % (SYMBOL_BYTES_MAX - SYMBOL_BYTES_MIN + 1)
    index = cuts.byte()
    return Symbol(Shape(batch, count, length), index, 0, cuts.take(length).ljust(length, b"\0"))


def _check(collector: Collector, shape: Shape) -> None:
    require(0 <= collector.missing(shape) <= DATA_SYMBOLS_MAX, "a count that no beacon can say")
    for lacks in (False, True):
        partials = collector.partials(_PARTIALS_MAX, lacks=lacks)
        is_sayable = all(1 <= one.missing <= DATA_SYMBOLS_MAX for one in partials)
        require(is_sayable and len(partials) <= _PARTIALS_MAX, "partials that no beacon can say")


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(Collector.hear, open_batch),
    bytes_max=2_000,
    mutations=1_500,
)
