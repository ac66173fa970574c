"""A node's home: where its configuration, keys, objects and socket are."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshnode.board.names import NAME_BYTES_MAX, clean_name
from meshnode.node import keyring
from meshnode.node.config import Config, HttpSection, read_config, render_config
from meshnode.protocol.errors import LimitError, StoreError
from meshnode.store.checked import may_exist, write_atomically

_CONFIG_MODE: Final = 0o644


@dataclass(frozen=True, slots=True)
class Home:
    """The paths in a node's home directory."""

    directory: Path

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.directory / "config.toml"

    @property
    def keys(self) -> Path:
        """The directory of secrets."""
        return self.directory / "keys"

    @property
    def store(self) -> Path:
        """The database."""
        return self.directory / "meshnode.db"

    @property
    def search(self) -> Path:
        """The search index; derived, it may be deleted at any time."""
        return self.directory / "search.db"

    @property
    def socket(self) -> Path:
        """The UNIX socket of the running node."""
        return self.directory / "api.sock"

    def map_of(self, http: HttpSection) -> Path | None:
        """Return where the neighbourhood's map lies, if there is to be one."""
        return self.directory / http.map if http.map else None

    @property
    def is_set_up(self) -> bool:
        """Whether `init` has been here."""
        return may_exist(self.config) and keyring.has_keys(self.keys)

    def read_config(self) -> Config:
        """Return the configuration.

        Raises:
            LimitError: There is none yet, or it is not right.
        """
        if may_exist(self.config) and not keyring.has_keys(self.keys):
            raise LimitError(
                f"The keys of the node in {self.directory} are gone: {self.keys} has none. Restore "
                "that directory from a backup; then it is the node that it was. Without a backup, "
                "have it revoked (meshnode revoke NAME --reason lost), and join as another node "
                "with another --home and an invite."
            )
        if not self.is_set_up:
            raise LimitError(
                f"There is no node in {self.directory}. "
                f"Make one: meshnode --home {self.directory} init --name NAME"
            )
        return read_config(self.config)

    def load_keyring(self) -> keyring.Keyring:
        """Return the keyring.

        Raises:
            StoreError: The keys are gone or damaged.
        """
        return keyring.load(self.keys)

    def mend_keys(self) -> str | None:
        """Make both copies of the keys whole where one is; return what the operator should know.

        Raises:
            StoreError: Both are damaged.
        """
        return keyring.mend(self.keys)


def checked_name(name: str) -> str:
    """Return a node's name in the form that objects carry.

    Raises:
        LimitError: It is too long or empty.
    """
    cleaned = clean_name(name)
    if not 0 < len(cleaned.encode()) <= NAME_BYTES_MAX:
        raise LimitError(
            f"A node's name takes 1 to {NAME_BYTES_MAX} bytes; this one takes "
            f"{len(cleaned.encode())}. Choose a shorter one."
        )
    return cleaned


def require_empty(home: Home) -> None:
    """Refuse a directory that holds a node.

    Raises:
        LimitError: There is one already.
    """
    if may_exist(home.config) or keyring.has_keys(home.keys):
        raise LimitError(
            f"{home.directory} holds a node already; nothing was changed. "
            "Choose another --home for another node."
        )


def set_up(home: Home, *, name: str, seed: bytes, belonging: keyring.Belonging) -> keyring.Keyring:
    """Write keys and configuration of a new node.

    Raises:
        LimitError: There is a node already, or the name is not right.
        StoreError: The disk will not take it.
    """
    cleaned = checked_name(name)
    require_empty(home)
    try:
        home.directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot make {home.directory}: {error.strerror}.") from error
    ring = keyring.create(home.keys, seed, belonging)
    write_atomically(home.config, render_config(cleaned).encode(), mode=_CONFIG_MODE)
    return ring


def socket_address(path: Path) -> tuple[str, int]:
    """Return a name under which a socket can be reached however long its path is, and the
    descriptor that keeps that name alive; close it after use.

    The kernel allows 107 bytes for a socket's path; a home may lie deeper.
    """
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    return f"/proc/self/fd/{directory}/{path.name}", directory


def remove_stale_socket(path: Path) -> None:
    """Remove a socket that a killed node left behind."""
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        path.unlink()
