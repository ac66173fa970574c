"""The vectors of identity files are what the code makes and reads, down to independent steps."""

import hmac
import json
import re
import runpy
from hashlib import scrypt, sha256
from pathlib import Path
from typing import Any

import pytest

from meshnode.person.paper import PaperSecret, read_paper
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import SigningKey

ROOT = Path(__file__).parents[3]
MAKE_PAPER = runpy.run_path(str(ROOT / "tests/vectors/make_paper.py"))
MAKE_VAULT = runpy.run_path(str(ROOT / "tests/vectors/make_vault.py"))
PAPER: dict[str, Any] = json.loads(MAKE_PAPER["PATH"].read_text(encoding="utf-8"))
VAULT: dict[str, Any] = json.loads(MAKE_VAULT["PATH"].read_text(encoding="utf-8"))


def hkdf(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    """RFC 5869 for one block, spelt out."""
    extracted = hmac.digest(salt or bytes(32), secret, "sha256")
    return hmac.digest(extracted, purpose + b"\x01", "sha256")


@pytest.mark.parametrize("make", [MAKE_PAPER, MAKE_VAULT], ids=["paper", "vault"])
def test_the_file_is_what_the_script_makes(make):
    assert make["PATH"].read_text(encoding="utf-8") == make["serialise"](make["build"]())


@pytest.mark.parametrize("row", PAPER["papers"], ids=lambda row: row["secret"])
def test_words_and_line_give_the_secret_and_the_secret_gives_the_key(row):
    secret = PaperSecret(bytes.fromhex(row["secret"]))
    assert read_paper(row["words"]) == read_paper(row["line"]) == secret
    seed = hkdf(secret.data, b"", b"meshnode paper identity 1\0")
    assert seed.hex() == row["identity_seed"]
    assert SigningKey(seed).public.hex() == row["public_key"]


def test_the_words_are_those_of_bip_39():
    words = {row["secret"]: row["words"] for row in PAPER["papers"]}
    assert words["00" * 16] == "abandon " * 11 + "about"
    assert words["7f" * 16] == (
        "legal winner thank year wave sausage worth useful legal winner thank yellow"
    )
    assert words["ff" * 16] == "zoo " * 11 + "wrong"


@pytest.mark.parametrize("row", PAPER["refused"], ids=lambda row: row["name"])
def test_a_refused_text_is_refused(row):
    with pytest.raises(LimitError):
        read_paper(row["text"])


@pytest.mark.parametrize("row", VAULT["vaults"], ids=lambda row: row["name"])
def test_the_wrapping_key_follows_from_passphrase_and_header(row):
    header = bytes.fromhex(row["header"])
    assert header[:16] == b"meshnode-vault-1"
    mode, cost_log2, block_size, rounds = header[16:20]
    if mode == 0:
        assert (cost_log2, block_size, rounds) == (0, 0, 0)
        return
    key = scrypt(
        VAULT["passphrase"].encode(),
        salt=header[28:44],
        n=1 << cost_log2,
        r=block_size,
        p=rounds,
        dklen=32,
        maxmem=2**28,
    )
    assert key.hex() == row["wrapping_key"]


@pytest.mark.parametrize("name", re.findall(r"`(\w+)`", "`wrapping_key` `header` `check`"))
def test_the_page_quotes_the_unattended_vault(name):
    page = (ROOT / "docs/spec/identity_files.md").read_text(encoding="utf-8")
    assert VAULT["vaults"][0][name] in page


def test_the_page_quotes_a_paper():
    page = (ROOT / "docs/spec/identity_files.md").read_text(encoding="utf-8")
    row = PAPER["papers"][4]
    for name in ("secret", "words", "line", "identity_seed", "public_key"):
        assert row[name] in page


def test_a_vault_ends_with_the_hash_of_all_before_it():
    whole = MAKE_VAULT["seal"](
        MAKE_VAULT["FIELDS"],
        MAKE_VAULT["unattended"](bytes(range(64, 96)), MAKE_VAULT["SALT"]),
        MAKE_VAULT["GENERATION"],
        MAKE_VAULT["FRESH"],
    )
    assert sha256(whole[:-32]).hexdigest() == VAULT["vaults"][0]["check"]
