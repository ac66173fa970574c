"""Write text.json: texts in codecs 2 and 3, and strange bytes with what they are or why not.

Run: `python tests/vectors/make_text.py`. A released codec never changes, so neither does what
stands here; new rows may be added.
"""

import json
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from meshnode.protocol import text as texts
from meshnode.protocol.errors import PeerError
from meshnode.protocol.textmodel.codec import encode_best
from meshnode.protocol.textmodel.model import shipped_model

TARGET = Path(__file__).with_name("text.json")
TEXT_BYTES_MAX = 6_724

TEXTS = (
    "",
    "a",
    "Ja!",
    "\n",
    "^^",
    "Kein Trinkwasser in der Schillerstraße. Ausgabe am Schulhof von 9 bis 17 Uhr.",
    "Wasser\nHeute ab 18:30 Uhr am Nordmarkt, bitte Kanister mitbringen.\nDanke! – Team 3",
    "ACHTUNG: Straßenbahn U42 fällt aus. ÄRZTE im Dienst: 0231/123-45",
    "The lift is working again.",
    "Charging phones at the library\nPlease bring your own cable. Open until 8 pm; £1 for tea…",
    "Does anybody have a spare inhaler? I'm at no. 14, 2nd floor, and it's urgent",
    "Su kesildi, yarın saat 9'da gelecek. Şişe getirin.",
    "Вода будет завтра в 9 часов.",
    "الماء متوفر في المدرسة حتى الساعة الخامسة",
    "水がありません。🚰🚰 👩‍👩‍👧 🇩🇪 ok",
    "Ñandú ÿ ß ÷ × À þ Þ",
    "sssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss",
    "Wer hat noch Brot übrig? Wir sind zu fünft. " * 36,
    "z" * 2048,
)
"""Each is written in both codecs, whether they make it shorter or not."""

STRANGE = (b"\0", b"text", b"\0" * 40, b"\xff" * 40, bytes(range(64)))
"""Bytes that nobody wrote; a few are the form of some text all the same."""


def build() -> dict[str, Any]:
    """Return the content of text.json."""
    return {
        "about": "Made by tests/vectors/make_text.py. Byte strings are hex. See docs/spec/text.md.",
        "models": {
            str(codec): {"name": name, "sha256": sha256(_model_bytes(name)).hexdigest()}
            for codec, name in texts.MODELS.items()
        },
        "texts": [_row(codec, text) for text in TEXTS for codec in texts.MODELS],
        "strange": [_read(codec, data) for codec in texts.MODELS for data in _spoilt(codec)],
    }


def serialise(content: dict[str, Any]) -> str:
    """Return the text of the file."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _model_bytes(name: str) -> bytes:
    return (resources.files("meshnode.protocol") / "models" / f"{name}.bin").read_bytes()


def _row(codec: int, text: str) -> dict[str, Any]:
    found = encode_best([shipped_model(texts.MODELS[codec])], text)
    data = None if found is None else found[1].hex()
    return {"codec": codec, "text": text, "bytes": data}


def _spoilt(codec: int) -> list[bytes]:
    """Return a good text cut short, lengthened, and with a bit changed; and strange bytes."""
    data = bytes.fromhex(_row(codec, TEXTS[5])["bytes"])
    changed = bytes([*data[:-1], data[-1] ^ 1])
    return [data[:-1], data[:5], data + b"\0", data + b"\xff", changed, b"\x80" + data, *STRANGE]


def _read(codec: int, data: bytes) -> dict[str, Any]:
    try:
        text = texts.decode(codec, data, text_bytes_max=TEXT_BYTES_MAX)
    except PeerError as error:
        return {"codec": codec, "bytes": data.hex(), "reason": error.reason}
    return {"codec": codec, "bytes": data.hex(), "text": text}


if __name__ == "__main__":
    TARGET.write_text(serialise(build()), encoding="utf-8")
