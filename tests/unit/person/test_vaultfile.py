"""The bytes of a vault: header, padding, refusals."""

from hashlib import sha256

import pytest

from meshnode.person import vaultfile
from meshnode.person.vaultfile import (
    PADDED_BYTES,
    SCRYPT_COST,
    VAULT_BYTES_MAX,
    Mode,
    ScryptCost,
    parse,
    seal,
    stretched,
    unattended,
    unseal,
)
from meshnode.protocol.errors import CallerError, LimitError, StoreError

KEY = bytes(range(32))
NAME = b"n" * 16
FRESH = b"f" * 32
WRAPPING = unattended(KEY, NAME)
CHEAP = ScryptCost(4, 8, 1)
BARE_BYTES = 76 + 16 + 32


def rechecked(data: bytes) -> bytes:
    """Return the bytes with the check that belongs to them, as somebody who changes them would."""
    return data[:-32] + sha256(data[:-32]).digest()


def test_what_is_sealed_opens_with_its_key_and_its_header_says_from_where():
    file = parse(seal({"a": [1, "ü"]}, WRAPPING, 9, FRESH))
    assert file is not None
    assert (file.mode, file.generation, file.salt) == (Mode.UNATTENDED, 9, NAME)
    assert unseal(file, KEY) == {"a": [1, "ü"]}
    assert unseal(file, bytes(32)) is None


def test_a_passphrase_is_stretched_as_the_header_says():
    wrapping = stretched(b"passphrase", NAME, CHEAP)
    file = parse(seal({}, wrapping, 1, FRESH))
    assert file is not None
    assert (file.mode, file.cost) == (Mode.PASSPHRASE, CHEAP)
    assert stretched(b"passphrase", file.salt, file.cost).key == wrapping.key
    assert stretched(b"passphrase", file.salt, ScryptCost(5, 8, 1)).key != wrapping.key


def test_the_shipped_cost_is_64_mib():
    assert SCRYPT_COST.memory_bytes == 64 * 1024 * 1024
    assert SCRYPT_COST.is_bearable


def test_the_size_grows_in_steps():
    sizes = {len(seal({"a": "x" * n}, WRAPPING, 1, FRESH)) for n in range(0, 4084, 7)}
    assert sizes == {BARE_BYTES + PADDED_BYTES}
    assert len(seal({"a": "x" * 4085}, WRAPPING, 1, FRESH)) == BARE_BYTES + 2 * PADDED_BYTES


def test_any_changed_byte_of_the_header_keeps_it_closed_even_with_a_right_check():
    data = seal({"a": 1}, WRAPPING, 1, FRESH)
    for place in range(16, 76):
        changed = bytearray(data)
        changed[place] ^= 1
        file = parse(rechecked(bytes(changed)))
        assert file is None or unseal(file, KEY) is None, place


def test_a_vault_of_a_newer_program_is_left_to_it():
    data = bytearray(seal({}, WRAPPING, 1, FRESH))
    data[15] = ord("2")
    assert parse(bytes(data)) is None
    with pytest.raises(StoreError, match="Update"):
        parse(rechecked(bytes(data)))


@pytest.mark.parametrize(
    "cost", [(0, 8, 1), (23, 8, 1), (16, 0, 1), (16, 33, 1), (16, 8, 0), (16, 8, 17), (20, 8, 1)]
)
def test_a_cost_that_nobody_would_bear_is_not_computed(cost):
    data = seal({}, stretched(b"passphrase", NAME, CHEAP), 1, FRESH)
    assert parse(rechecked(data[:17] + bytes(cost) + data[20:])) is None


@pytest.mark.parametrize(
    "fields", [{"a": b""}, {"a": (1,)}, {1: "a"}, {"a": float("nan")}, {"a": "\ud800"}]
)
def test_only_what_reads_back_the_same_is_sealed(fields):
    with pytest.raises(CallerError):
        seal(fields, WRAPPING, 1, FRESH)


def test_too_much_is_refused_with_the_bound():
    with pytest.raises(LimitError, match=str(VAULT_BYTES_MAX)):
        seal({"a": "x" * VAULT_BYTES_MAX}, WRAPPING, 1, FRESH)


def test_no_secret_shows_itself():
    assert KEY.hex() not in repr(WRAPPING)
    assert repr(KEY) not in repr(WRAPPING)


def test_a_document_nested_deeper_than_any_of_ours_is_refused():
    nested = b'{"mail":' + b"[" * 3_000
    header = seal({}, WRAPPING, 1, FRESH)[:76]
    box = vaultfile.ChaCha20Poly1305(vaultfile._content_key(KEY, FRESH))
    data = rechecked(header + box.encrypt(bytes(12), vaultfile._padded(nested), header) + bytes(32))
    file = parse(data)
    assert file is not None
    with pytest.raises(StoreError, match="another program"):
        unseal(file, KEY)
