"""The bytes of a vault: a header in clear, the sealed document, and a check against damage.

Not for: files, locks and who may open (`vault`). Pure but for the random bytes it is given.
Invariants: every sealing has a key of its own, so no nonce is ever used twice; what does not
verify is never returned in part.
Source: docs/spec/identity_files.md; RFC 7914 (scrypt), RFC 5869 (HKDF), RFC 8439.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from meshnode.protocol.errors import CallerError, LimitError, StoreError

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
FRESH_BYTES: Final = 32
PADDED_BYTES: Final = 4096
"""A document grows in such steps, so that its size says little about what is in it."""
VAULT_BYTES_MAX: Final = 16 * 1024 * 1024
"""Sealed and opened in memory, twice a command: more than keys and messages of years take."""
SCRYPT_MEMORY_BYTES_MAX: Final = 512 * 1024 * 1024
"""What a header may ask for, half of what a small Pi has."""

_FAMILY: Final = b"meshnode-vault-"
_MAGIC: Final = b"meshnode-vault-1"
_INFO: Final = b"meshnode vault 1\0"
_HEADER_BYTES: Final = 16 + 4 + 8 + SALT_BYTES + FRESH_BYTES
_CHECK_BYTES: Final = 32
_TAG_BYTES: Final = 16
_LENGTH_BYTES: Final = 4
_NONCE: Final = bytes(12)
"""Zero, because each sealing has a key of its own."""


class Mode(IntEnum):
    """What opens a vault."""

    UNATTENDED = 0
    PASSPHRASE = 1


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """How hard guessing is made; stands in every vault, so that new ones can be harder.

    Shapes: memory is 128 * `block_size` * 2**`cost_log2` bytes, time grows with `rounds` too.
    """

    cost_log2: int
    block_size: int
    rounds: int

    @property
    def memory_bytes(self) -> int:
        """What one guess needs."""
        return 128 * self.block_size << self.cost_log2

    @property
    def is_bearable(self) -> bool:
        """Whether it is in the range that we are willing to compute."""
        in_range = self.cost_log2 in range(1, 23) and self.block_size in range(1, 33)
        return (
            in_range
            and self.rounds in range(1, 17)
            and (self.memory_bytes <= SCRYPT_MEMORY_BYTES_MAX)
        )


SCRYPT_COST: Final = ScryptCost(cost_log2=16, block_size=8, rounds=2)
"""64 MiB and 0.3 to 0.4 s here; docs/adr/0017 has what that should come to on a Pi."""
_NO_COST: Final = ScryptCost(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Wrapping:
    """The secret that a vault is sealed under, and what its header says about where it is from.

    Shapes: `salt` is scrypt's, or the id of the key file; `key` is 32 bytes.
    """

    mode: Mode
    cost: ScryptCost
    salt: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class VaultFile:
    """A copy that arrived undamaged from the disk; whether it opens is another question."""

    mode: Mode
    cost: ScryptCost
    generation: int
    salt: bytes
    fresh: bytes
    header: bytes
    sealed: bytes


def stretched(passphrase: bytes, salt: bytes, cost: ScryptCost) -> Wrapping:
    """Return the wrapping of a passphrase; takes the memory and time that `cost` says."""
    derive = Scrypt(
        salt=salt, length=KEY_BYTES, n=1 << cost.cost_log2, r=cost.block_size, p=cost.rounds
    )
    return Wrapping(Mode.PASSPHRASE, cost, salt, derive.derive(passphrase))


def unattended(key: bytes, key_name: bytes) -> Wrapping:
    """Return the wrapping of a random key in a file."""
    return Wrapping(Mode.UNATTENDED, _NO_COST, key_name, key)


def seal(fields: Mapping[str, Any], wrapping: Wrapping, generation: int, fresh: bytes) -> bytes:
    """Return the bytes of a vault.

    Shapes: `fresh` is 32 random bytes, never used before.

    Raises:
        CallerError: The fields are not a JSON document that reads back as the same.
        LimitError: They take more than `VAULT_BYTES_MAX`.
    """
    cost = wrapping.cost
    header = b"".join(
        (
            _MAGIC,
            bytes((wrapping.mode, cost.cost_log2, cost.block_size, cost.rounds)),
            generation.to_bytes(8, "big"),
            wrapping.salt,
            fresh,
        )
    )
    box = ChaCha20Poly1305(_content_key(wrapping.key, fresh))
    body = header + box.encrypt(_NONCE, _padded(_document(fields)), header)
    return body + sha256(body).digest()


def parse(data: bytes) -> VaultFile | None:
    """Return what the header says, or None if the bytes are damaged or no vault.

    Raises:
        StoreError: A newer program made them.
    """
    body, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if not body.startswith(_FAMILY) or sha256(body).digest() != check:
        return None
    if not body.startswith(_MAGIC):
        raise StoreError("A newer meshnode made this vault. Update this one; nothing was changed.")
    header, sealed = body[:_HEADER_BYTES], body[_HEADER_BYTES:]
    if len(header) < _HEADER_BYTES or len(sealed) % PADDED_BYTES != _TAG_BYTES:
        return None
    mode, cost = header[16], ScryptCost(*header[17:20])
    is_known = cost.is_bearable if mode == Mode.PASSPHRASE else cost == _NO_COST
    if mode not in tuple(Mode) or not is_known:
        return None
    return VaultFile(
        mode=Mode(mode),
        cost=cost,
        generation=int.from_bytes(header[20:28], "big"),
        salt=header[28 : 28 + SALT_BYTES],
        fresh=header[28 + SALT_BYTES :],
        header=header,
        sealed=sealed,
    )


def unseal(file: VaultFile, key: bytes) -> dict[str, Any] | None:
    """Return the fields, or None if `key` does not open them.

    Raises:
        StoreError: What is inside is not a document that this program can read.
    """
    try:
        padded = ChaCha20Poly1305(_content_key(key, file.fresh)).decrypt(
            _NONCE, file.sealed, file.header
        )
    except InvalidTag:
        return None
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    document, padding = padded[_LENGTH_BYTES:][:length], padded[_LENGTH_BYTES + length :]
    try:
        fields = json.loads(document) if len(document) == length and not any(padding) else None
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise StoreError("The vault opens, but what is in it was made by another program.")
    return fields


def _document(fields: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        document = text.encode()
    except (TypeError, ValueError) as error:
        raise CallerError(f"a vault holds JSON: {type(error).__name__}") from error
    if json.loads(document) != fields:
        raise CallerError("a vault holds JSON: text as keys, lists instead of tuples")
    if len(document) > VAULT_BYTES_MAX:
        raise LimitError(
            f"A vault takes up to {VAULT_BYTES_MAX} bytes; this would be {len(document)}. "
            "Remove old messages first."
        )
    return document


def _padded(document: bytes) -> bytes:
    data = len(document).to_bytes(_LENGTH_BYTES, "big") + document
    return data + bytes(-len(data) % PADDED_BYTES)


def _content_key(key: bytes, fresh: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=fresh, info=_INFO).derive(key)
