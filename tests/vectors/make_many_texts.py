"""Write many_texts.json: two thousand texts in all codecs, and bytes that are none, for TypeScript.

Run: `python -m tests.vectors.make_many_texts`. The texts are pieces of the dictionary, changed and
mixed with what is in no alphabet; all that is drawn comes from one seed.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from meshnode.protocol import text as texts
from meshnode.protocol.dictionary import DICTIONARY_1
from meshnode.protocol.errors import PeerError
from meshnode.protocol.textmodel.codec import encode_best
from meshnode.protocol.textmodel.model import shipped_model

TARGET = Path(__file__).with_name("many_texts.json")
TEXT_BYTES_MAX = 600
TEXT_COUNT = 2000
SPOILT_COUNT = 900
STRANGE = "ÄÖÜÑÞßÿ÷×ŞığжЇщمرحبا水🚰👩\u200d👧…–“„€\t\n\n  '°^~{}[]\u0301"
SEED = 20_260_101


def build() -> dict[str, Any]:
    """Return the content of many_texts.json."""
    dice = Random(SEED)
    phrases = DICTIONARY_1.decode()
    written = [_written(_text(dice, phrases), number) for number in range(TEXT_COUNT)]
    return {
        "about": "Made by tests/vectors/make_many_texts.py: codec, bytes in base64url, text.",
        "text_bytes_max": TEXT_BYTES_MAX,
        "texts": written,
        "spoilt": [_read(codec, data) for codec, data in _spoilt(dice, written)],
    }


def serialise(content: dict[str, Any]) -> str:
    """Return the text of the file, a row a line."""
    rows = {
        name: "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in value) + "\n]"
        if isinstance(value, list)
        else json.dumps(value, ensure_ascii=False)
        for name, value in content.items()
    }
    return "{\n" + ",\n".join(f'"{name}": {value}' for name, value in rows.items()) + "\n}\n"


def _text(dice: Random, phrases: str) -> str:
    begin = dice.randrange(len(phrases) - 150)
    text = phrases[begin : begin + int(dice.expovariate(1 / 30)) % 120]
    for _ in range(dice.choice((0, 0, 1, 4))):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + "".join(dice.choices(STRANGE, k=dice.randint(1, 4))) + text[at:]
    if not dice.randrange(6):
        text = text.upper()
    return text


def _written(text: str, number: int) -> tuple[int, str, str]:
    """Return a text in one of the codecs: that which a sender takes, or each in its turn."""
    codec, data = texts.encode(text)
    if number % 3:
        codec = (1, 2, 3)[number // 3 % 3]
        data = _in_codec(codec, text)
    return codec, base64(data), text


def _in_codec(codec: int, text: str) -> bytes:
    if codec == texts.DEFLATE:
        return texts.deflate(text.encode())
    found = encode_best([shipped_model(texts.MODELS[codec])], text)
    assert found is not None, f"{text!r} has no form in codec {codec}"
    return found[1]


def _spoilt(dice: Random, written: list[tuple[int, str, str]]) -> Iterator[tuple[int, bytes]]:
    """Yield bytes that were written, with a bit, a byte or the end changed; and bytes by chance."""
    for _ in range(SPOILT_COUNT):
        codec, encoded, _ = dice.choice(written)
        data = bytearray(unbase64(encoded) or b"\0")
        match dice.randrange(5):
            case 0:
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            case 1:
                data[dice.randrange(len(data))] = dice.randrange(256)
            case 2:
                del data[dice.randrange(len(data)) :]
            case 3:
                data += dice.randbytes(dice.randint(1, 3))
            case _:
                data = bytearray(dice.randbytes(dice.randint(1, 40)))
        yield codec, bytes(data)


def _read(codec: int, data: bytes) -> tuple[int, str, str | None, str | None]:
    """Return codec, bytes, and the text that they are or why they are none."""
    try:
        text = texts.decode(codec, data, text_bytes_max=TEXT_BYTES_MAX)
    except PeerError as error:
        return codec, base64(data), None, error.reason
    return codec, base64(data), text, None


def base64(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def unbase64(text: str) -> bytes:
    """Return the bytes again."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    TARGET.write_text(serialise(build()), encoding="utf-8")
