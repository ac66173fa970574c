"""Whoever copies an identity directory finds nothing readable in it."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from meshnode.person.paper import PaperSecret
from meshnode.person.passphrase import Passphrase
from meshnode.person.vault import create_vault, open_vault
from meshnode.person.vaultfile import ScryptCost

TEXT = "Treffen um acht hinter der Kirche"
SEED = bytes(range(100, 132))
SECRET = PaperSecret(bytes(range(200, 216)))
PHRASE = "Kirschbaum Regen Treppe"
CHEAP = ScryptCost(4, 8, 1)


def forms(data: bytes) -> Iterator[bytes]:
    """Yield how bytes may stand in a file: as they are, as hex, as base64 at any offset."""
    yield data
    yield data.hex().encode()
    yield data.hex().upper().encode()
    for offset in range(3):
        # The characters at both ends depend on the neighbours.
        yield b64encode(bytes(offset) + data)[4 * bool(offset) : -4]


def planted() -> Iterator[tuple[str, bytes]]:
    for form in forms(SEED):
        yield "seed", form
    for form in forms(SECRET.data):
        yield "paper", form
    yield "paper words", " ".join(SECRET.words()[:3]).encode()
    for encoding in ("utf-8", "utf-16-le"):
        yield "text", TEXT.encode(encoding)
        yield "passphrase", PHRASE.encode(encoding)


def found_in(directory: Path) -> set[str]:
    image = b"".join(
        each.name.encode() + each.read_bytes() for each in directory.rglob("*") if each.is_file()
    )
    return {name for name, form in planted() if form in image}


def fields() -> dict[str, object]:
    return {
        "seed": SEED.hex(),
        "paper": SECRET.data.hex(),
        "words": list(SECRET.words()),
        "letters": [TEXT] * 50,
    }


def test_what_is_planted_is_found_where_nothing_is_encrypted(tmp_path):
    for number, (_, form) in enumerate(planted()):
        (tmp_path / str(number)).write_bytes(form)
    assert found_in(tmp_path) == {"seed", "paper", "paper words", "text", "passphrase"}


@pytest.mark.parametrize("passphrase", [Passphrase.of(PHRASE), None])
def test_an_image_of_the_directory_holds_nothing_in_clear(tmp_path, passphrase):
    create_vault(tmp_path, passphrase, fields(), cost=CHEAP)
    assert found_in(tmp_path) == set()
    with open_vault(tmp_path, passphrase) as vault:
        vault.fields["letters"] += [TEXT]
        vault.save()
        assert found_in(tmp_path) == set()
        vault.change_passphrase(Passphrase.of(PHRASE + "!"), cost=CHEAP)
    assert found_in(tmp_path) == set()
    assert {each.name for each in tmp_path.iterdir()} == {"vault", "vault.twin", "vault.lock"}
