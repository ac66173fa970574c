"""Write paper.json: secrets on paper with their words, line, seed and public key.

Run: `python tests/vectors/make_paper.py`. The words are those of BIP 39; what is derived from a
secret never changes, because sheets lie in drawers for years.
"""

import json
from pathlib import Path
from typing import Any

from meshnode.person.paper import PaperSecret, readable_fingerprint

PATH = Path(__file__).with_name("paper.json")

SECRETS = (
    bytes(16),
    b"\x7f" * 16,
    b"\x80" * 16,
    b"\xff" * 16,
    bytes(range(16)),
    bytes.fromhex("9e885d952ad362caeb4efe34a8e91bd2"),
)

_CHANGED_WORDS = {
    "eleven words": "abandon " * 11,
    "thirteen words": "abandon " * 12 + "about",
    "a word that is not in the list": "abandon " * 11 + "abous",
    "words that do not belong together": "abandon " * 12,
    "a number that is missing": "1. abandon 3. abandon " + "abandon " * 9 + "about",
    "a line with a changed character": "meshnode-paper-1:BAECAwQFBgcICQoLDA0OD7sliBs",
    "a line that is cut": "meshnode-paper-1:AAECAwQFBgcICQoLDA0OD7sl",
    "a line in another form of base64": "meshnode-paper-1:AAECAwQFBgcICQoLDA0OD7sliBt",
    "a line of another version": "meshnode-paper-2:AAECAwQFBgcICQoLDA0OD7sliBs",
}


def build() -> dict[str, Any]:
    """Return the content of paper.json."""
    return {
        "about": "Made by tests/vectors/make_paper.py. Byte strings are hex. "
        "See docs/spec/identity_files.md.",
        "papers": [_row(PaperSecret(data)) for data in SECRETS],
        "refused": [{"name": name, "text": text.strip()} for name, text in _CHANGED_WORDS.items()],
    }


def serialise(content: dict[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _row(secret: PaperSecret) -> dict[str, str]:
    key = secret.identity_key()
    return {
        "secret": secret.data.hex(),
        "words": " ".join(secret.words()),
        "line": secret.line(),
        "identity_seed": secret.identity_seed().hex(),
        "public_key": key.public.hex(),
        "fingerprint": readable_fingerprint(key.public),
    }


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
