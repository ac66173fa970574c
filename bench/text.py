"""Print bits a character for short texts that no codec was made with.

    python bench/text.py           one table for each language
    python bench/text.py --json    the same numbers for programs

The texts in `bench/texts/` were written apart from the dictionary and from the training texts,
but by the same project: a stranger's messages will do a little worse. A character is a code
point, a text is a line, bytes are whole bytes a text, end marks included. The last row chooses as
a sender does. zstandard and brotli are compared where they are installed (`pip install .[bench]`).
"""

import argparse
import importlib
import time
import tracemalloc
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from bars import Bar, document, print_bars, print_json

from meshnode.protocol import text as texts
from meshnode.protocol.dictionary import DICTIONARY_1
from meshnode.protocol.textmodel.codec import decode_text, encode_best
from meshnode.protocol.textmodel.model import read_model, shipped_model

OURS: Final = "meshnode, shortest codec"
BARS: Final = {"de": 3.0, "en": 2.9}
"""Bits a character to reach on texts never seen."""
_TEXTS = Path(__file__).parent / "texts"
_SHARED_CHARACTERS_MIN = 20
"""A passage this long that stands in the dictionary too is counted as a lucky hit."""
_TEXT_BYTES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One way to compress over one language's texts."""

    language: str
    method: str
    is_ours: bool
    texts: int
    characters: int
    bits_a_character: float
    bytes_a_text: float
    ms_to_encode: float
    ms_to_decode: float


@dataclass(frozen=True, slots=True)
class _Method:
    """A way to write a text, and the way back from what it returned."""

    name: str
    encode: Callable[[str], tuple[int, bytes]]
    decode: Callable[[int, bytes], str]
    is_ours: bool = False


