"""The key of an unattended vault: random, in a file beside it, readable by its owner alone.

It protects a vault that is copied without it, in a backup or on a stick. It does not protect a
copied memory card or a stolen computer, where both are.
Source: docs/spec/identity_files.md section 3.
"""

import os
from pathlib import Path
from typing import Final

from meshnode.person.vaultfile import KEY_BYTES, SALT_BYTES, Wrapping, unattended
from meshnode.protocol.errors import StoreError
from meshnode.store.checked import mend_checked, read_checked, write_checked

KEY_FILE: Final = "vault.key"
UNATTENDED_WARNING: Final = (
    "This identity opens without a passphrase: its key lies in the file vault.key beside it. "
    "Whoever copies the vault alone cannot read it; whoever gets this computer or its memory card "
    "can, and can sign in your name."
)
"""Said to everybody who chooses this."""


def make_key(directory: Path) -> Wrapping:
    """Write a new key file and return what it wraps with. No vault may depend on an older one.

    Raises:
        StoreError: The disk will not take it.
    """
    key, name = os.urandom(KEY_BYTES), os.urandom(SALT_BYTES)
    write_checked(directory / KEY_FILE, {"version": 1, "id": name.hex(), "key": key.hex()})
    return unattended(key, name)


def read_key(directory: Path, name: bytes) -> Wrapping:
    """Return the wrapping of the key file that a vault names.

    Raises:
        StoreError: It is not there, damaged in both copies, or of another vault.
    """
    path = directory / KEY_FILE
    fields = read_checked(path)
    try:
        key, found = bytes.fromhex(fields["key"]), bytes.fromhex(fields["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{path} was made by another version.") from error
    if found != name or len(key) != KEY_BYTES:
        raise StoreError(
            f"{path} is the key of another vault. Restore both from the same backup; "
            "nothing was overwritten."
        )
    return unattended(key, name)


def mend_key(directory: Path) -> None:
    """Make both copies of the key file whole where one is.

    Raises:
        StoreError: Both are damaged, or the disk will not take it.
    """
    mend_checked(directory / KEY_FILE)
