"""Print bits a character for short texts that no codec was made with.

The texts in `bench/texts/` were written apart from the dictionary and from the training texts,
but by the same project: a stranger's messages will do a little worse. A character is a code
point, a text is a line, bytes are whole bytes a text, end marks included. The last row
chooses as a sender does.
Run: `python bench/text.py`.
"""

import importlib
import time
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from meshnode.protocol import text as texts
from meshnode.protocol.dictionary import DICTIONARY_1
from meshnode.protocol.textmodel.codec import decode_text, encode_best
from meshnode.protocol.textmodel.model import read_model, shipped_model

_TEXTS = Path(__file__).parent / "texts"
_SHARED_CHARACTERS_MIN = 20
"""A passage this long that stands in the dictionary too is counted as a lucky hit."""
_TEXT_BYTES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class _Method:
    """A way to write a text, and the way back from what it returned."""

    name: str
    encode: Callable[[str], tuple[int, bytes]]
    decode: Callable[[int, bytes], str]


def main() -> None:
    """Print one table for each language, what it shares with the dictionary, and the models."""
    methods = _methods()
    for language in ("de", "en"):
        lines = (_TEXTS / f"held_out_{language}.txt").read_text(encoding="utf-8").splitlines()
        print(f"\n{language}: {len(lines)} texts, {sum(map(len, lines))} characters")
        print(f"{'':30}bits/char  bytes/text  ms to encode  ms to decode")
        for method in methods:
            _print_row(method, lines)
        hits = sum(_longest_shared(line) >= _SHARED_CHARACTERS_MIN for line in lines)
        print(f"texts that share {_SHARED_CHARACTERS_MIN} characters with the dictionary: {hits}")
    print()
    for codec, name in texts.MODELS.items():
        _print_model(codec, name)


def _print_row(method: _Method, lines: list[str]) -> None:
    characters = sum(map(len, lines))
    started = time.process_time()
    written = [method.encode(line) for line in lines]
    encoded = time.process_time()
    read = [method.decode(codec, data) for codec, data in written]
    decoded = time.process_time()
    assert read == lines, f"{method.name} lost something"
    size = sum(len(data) for _, data in written)
    each = 1000 / len(lines)
    print(
        f"{method.name:30}{8 * size / characters:9.2f}{size / len(lines):12.1f}"
        f"{each * (encoded - started):14.2f}{each * (decoded - encoded):14.2f}"
    )


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
        _Method("deflate, dictionary (codec 1)", _deflate_with_dictionary, _read),
    ]
    for name, package in (("zstd -19", "zstandard"), ("brotli -11", "brotli")):
        try:
            module = importlib.import_module(package)
        except ImportError:
            continue
        methods.append(_of_module(name, module))
    for codec, model in texts.MODELS.items():
        methods.append(_of_model(codec, model))
    return [*methods, _Method("meshnode, shortest codec", texts.encode, _read)]


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

    return _Method(f"model {name} (codec {codec})", encode, decode)


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
