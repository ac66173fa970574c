"""A second reader of codecs 2 and 3, written from docs/spec/text.md and nothing else.

It reads valid texts only, plainly and slowly, and watches that numbers keep the widths that the
specification promises: it is what a twin in another language would do.
"""

import zlib
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

KNOTS = [
    22, 28, 36, 47, 60, 77, 98, 126, 162, 208, 267, 342, 439, 562, 720, 922, 1179, 1506, 1921,
    2446, 3108, 3938, 4971, 6249, 7812, 9702, 11955, 14595, 17625, 21025, 24743, 28693, 32768,
    36843, 40793, 44511, 47911, 50941, 53581, 55834, 57724, 59287, 60565, 61598, 62428, 63090,
    63615, 64030, 64357, 64614, 64816, 64974, 65097, 65194, 65269, 65328, 65374, 65410, 65438,
    65459, 65476, 65489, 65500, 65508, 65514,
]  # fmt: skip
CLASSES = [0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 18, 25, 36, 55, 90, 150, 300, 700, 1800, 5000]
END, ESCAPE, CAPITAL = 0, 1, 2
NEWLINE, SPACE = 0x0A, 0x20
NONE = 400


def signed_32(value: int) -> int:
    assert -(2**31) <= value < 2**31
    return value


def unsigned_32(value: int) -> int:
    assert 0 <= value < 2**32
    return value


class Twin:
    """One model."""

    def __init__(self, file: bytes) -> None:
        assert file[:16] == b"meshnode text 1\n"
        payload = zlib.decompress(file[16:], wbits=-15)
        blocks = []
        while payload:
            size = int.from_bytes(payload[:4], "big")
            blocks.append(payload[4 : 4 + size])
            payload = payload[4 + size :]
        alphabet, tree, counts, self.bits, *learned = blocks
        self.points = numbers(alphabet, 4)
        ends = numbers(tree, 2)
        self.children = [(ends[at], ends[at + 1]) for at in range(0, len(ends), 2)]
        rows = numbers(counts, 4)
        self.begins = self.node_begins(rows)
        newline = 3 + self.points.index(NEWLINE)
        self.count = list(rows)
        self.count[END] += rows[newline]
        self.count[newline] = 0
        self.first = [0, *accumulate(self.count)]
        self.odds = table(learned[0], 401)
        self.by_node, self.by_sides, self.by_amounts = (table(block, 9) for block in learned[1:])
        self.ones = [0, *accumulate(byte.bit_count() for byte in self.bits)]

    def node_begins(self, rows: list[int]) -> list[int]:
        def size(child: int) -> int:
            if child >= 0x8000:
                return rows[child - 0x8000]
            return sum(map(size, self.children[child]))

        begins = [0]
        for node in range(len(self.children) - 1):
            begins.append(begins[-1] + (size(node) + 7 >> 3))
        return begins

    def rank(self, node: int, row: int) -> int:
        begin = self.begins[node]
        whole = self.ones[begin + (row >> 3)] - self.ones[begin]
        return whole + (self.bits[begin + (row >> 3)] >> (8 - (row & 7))).bit_count()

    def just(self, symbol: int) -> tuple[int, int]:
        return self.first[symbol], self.first[symbol] + self.count[symbol]


def numbers(block: bytes, width: int, *, signed: bool = False) -> list[int]:
    return [
        int.from_bytes(block[at : at + width], "big", signed=signed)
        for at in range(0, len(block), width)
    ]


def table(block: bytes, width: int) -> list[list[int]]:
    values = numbers(block, 2, signed=True)
    return [values[at : at + width] for at in range(0, len(values), width)]


