"""Text to bytes and back with one model.

Bytes know their number, so the text's end is asked for only where few bytes are left; the
encoder takes the shortest form that reads back, and `decode_text` refuses all others.

Not for: which characters may be shown (`meshnode.protocol.text`). Source: docs/spec/text.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from meshnode.protocol.errors import PeerError
from meshnode.protocol.textmodel.alphabet import (
    ASTRAL,
    ASTRAL_BITS,
    CAPITAL,
    CASE_DISTANCE,
    ESCAPE,
    NEAR_BITS,
    PLANE_BITS,
    escape_bits,
    is_near,
    is_small_letter,
    small_letter,
)
from meshnode.protocol.textmodel.coder import EVEN, Decoder, Encoder
from meshnode.protocol.textmodel.index import LEAF, ROOT
from meshnode.protocol.textmodel.model import Model
from meshnode.protocol.textmodel.tables import probability

CHARACTERS_MAX: Final = 2048
"""More than a bulletin's 1681 with its title; 0.1 s of work for a hostile string on a PC."""

_END_NEAR_ODDS: Final = (768, -768)
"""Added to the odds of the end where no byte would be left over, or one: the end is near, or
likely a little further on."""
_END_FAR: Final = probability(-1280)
"""Of the end where two or three bytes would be left over: the door for texts that end where
nobody expects it, 7 bits dear; to pass it costs a hundredth of a bit."""
_END_ZONES: Final = 4
_LENGTHS_TRIED: Final = 6
"""The shortest conceivable form, one for each zone of the end, and one to spare."""
_PROBE_STEPS: Final = 20
"""After so many symbols the two languages are far apart, or it does not matter."""
_PROBE_BYTES: Final = 3
"""So much worse than the other, a model has lost."""


@dataclass(frozen=True, slots=True)
class Step:
    """The odds that the text ends here, and the decisions that say how it goes on instead.

    Shapes: a decision is a probability and a bit; the last step of a text has no decisions.
    """

    end_odds: int
    decisions: tuple[tuple[int, int], ...]


def encode_best(models: Sequence[Model], text: str) -> tuple[int, bytes] | None:
    """Return which model writes `text` shortest and the canonical bytes.

    None if the text is too long, or ends where no model can say so. A model that does clearly
    worse on the first characters is not asked further.
    """
    if len(text) > CHARACTERS_MAX:
        return None
    runs = [_steps(model, text) for model in models]
    begun = [list(islice(run, _PROBE_STEPS)) for run in runs]
    sizes = [_bytes_least(steps) for steps in begun]
    best: tuple[int, bytes] | None = None
    for number, run in enumerate(runs):
        if sizes[number] >= min(sizes) + _PROBE_BYTES:
            continue
        data = _write([*begun[number], *run])
        if data is not None and (best is None or len(data) < len(best[1])):
            best = number, data
    return best


def decode_text(model: Model, data: bytes, *, text_bytes_max: int) -> str:
    """Return the text that `data` is the canonical form of, at most so many bytes as UTF-8.

    Raises:
        PeerError: `truncated`, `oversize` or `not_canonical`.
    """
    reading = _Reading(model, data, text_bytes_max)
    steps = reading.steps()
    if _write(steps) != data:
        raise PeerError("not_canonical", "there is a shorter form of this text")
    return "".join(map(chr, reading.points))


def _steps(model: Model, text: str) -> Iterator[Step]:
    """Yield what has to be decided to say a text, its end included."""
    walk = model.walk()
    for unit in model.alphabet.units(text):
        end_odds = walk.odds(ROOT)
        walk.take(0)
        decisions = []
        for node, bit in model.paths[unit.symbol][1:]:
            decisions.append((probability(walk.odds(node)), bit))
            walk.take(bit)
        walk.advance(unit.symbol)
        decisions += [(EVEN, bit) for bit in escape_bits(unit.escaped)]
        yield Step(end_odds, tuple(decisions))
    yield Step(walk.odds(ROOT), ())


def _bytes_least(steps: Sequence[Step]) -> int:
    coder = Encoder()
    for step in steps:
        for one, bit in step.decisions:
            coder.write(one, bit)
    return coder.bytes_least()


def _write(steps: Sequence[Step]) -> bytes | None:
    """Return the shortest form that reads back."""
    least = _bytes_least(steps)
    for length in range(least, least + _LENGTHS_TRIED):
        data = _written(steps, length)
        if data is not None:
            return data
    return None


