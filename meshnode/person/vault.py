"""The vault: one encrypted document in a person's identity directory, kept twice.

Not for: what is in it; that is its owner's. Invariants: what `Vault.save` returned from is on disk,
twice; one process has a vault open at a time; of two intact copies the later one counts, and if
that one does not open, nothing does; nothing is ever made up anew or overwritten by less.

**Save first, send after.** What a signature used up (a sequence number, a ratchet's step) must be
saved before the signed thing leaves the process: after a power cut a vault that was not saved would
use the same number again.
Source: docs/spec/identity_files.md, docs/adr/0017.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from meshnode.person.keyfile import KEY_FILE, make_key, mend_key, read_key
from meshnode.person.passphrase import Passphrase
from meshnode.person.vaultfile import (
    FRESH_BYTES,
    SALT_BYTES,
    SCRYPT_COST,
    VAULT_BYTES_MAX,
    Mode,
    ScryptCost,
    VaultFile,
    Wrapping,
    parse,
    seal,
    stretched,
    unseal,
)
from meshnode.protocol.errors import CallerError, LimitError, StoreError
from meshnode.store.checked import (
    copies_of,
    exists_checked,
    not_readable,
    remove_checked,
    write_twice,
)

LOCK_WAIT_S: Final = 10.0
"""Longer than another command has a vault open; it opens after it asked, and closes soon."""
_LOCK_POLL_S: Final = 0.05
_VAULT_FILE: Final = "vault"
_LOCK_FILE: Final = "vault.lock"
_UNFINISHED: Final = ".vault*"
"""What a killed process was writing; never of use, and it may hold a key."""
_FILE_BYTES_MAX: Final = VAULT_BYTES_MAX + 8192
_DIRECTORY_MODE: Final = 0o700


class VaultLocked(LimitError):
    """The vault is sound, and what was given does not open it."""


class Vault:
    """An open vault. Change `fields`, then `save`; what is not saved is forgotten."""

    __slots__ = ("_directory", "_is_open", "_wrapping", "fields", "generation")

    def __init__(
        self, directory: Path, wrapping: Wrapping, fields: dict[str, Any], generation: int
    ) -> None:
        self._directory = directory
        self._wrapping = wrapping
        self._is_open = True
        self.fields = fields
        self.generation = generation

    @property
    def mode(self) -> Mode:
        """What opens it."""
        return self._wrapping.mode

    def save(self) -> None:
        """Write `fields` to disk; they are there, twice, when this returns.

        Raises:
            CallerError: The vault is closed, or the fields are not JSON.
            LimitError: They are too many.
            StoreError: The disk will not take them. Then nothing that depends on them may leave.
        """
        if not self._is_open:
            raise CallerError("the vault is closed")
        data = seal(self.fields, self._wrapping, self.generation + 1, os.urandom(FRESH_BYTES))
        # Counted before writing: a copy that a failing disk did take is not overtaken by an equal.
        self.generation += 1
        write_twice(self._directory / _VAULT_FILE, data)

    def change_passphrase(
        self, passphrase: Passphrase | None, *, cost: ScryptCost = SCRYPT_COST
    ) -> None:
        """Save the vault under another passphrase, or with None under a key file (unattended).

        Old copies of the vault, in backups or in worn parts of a memory card, still open with what
        opened them.

        Raises:
            LimitError: The passphrase is too short, or the vault is unattended already.
            StoreError: The disk will not take it; the vault opens with the one or the other.
        """
        if passphrase is None and self.mode is Mode.UNATTENDED:
            raise LimitError("This vault opens without a passphrase already.")
        before = self._wrapping
        self._wrapping = _new_wrapping(self._directory, passphrase, cost)
        try:
            self.save()
        except (CallerError, LimitError, StoreError):
            self._wrapping = before
            raise
        if self.mode is Mode.PASSPHRASE:
            remove_checked(self._directory / KEY_FILE)

    def close(self) -> None:
        """Forget everything that was not saved."""
        self._is_open = False
        self.fields = {}

    def __repr__(self) -> str:
        return f"Vault({str(self._directory)!r}, generation={self.generation})"


def mode_of(directory: Path) -> Mode | None:
    """Return what the vault in `directory` asks for, or None if there is no vault.

    Raises:
        StoreError: It is damaged in both copies, or of a newer program.
    """
    if not exists_checked(directory / _VAULT_FILE):
        return None
    return _newest(directory).file.mode


def create_vault(
    directory: Path,
    passphrase: Passphrase | None,
    fields: Mapping[str, Any],
    *,
    cost: ScryptCost = SCRYPT_COST,
) -> None:
    """Make a vault with `fields` in it; without a passphrase it is unattended.

    Raises:
        LimitError: There is a vault already, or the passphrase is too short.
        StoreError: The disk will not take it.
    """
    _prepare(directory)
    with _locked(directory, LOCK_WAIT_S):
        if exists_checked(directory / _VAULT_FILE):
            raise LimitError(
                f"{directory} holds an identity already; nothing was changed. "
                "Choose another directory for another one."
            )
        _clear_unfinished(directory)
        Vault(directory, _new_wrapping(directory, passphrase, cost), dict(fields), 0).save()


@contextmanager
def open_vault(
    directory: Path, passphrase: Passphrase | None = None, *, wait_s: float = LOCK_WAIT_S
) -> Iterator[Vault]:
    """Open the vault in `directory` for this process alone, until the block ends.

    Ask for the passphrase before: whoever waits for the lock must not wait for a person.

    Raises:
        VaultLocked: It needs a passphrase, or another one.
        LimitError: There is no vault, or another process has it open.
        StoreError: It is damaged in both copies, of a newer program, or cannot be written.
    """
    if not exists_checked(directory / _VAULT_FILE):
        raise LimitError(
            f"There is no identity in {directory}. Is it the right directory? "
            "If it should be there, restore it from a backup or from the recovery sheet."
        )
    with _locked(directory, wait_s):
        vault = _opened(directory, passphrase)
        try:
            yield vault
        finally:
            vault.close()


class _Copy(NamedTuple):
    data: bytes
    file: VaultFile


def _opened(directory: Path, passphrase: Passphrase | None) -> Vault:
    newest = _newest(directory)
    file = newest.file
    wrapping = _wrapping_of(directory, file, passphrase)
    fields = unseal(file, wrapping.key)
    if fields is None:
        raise VaultLocked(_refusal(directory, file.mode))
    _clear_unfinished(directory)
    # Both copies alike before anything is built on this one: else losing it would bring back
    # the state before, and with it numbers that were used.
    if any(copy != newest.data for copy in _read_copies(directory)):
        write_twice(directory / _VAULT_FILE, newest.data)
    if file.mode is Mode.PASSPHRASE:
        remove_checked(directory / KEY_FILE)
    else:
        # A full disk is no reason not to read: the next time will do.
        with suppress(StoreError):
            mend_key(directory)
    return Vault(directory, wrapping, fields, file.generation)


def _newest(directory: Path) -> _Copy:
    copies = [_Copy(data, file) for data in _read_copies(directory) if (file := parse(data))]
    if not copies:
        raise StoreError(
            f"Both copies of {directory / _VAULT_FILE} are damaged. Restore it from a backup, or "
            "your identity from the recovery sheet; nothing was overwritten."
        )
    return max(copies, key=lambda copy: copy.file.generation)


def _read_copies(directory: Path) -> list[bytes]:
    found = []
    for path in copies_of(directory / _VAULT_FILE):
        try:
            with path.open("rb") as file:
                found.append(file.read(_FILE_BYTES_MAX + 1))
        except PermissionError as error:
            raise StoreError(not_readable(path)) from error
        except OSError:
            # Gone, or a bad spot of the card: the other copy is there for that.
            found.append(b"")
    return found


def _wrapping_of(directory: Path, file: VaultFile, passphrase: Passphrase | None) -> Wrapping:
    if file.mode is Mode.UNATTENDED:
        return read_key(directory, file.salt)
    if passphrase is None:
        raise VaultLocked(f"The identity in {directory} is locked with a passphrase.")
    return stretched(passphrase.data, file.salt, file.cost)


def _new_wrapping(directory: Path, passphrase: Passphrase | None, cost: ScryptCost) -> Wrapping:
    if passphrase is None:
        return make_key(directory)
    passphrase.require_strength()
    return stretched(passphrase.data, os.urandom(SALT_BYTES), cost)


def _refusal(directory: Path, mode: Mode) -> str:
    if mode is Mode.PASSPHRASE:
        return (
            f"This passphrase does not open the identity in {directory}. If you are sure that it "
            "is right, somebody has changed the file: restore it from a backup."
        )
    return (
        f"The key in {directory / KEY_FILE} does not open the identity beside it: one of the two "
        "was changed. Restore both from the same backup."
    )


def _prepare(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=_DIRECTORY_MODE)
        directory.chmod(_DIRECTORY_MODE)
    except OSError as error:
        raise StoreError(f"Cannot make {directory}: {error.strerror}.") from error


def _clear_unfinished(directory: Path) -> None:
    try:
        for path in directory.glob(_UNFINISHED):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot tidy up {directory}: {error.strerror}.") from error


@contextmanager
def _locked(directory: Path, wait_s: float) -> Iterator[None]:
    """Hold the directory's lock; the kernel lets go when the process dies."""
    path = directory / _LOCK_FILE
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"Cannot lock {path}: {error.strerror}.") from error
    try:
        _wait_for(descriptor, directory, wait_s)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, directory: Path, wait_s: float) -> None:
    deadline_s = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline_s:
                raise LimitError(
                    f"Another program has the identity in {directory} open. "
                    "Wait until it is done, then try again."
                ) from None
            time.sleep(_LOCK_POLL_S)
        else:
            return
