"""Print bits a character for short texts that no codec was made with.

The texts in `bench/texts/` were written apart from the dictionary, but by the same project:
a stranger's messages will do a little worse. A character is a code point, a text is a line,
bytes are whole bytes a text, end marks included. Run: `python bench/text.py`.
"""

import importlib
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from meshnode.protocol import text as texts
from meshnode.protocol.dictionary import DICTIONARY_1

_TEXTS = Path(__file__).parent / "texts"
_SHARED_CHARACTERS_MIN = 20
"""A passage this long that stands in the dictionary too is counted as a lucky hit."""


def main() -> None:
    """Print one table for each language, then what the dictionary has in common with them."""
    for language in ("de", "en"):
        lines = (_TEXTS / f"held_out_{language}.txt").read_text(encoding="utf-8").splitlines()
        print(f"\n{language}: {len(lines)} texts, {sum(map(len, lines))} characters")
        print(f"{'':28}bits/char  bytes/text  ms/text")
        for name, compress in _methods().items():
            _print_row(name, compress, lines)
        hits = sum(_longest_shared(line) >= _SHARED_CHARACTERS_MIN for line in lines)
        print(f"texts that share {_SHARED_CHARACTERS_MIN} characters with the dictionary: {hits}")


def _print_row(name: str, compress: Callable[[bytes], bytes], lines: list[str]) -> None:
    characters = sum(map(len, lines))
    started = time.perf_counter()
    size = sum(len(compress(line.encode())) for line in lines)
    elapsed_ms = 1000 * (time.perf_counter() - started) / len(lines)
    bits = 8 * size / characters
    print(f"{name:28}{bits:9.2f}{size / len(lines):12.1f}{elapsed_ms:9.2f}")


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
    methods["meshnode, shortest codec"] = lambda plain: texts.encode(plain.decode())[1]
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