def _written(steps: Sequence[Step], length: int) -> bytes | None:
    """Return the form of exactly `length` bytes, if there is one."""
    coder = Encoder()
    for step in steps:
        zone = length - coder.bytes_least()
        if zone < 0 or (not step.decisions and zone >= _END_ZONES):
            return None
        if zone < _END_ZONES:
            coder.write(_end_probability(step.end_odds, zone), int(not step.decisions))
        for one, bit in step.decisions:
            coder.write(one, bit)
    return coder.finish(length) if coder.bytes_least() <= length else None


def _end_probability(odds: int, zone: int) -> int:
    """Return how likely it is that the text ends where `zone` bytes would be left over."""
    near = zone < len(_END_NEAR_ODDS)
    return probability(odds + _END_NEAR_ODDS[zone]) if near else _END_FAR


class _Reading:
    """One text on its way from bytes to code points."""

    def __init__(self, model: Model, data: bytes, text_bytes_max: int) -> None:
        self.points: list[int] = []
        self._model = model
        self._walk = model.walk()
        self._coder = Decoder(data)
        self._bytes_left = text_bytes_max
        self._is_capital = False
        self._was_escape = False

    def steps(self) -> list[Step]:
        """Read to the end and return what was decided."""
        steps = []
        while True:
            zone = self._coder.zone()
            if zone < 0:
                raise PeerError("truncated", "the text has no end")
            # Not only where it is asked for: the check of the form asks elsewhere.
            end_odds = self._walk.odds(ROOT)
            if zone < _END_ZONES and self._coder.read(_end_probability(end_odds, zone)):
                break
            self._walk.take(0)
            steps.append(Step(end_odds, tuple(self._symbol())))
        if self._is_capital:
            raise PeerError("not_canonical", "the text ends with the mark of a capital")
        return [*steps, Step(end_odds, ())]

    def _symbol(self) -> list[tuple[int, int]]:
        walk, coder, children = self._walk, self._coder, self._model.index.children
        decisions = []
        child = children[ROOT][0]
        while not child & LEAF:
            one = probability(walk.odds(child))
            bit = coder.read(one)
            decisions.append((one, bit))
            walk.take(bit)
            child = children[child][bit]
        symbol = child & ~LEAF
        walk.advance(symbol)
        if symbol == ESCAPE:
            decisions += self._escaped()
        else:
            self._known(symbol)
        self._was_escape = symbol == ESCAPE
        return decisions

    def _known(self, symbol: int) -> None:
        if symbol == CAPITAL:
            if self._is_capital:
                raise PeerError("not_canonical", "two marks of a capital")
            self._is_capital = True
            return
        point = self._model.alphabet.point(symbol)
        if self._is_capital:
            if not is_small_letter(point) or small_letter(point - CASE_DISTANCE) != point:
                raise PeerError("not_canonical", f"U+{point:04X} has no capital")
            point -= CASE_DISTANCE
            self._is_capital = False
        self._append(point)

    def _escaped(self) -> list[tuple[int, int]]:
        if self._is_capital or self._was_escape:
            raise PeerError("not_canonical", "an escape where none can be")
        bits: list[int] = []
        previous = 0
        is_more = True
        while is_more:
            previous = self._escaped_point(previous, bits)
            is_more = bool(self._bits(1, bits))
        return [(EVEN, bit) for bit in bits]

    def _escaped_point(self, previous: int, bits: list[int]) -> int:
        if self._bits(1, bits):
            point = previous & ~0x7F | self._bits(NEAR_BITS, bits)
        else:
            if self._bits(1, bits):
                point = ASTRAL + self._bits(ASTRAL_BITS, bits)
            else:
                point = self._bits(PLANE_BITS, bits)
            if is_near(point, previous):
                raise PeerError("not_canonical", f"U+{point:04X} is near and written as far")
        if self._model.alphabet.is_known(point):
            raise PeerError("not_canonical", f"U+{point:04X} needs no escape")
        if 0xD800 <= point <= 0xDFFF:
            raise PeerError("bad_character", f"U+{point:04X}")
        self._append(point)
        return point

    def _bits(self, count: int, bits: list[int]) -> int:
        value = 0
        for _ in range(count):
            bit = self._coder.read(EVEN)
            bits.append(bit)
            value = value << 1 | bit
        return value

    def _append(self, point: int) -> None:
        self._bytes_left -= 1 + (point >= 0x80) + (point >= 0x800) + (point >= ASTRAL)
        if self._bytes_left < 0 or len(self.points) == CHARACTERS_MAX:
            raise PeerError("oversize", "the text is longer than allowed")
        self.points.append(point)
