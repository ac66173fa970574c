"""Print bits a character for short texts that no codec was made with.

    python bench/text.py           one table for each language
    python bench/text.py --json    the same numbers for programs

The texts in `bench/texts/` were written apart from the dictionary, but by the same project:
a stranger's messages will do a little worse. A character is a code point, a text is a line,
bytes are whole bytes a text, end marks included. zstandard and brotli are compared where they
are installed (`pip install .[bench]`).
"""

import argparse
import importlib
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from bars import Bar, document, print_bars, print_json

from meshnode.protocol import text as texts
from meshnode.protocol.dictionary import DICTIONARY_1

OURS: Final = "meshnode, shortest codec"
BARS: Final = {"de": 3.0, "en": 2.9}
"""Bits a character to reach on texts never seen."""
_TEXTS = Path(__file__).parent / "texts"
_SHARED_CHARACTERS_MIN = 20
"""A passage this long that stands in the dictionary too is counted as a lucky hit."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way to compress over one language's texts."""

    language: str
    method: str
    texts: int
    characters: int
    bits_a_character: float
    bytes_a_text: float
    ms_a_text: float


def measure(language: str) -> list[Row]:
    """Return one row a method."""
    lines = _lines(language)
    return [_row(language, name, compress, lines) for name, compress in _methods().items()]


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return our bits beside the bar, and beside the best of the others."""
    bars = []
    for language, limit in BARS.items():
        mine = [row for row in rows if row.language == language]
        ours = next(row.bits_a_character for row in mine if row.method == OURS)
        best = min(row.bits_a_character for row in mine if row.method != OURS)
        bars.append(Bar(f"bits a character, {language}", ours, limit))
        bars.append(Bar(f"bits to those of the best other, {language}", ours / best, 1.0))
    return bars


def main() -> None:
    """Print one table for each language, then what the dictionary has in common with them."""
    parser = argparse.ArgumentParser(description="Bits a character of short texts.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = [row for language in BARS for row in measure(language)]
    if arguments.json:
        print_json(document(rows, bars_of(rows)))
        return
    for language in BARS:
        _print_table(language, [row for row in rows if row.language == language])
    print_bars(bars_of(rows))


def _print_table(language: str, rows: Sequence[Row]) -> None:
    print(f"\n{language}: {rows[0].texts} texts, {rows[0].characters} characters")
    print(f"{'':28}bits/char  bytes/text  ms/text")
    for row in rows:
        print(
            f"{row.method:28}{row.bits_a_character:9.2f}{row.bytes_a_text:12.1f}"
            f"{row.ms_a_text:9.2f}"
        )
    hits = sum(_longest_shared(line) >= _SHARED_CHARACTERS_MIN for line in _lines(language))
    print(f"texts that share {_SHARED_CHARACTERS_MIN} characters with the dictionary: {hits}")


def _row(language: str, name: str, compress: Callable[[bytes], bytes], lines: list[str]) -> Row:
    characters = sum(map(len, lines))
    started = time.perf_counter()
    size = sum(len(compress(line.encode())) for line in lines)
    elapsed_ms = 1000 * (time.perf_counter() - started) / len(lines)
    return Row(
        language=language,
        method=name,
        texts=len(lines),
        characters=characters,
        bits_a_character=8 * size / characters,
        bytes_a_text=size / len(lines),
        ms_a_text=elapsed_ms,
    )


def _lines(language: str) -> list[str]:
    return (_TEXTS / f"held_out_{language}.txt").read_text(encoding="utf-8").splitlines()


def _methods() -> dict[str, Callable[[bytes], bytes]]:
    methods: dict[str, Callable[[bytes], bytes]] = {
        "UTF-8": bytes,
        "deflate, no dictionary": _deflate,
    }
    for name, package in (("zstd -19", "zstandard"), ("brotli -11", "brotli")):
        try:
            module = importlib.import_module(package)
        except ImportError:
            continue
        methods[name] = _of_module(module)
    methods[OURS] = lambda plain: texts.encode(plain.decode())[1]
    return methods


def _of_module(module: object) -> Callable[[bytes], bytes]:
    if hasattr(module, "ZstdCompressor"):
        compressor = module.ZstdCompressor(level=19, write_content_size=False)
        return cast(Callable[[bytes], bytes], compressor.compress)
    return cast(Callable[[bytes], bytes], module.compress)  # type: ignore[attr-defined]


def _deflate(plain: bytes) -> bytes:
    stream = zlib.compressobj(level=9, wbits=-15, memLevel=9)
    return stream.compress(plain) + stream.flush()


def _longest_shared(line: str) -> int:
    dictionary = DICTIONARY_1.decode()
    longest = 0
    for start in range(len(line)):
        while line[start : start + longest + 1] in dictionary and start + longest < len(line):
            longest += 1
    return longest


if __name__ == "__main__":
    main()
