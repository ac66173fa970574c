"""Batches on their way: which symbols were heard, what they give, and what is still missing.

Not for: asking for the missing ones (`beacons`) or saying them (`outbox`).
Invariants: at most `OPEN_MAX` batches are collected at once and `KNOWN_MAX` remembered whole;
what got no symbol for `IDLE_MS_MAX` is given up.
Source: docs/spec/coding.md.
"""

from dataclasses import dataclass, field
from typing import Final

from meshnode.protocol import erasure
from meshnode.protocol.batch import Batch, BatchId, Shape, open_batch, whole_objects
from meshnode.protocol.frames import Partial, Symbol

OPEN_MAX: Final = 16
"""Batches collected at once; 200 kB. A seventeenth replaces the one idle for longest."""
KNOWN_MAX: Final = 32
"""Whole batches of which we can still make symbols for others."""
IDLE_MS_MAX: Final = 3_600_000
"""An hour: longer than the longest pause between two beacons."""
UNANSWERED_MAX: Final = 3
"""Requests for one batch without a new symbol after which nobody near seems to have it."""


@dataclass(slots=True)
class _Open:
    last_ms: int
    symbols: dict[int, bytes] = field(default_factory=dict)
    is_news: bool | None = None
    """Whether its objects are new to us; None: none of them could be read yet."""
    requests: int = 0


class Collector:
    """The batches of one link."""

    __slots__ = ("_known", "_open")

    def __init__(self) -> None:
        self._open: dict[Shape, _Open] = {}
        self._known: dict[BatchId, Batch] = {}

    def hear(self, symbol: Symbol, now_ms: int) -> list[bytes]:
        """Take a symbol; return the encoded objects that can be read because of it.

        Raises:
            PeerError: It completes a batch that is not what its id says; all of it is forgotten.
        """
        self._give_up_idle(now_ms)
        known = self._known.get(symbol.shape.id)
        if known is not None and known.shape == symbol.shape:
            known.used.add(symbol.index)
            return []
        gathered = self._open.pop(symbol.shape, None) or _Open(now_ms)
        self._open[symbol.shape] = gathered
        if len(self._open) > OPEN_MAX:
            del self._open[next(iter(self._open))]
        gathered.last_ms = now_ms
        if symbol.index not in gathered.symbols:
            gathered.requests = 0
        gathered.symbols[symbol.index] = symbol.data
        if len(gathered.symbols) >= symbol.shape.data_count:
            return self._complete(symbol.shape)
        if symbol.index < symbol.shape.data_count:
            parts = {
                index: data
                for index, data in gathered.symbols.items()
                if index < symbol.shape.data_count
            }
            return whole_objects(parts, symbol.index)
        return []

    def read(self, shape: Shape, *, is_news: bool) -> None:
        """An object of this batch could be read; say whether it is new to us."""
        gathered = self._open.get(shape)
        if gathered is not None:
            gathered.is_news = bool(gathered.is_news) or is_news

    def remember(self, batch: Batch) -> Batch:
        """Remember a batch that we hold; return the one that was remembered already, if any."""
        known = self._known.pop(batch.shape.id, None)
        if known is not None and known.shape == batch.shape:
            batch = known
        self._known[batch.shape.id] = batch
        if len(self._known) > KNOWN_MAX:
            del self._known[next(iter(self._known))]
        self._open.pop(batch.shape, None)
        return batch

    def known(self, batch: BatchId) -> Batch | None:
        """Return a batch of which we hold everything."""
        return self._known.get(batch)

    def missing(self, shape: Shape) -> int:
        """Return how many symbols a batch lacks that is being collected, else 0."""
        gathered = self._open.get(shape)
        return 0 if gathered is None else shape.data_count - len(gathered.symbols)

    def partials(self, partials_max: int, *, lacks: bool) -> tuple[Partial, ...]:
        """Return what is unfinished, the nearest to its end first.

        What we hold anyway does not count. `lacks`: we know that others hold more than we do, so
        that which could not be read yet counts, too.
        """
        entries = sorted(
            (shape.data_count - len(gathered.symbols), shape.id)
            for shape, gathered in self._open.items()
            if (lacks if gathered.is_news is None else gathered.is_news)
            and gathered.requests < UNANSWERED_MAX
        )
        chosen: dict[BatchId, Partial] = {}
        for missing, batch in entries:
            if batch not in chosen and len(chosen) < partials_max:
                chosen[batch] = Partial(batch=batch, missing=missing)
        return tuple(chosen.values())

    def requested(self, partials: tuple[Partial, ...]) -> None:
        """Take note that we asked for these."""
        asked = {partial.batch for partial in partials}
        for shape, gathered in self._open.items():
            gathered.requests += shape.id in asked

    def _complete(self, shape: Shape) -> list[bytes]:
        symbols = self._open.pop(shape).symbols
        data = erasure.recover(symbols, shape.data_count)
        batch, encoded = open_batch(shape, data)
        batch.used.update(symbols)
        self.remember(batch)
        return encoded

    def _give_up_idle(self, now_ms: int) -> None:
        for shape, gathered in list(self._open.items()):
            if now_ms - gathered.last_ms > IDLE_MS_MAX:
                del self._open[shape]