def measure(language: str) -> list[Row]:
    """Return one row a method."""
    lines = _lines(language)
    return [_row(language, method, lines) for method in _methods()]


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return our bits beside the bar, and beside the best of the others."""
    bars = []
    for language, limit in BARS.items():
        here = [row for row in rows if row.language == language]
        ours = next(row.bits_a_character for row in here if row.method == OURS)
        best = min(row.bits_a_character for row in here if not row.is_ours)
        bars.append(Bar(f"bits a character, {language}", ours, limit))
        bars.append(Bar(f"bits to those of the best other, {language}", ours / best, 1.0))
    return bars


def main() -> None:
    """Print one table for each language, what it shares with the dictionary, and the models."""
    parser = argparse.ArgumentParser(description="Bits a character of short texts.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = [row for language in BARS for row in measure(language)]
    if arguments.json:
        print_json(document(rows, bars_of(rows)))
        return
    for language in BARS:
        _print_table(language, [row for row in rows if row.language == language])
    print()
    for codec, name in texts.MODELS.items():
        _print_model(codec, name)
    print_bars(bars_of(rows))


def _print_table(language: str, rows: Sequence[Row]) -> None:
    print(f"\n{language}: {rows[0].texts} texts, {rows[0].characters} characters")
    print(f"{'':30}bits/char  bytes/text  ms to encode  ms to decode")
    for row in rows:
        print(
            f"{row.method:30}{row.bits_a_character:9.2f}{row.bytes_a_text:12.1f}"
            f"{row.ms_to_encode:14.2f}{row.ms_to_decode:14.2f}"
        )
    hits = sum(_longest_shared(line) >= _SHARED_CHARACTERS_MIN for line in _lines(language))
    print(f"texts that share {_SHARED_CHARACTERS_MIN} characters with the dictionary: {hits}")


def _row(language: str, method: _Method, lines: list[str]) -> Row:
    started = time.process_time()
    written = [method.encode(line) for line in lines]
    encoded = time.process_time()
    read = [method.decode(codec, data) for codec, data in written]
    decoded = time.process_time()
    assert read == lines, f"{method.name} lost something"
    size = sum(len(data) for _, data in written)
    characters = sum(map(len, lines))
    return Row(
        language=language,
        method=method.name,
        is_ours=method.is_ours,
        texts=len(lines),
        characters=characters,
        bits_a_character=8 * size / characters,
        bytes_a_text=size / len(lines),
        ms_to_encode=1000 * (encoded - started) / len(lines),
        ms_to_decode=1000 * (decoded - encoded) / len(lines),
    )


def _lines(language: str) -> list[str]:
    return (_TEXTS / f"held_out_{language}.txt").read_text(encoding="utf-8").splitlines()


def _print_model(codec: int, name: str) -> None:
    data = (resources.files("meshnode.protocol") / "models" / f"{name}.bin").read_bytes()
    started = time.process_time()
    read_model(data)
    load_ms = 1000 * (time.process_time() - started)
    tracemalloc.start()
    model = read_model(data)
    memory, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    symbols = len(model.alphabet)
    print(
        f"codec {codec}, {name}: {len(data)} bytes in the package, {memory / 1e6:.1f} MB in "
        f"memory, {load_ms:.0f} ms to load, {symbols} symbols"
    )


def _methods() -> list[_Method]:
    methods = [
        _Method("UTF-8 (codec 0)", lambda text: (0, text.encode()), _read),
        _Method("deflate, no dictionary", _deflate, lambda _, data: _inflated(data)),
        _Method("deflate, dictionary (codec 1)", _deflate_with_dictionary, _read, is_ours=True),
    ]
    for name, package in (("zstd -19", "zstandard"), ("brotli -11", "brotli")):
        try:
            module = importlib.import_module(package)
        except ImportError:
            continue
        methods.append(_of_module(name, module))
    for codec, model in texts.MODELS.items():
        methods.append(_of_model(codec, model))
    return [*methods, _Method(OURS, texts.encode, _read, is_ours=True)]


def _read(codec: int, data: bytes) -> str:
    return texts.decode(codec, data, text_bytes_max=_TEXT_BYTES_MAX)


def _of_model(codec: int, name: str) -> _Method:
    model = shipped_model(name)

    def encode(text: str) -> tuple[int, bytes]:
        found = encode_best([model], text)
        assert found is not None
        return codec, found[1]

    def decode(_: int, data: bytes) -> str:
        return decode_text(model, data, text_bytes_max=_TEXT_BYTES_MAX)

    return _Method(f"model {name} (codec {codec})", encode, decode, is_ours=True)


def _of_module(name: str, module: object) -> _Method:
    if hasattr(module, "ZstdCompressor"):
        writer = module.ZstdCompressor(level=19, write_content_size=False)
        reader = module.ZstdDecompressor()  # type: ignore[attr-defined]
        return _Method(
            name,
            lambda text: (0, writer.compress(text.encode())),
            lambda _, data: reader.decompress(data, max_output_size=_TEXT_BYTES_MAX).decode(),
        )
    compress, decompress = module.compress, module.decompress  # type: ignore[attr-defined]
    return _Method(
        name,
        lambda text: (0, compress(text.encode())),
        lambda _, data: decompress(data).decode(),
    )


def _deflate(text: str) -> tuple[int, bytes]:
    stream = zlib.compressobj(level=9, wbits=-15, memLevel=9)
    return 0, stream.compress(text.encode()) + stream.flush()


def _inflated(data: bytes) -> str:
    return zlib.decompress(data, wbits=-15).decode()


def _deflate_with_dictionary(text: str) -> tuple[int, bytes]:
    stream = zlib.compressobj(level=9, wbits=-15, memLevel=9, zdict=DICTIONARY_1)
    return 1, stream.compress(text.encode()) + stream.flush()


def _longest_shared(line: str) -> int:
    dictionary = DICTIONARY_1.decode()
    longest = 0
    for start in range(len(line)):
        while line[start : start + longest + 1] in dictionary and start + longest < len(line):
            longest += 1
    return longest


if __name__ == "__main__":
    main()
