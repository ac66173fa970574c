"""A passphrase as somebody types it or keeps it in a file; never an argument, never printed.

Not for: asking (`commands/passphrase`), turning it into a key (`vaultfile`).
"""

import os
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from meshnode.protocol.errors import LimitError, StoreError

PASSPHRASE_CHARACTERS_MIN: Final = 10
"""For a new one. Whoever copied the vault may guess for years: 64 MiB and a moment for each."""
PASSPHRASE_BYTES_MAX: Final = 1024
"""Longer than anybody types; a longer file is not a passphrase."""
_SHARED_BITS: Final = 0o077


@dataclass(frozen=True, slots=True)
class Passphrase:
    """The bytes that are stretched: UTF-8 of the text in Unicode's form NFC."""

    data: bytes = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the passphrase that somebody typed.

        The form is made one, because keyboards differ in how they write accents.

        Raises:
            LimitError: It is empty or too long.
        """
        try:
            data = unicodedata.normalize("NFC", text).encode(errors="surrogateescape")
        except UnicodeEncodeError as error:
            raise LimitError("The passphrase has characters that cannot be written.") from error
        if not data:
            raise LimitError("The passphrase is empty.")
        if len(data) > PASSPHRASE_BYTES_MAX:
            raise LimitError(
                f"A passphrase takes up to {PASSPHRASE_BYTES_MAX} bytes; this one has {len(data)}."
            )
        return cls(data)

    def require_strength(self) -> None:
        """Refuse what is too short to protect anything.

        Raises:
            LimitError: It is shorter than `PASSPHRASE_CHARACTERS_MIN`.
        """
        if len(self.data.decode(errors="surrogateescape")) < PASSPHRASE_CHARACTERS_MIN:
            raise LimitError(
                f"A passphrase has at least {PASSPHRASE_CHARACTERS_MIN} characters. "
                "Four or five words that do not belong together are good and easy to keep."
            )


def read_passphrase_file(path: Path) -> Passphrase:
    """Return the passphrase in the first line of a file or pipe.

    Raises:
        LimitError: Others may read the file, or its first line is empty or too long.
        StoreError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            data = file.read(PASSPHRASE_BYTES_MAX + 2)
    except OSError as error:
        raise StoreError(f"Cannot read {path}: {error.strerror}.") from error
    if stat.S_ISREG(status.st_mode) and status.st_mode & _SHARED_BITS:
        raise LimitError(f"Others may read {path}. Keep it to yourself first: chmod 600 {path}")
    line = data.split(b"\n", 1)[0].removesuffix(b"\r")
    return Passphrase.of(line.decode(errors="surrogateescape"))