@dataclass
class Reading:
    """One text."""

    twin: Twin
    data: bytes
    low: int = 0
    high: int = 2**32 - 1
    shifted: int = 0
    ranges: list[tuple[int, int]] = field(default_factory=list)
    letters: int = 0
    is_word: bool = False

    def text(self) -> str:
        self.begin()
        characters: list[str] = []
        is_capital = False
        while True:
            zone = len(self.data) - self.shifted - self.tail()
            assert zone >= 0
            if zone <= 3 and self.decide(probability(self.end_odds(zone))):
                return "".join(characters)
            symbol = self.symbol()
            if symbol == ESCAPE:
                characters += self.escaped()
            elif symbol == CAPITAL:
                is_capital = True
            else:
                characters.append(chr(self.twin.points[symbol - 3] - 32 * is_capital))
                is_capital = False
            self.follow(symbol)

    def end_odds(self, zone: int) -> int:
        return self.odds(0) + (768, -768)[zone] if zone < 2 else -1280

    def begin(self) -> None:
        empty = (0, 0)
        end, space, capital = (self.twin.just(one) for one in (END, self.space(), CAPITAL))
        self.ranges = [end, empty, empty, empty, empty, empty, empty, space, capital, end]
        self.letters, self.is_word = 0, False

    def space(self) -> int:
        return 3 + self.twin.points.index(SPACE)

    def symbol(self) -> int:
        node = 0
        self.go_down(node, 0)
        child = self.twin.children[node][0]
        while child < 0x8000:
            bit = self.decide(probability(self.odds(child)))
            self.go_down(child, bit)
            child = self.twin.children[child][bit]
        return child - 0x8000

    def odds(self, node: int) -> int:
        twin = self.twin
        evidence = [self.evidence(node, one) for one in self.ranges]
        states = [state(*pair) for pair in evidence[:7]]
        word = (evidence[7][0] + evidence[8][0], evidence[7][1] + evidence[8][1])
        states.append(state(*word) if self.letters else NONE)
        sides = side(states[2]) * 64 + side(states[3]) * 16 + side(states[4]) * 4 + side(states[7])
        sides += 256 * (states[5] != NONE)
        amount = 0 if states[7] == NONE else min(19, states[7] // 20 + states[7] % 20)
        order = max((number + 1 for number in range(6) if states[number] != NONE), default=0)
        rows = (twin.by_node[node], twin.by_sides[sides], twin.by_amounts[7 * amount + order])
        inputs = [twin.odds[number][states[number]] for number in range(8)] + [256]
        total = 0
        for number, value in enumerate(inputs):
            total = signed_32(total + signed_32(sum(row[number] for row in rows) * value))
        return max(-2047, min(2047, total >> 13))

    def evidence(self, node: int, places: tuple[int, int]) -> tuple[int, int]:
        low, high = places
        ones = self.twin.rank(node, high) - self.twin.rank(node, low) if low < high else 0
        return high - low - ones, ones

    def go_down(self, node: int, bit: int) -> None:
        rank = self.twin.rank
        self.ranges = [
            (0, 0) if low == high
            else (rank(node, low), rank(node, high)) if bit
            else (low - rank(node, low), high - rank(node, high))
            for low, high in self.ranges
        ]  # fmt: skip

    def follow(self, symbol: int) -> None:
        twin = self.twin
        if symbol >= 3 and twin.points[symbol - 3] == NEWLINE:
            self.begin()
            return
        first = twin.first[symbol]
        moved = [
            (0, 0) if low == high else (first + low, first + high) for low, high in self.ranges
        ]
        self.ranges = [twin.just(symbol), *moved[:5], *moved[6:]]
        point = twin.points[symbol - 3] if symbol >= 3 else 0
        is_letter = 0x61 <= point <= 0x7A or (0xDF <= point <= 0xFF and point != 0xF7)
        if (is_letter or symbol == CAPITAL) and not self.is_word:
            self.ranges[6], self.ranges[9] = self.ranges[9], twin.just(symbol)
        self.is_word = is_letter or symbol == CAPITAL
        self.letters = self.letters + 1 if is_letter else 0
        if not is_letter:
            self.ranges[7], self.ranges[8] = twin.just(self.space()), twin.just(CAPITAL)

    def escaped(self) -> list[str]:
        characters = []
        previous = 0
        while True:
            if self.decide(32768):
                previous = previous & ~127 | self.plain(7)
            elif self.decide(32768):
                previous = 65536 + self.plain(20)
            else:
                previous = self.plain(16)
            characters.append(chr(previous))
            if not self.decide(32768):
                return characters

    def plain(self, count: int) -> int:
        return sum(self.decide(32768) << at for at in range(count - 1, -1, -1))

    def decide(self, one: int) -> int:
        value = int.from_bytes((self.data + b"\0" * 4)[self.shifted :][:4].ljust(4, b"\0"), "big")
        span = unsigned_32(self.high - self.low)
        middle = unsigned_32(
            self.low
            + unsigned_32((span >> 16) * one)
            + (unsigned_32((span & 65535) * one) >> 16)
        )  # fmt: skip
        bit = int(value <= middle)
        if bit:
            self.high = middle
        else:
            self.low = middle + 1
        while self.low >> 24 == self.high >> 24:
            self.low = self.low << 8 & 0xFFFFFFFF
            self.high = self.high << 8 & 0xFFFFFFFF | 255
            self.shifted += 1
        return bit

    def tail(self) -> int:
        for count in range(4):
            unit = 2 ** (32 - 8 * count)
            if (self.low + unit - 1) // unit * unit <= self.high:
                return count
        return 4


def state(zeros: int, ones: int) -> int:
    if not zeros and not ones:
        return NONE
    zero, one = (max(at for at, begin in enumerate(CLASSES) if begin <= n) for n in (zeros, ones))
    return 20 * zero + one


def side(state: int) -> int:
    if state == NONE:
        return 0
    return 1 if state < 20 else 2 if state % 20 == 0 else 3


def probability(odds: int) -> int:
    place = max(-2047, min(2047, odds)) + 2048
    knot, rest = place >> 6, place & 63
    return KNOTS[knot] + ((KNOTS[knot + 1] - KNOTS[knot]) * rest >> 6 if rest else 0)


def read(file: bytes, rows: list[dict[str, Any]]) -> list[str]:
    """Return the texts of vectors, read with the model in `file`."""
    twin = Twin(file)
    return [Reading(twin, bytes.fromhex(row["bytes"])).text() for row in rows]
