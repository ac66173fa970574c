"""Write vault.json: vaults made with fixed salts, so that another implementation can compare.

Run: `python tests/vectors/make_vault.py`.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from meshnode.person.passphrase import Passphrase
from meshnode.person.vaultfile import SCRYPT_COST, ScryptCost, Wrapping, seal, stretched, unattended

PATH = Path(__file__).with_name("vault.json")

PHRASE = "Kirschbäume im Regen"
FIELDS = {"name": "Ilse Öztürk", "sequence": 7}
SALT = bytes(range(16))
FRESH = bytes(range(32, 64))
GENERATION = 258
HEADER_BYTES = 76


def build() -> dict[str, Any]:
    """Return the content of vault.json."""
    cheap = ScryptCost(cost_log2=10, block_size=8, rounds=1)
    passphrase = Passphrase.of(PHRASE).data
    return {
        "about": "Made by tests/vectors/make_vault.py. Byte strings are hex. "
        "See docs/spec/identity_files.md.",
        "fields": FIELDS,
        "passphrase": PHRASE,
        "vaults": [
            _row("unattended", unattended(bytes(range(64, 96)), SALT)),
            _row("passphrase, little scrypt", stretched(passphrase, SALT, cheap)),
            _row("passphrase, as shipped", stretched(passphrase, SALT, SCRYPT_COST)),
        ],
    }


def serialise(content: dict[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _row(name: str, wrapping: Wrapping) -> dict[str, Any]:
    data = seal(FIELDS, wrapping, GENERATION, FRESH)
    return {
        "name": name,
        "wrapping_key": wrapping.key.hex(),
        "header": data[:HEADER_BYTES].hex(),
        "sealed_begins": data[HEADER_BYTES : HEADER_BYTES + 64].hex(),
        "tag": data[-48:-32].hex(),
        "check": data[-32:].hex(),
        "bytes": len(data),
        "sha256": sha256(data).hexdigest(),
    }


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
