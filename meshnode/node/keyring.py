"""The node's secrets and what vouches for it, as files in its home. Never regenerated silently.

Not for: the keys of people, which never come near the daemon (`meshnode.person`). Invariants:
`create` refuses a home that has keys; secrets are readable by their owner alone and never printed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshnode.protocol.errors import LimitError, PeerError, StoreError
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.object import SignedObject, decode
from meshnode.store.checked import (
    exists_checked,
    is_single,
    mend_checked,
    read_checked,
    write_checked,
)

_NODE_FILE: Final = "node.json"
_DIRECTORY_MODE: Final = 0o700
_FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class Belonging:
    """What makes a node part of a community.

    Shapes: `network_key` is 32 bytes, shared by all nodes; `charter` is the one this node trusts
    whatever arrives; `introduction` are the objects that vouch for the node, its certificate last.
    """

    community: CommunityId
    network_key: bytes
    charter: SignedObject
    introduction: tuple[SignedObject, ...]

    def __repr__(self) -> str:
        return f"Belonging({self.community.hex()})"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Everything secret that a running node needs."""

    key: SigningKey
    belonging: Belonging

    @property
    def community(self) -> CommunityId:
        """The community this node belongs to."""
        return self.belonging.community

    @property
    def network_key(self) -> bytes:
        """What all nodes of the community share: 32 bytes."""
        return self.belonging.network_key

    def __repr__(self) -> str:
        return f"Keyring({self.key!r})"


def has_keys(directory: Path) -> bool:
    """Return whether keys are there, intact or not."""
    return exists_checked(directory / _NODE_FILE)


def create(directory: Path, seed: bytes, belonging: Belonging) -> Keyring:
    """Write the keys of a new node to disk.

    Raises:
        LimitError: There are keys already.
        StoreError: The disk will not take them.
    """
    if has_keys(directory):
        raise LimitError(
            f"{directory} holds keys already; nothing was changed. "
            "Choose another --home for another node."
        )
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=_DIRECTORY_MODE)
        directory.chmod(_DIRECTORY_MODE)
    except OSError as error:
        raise StoreError(f"Cannot make {directory}: {error.strerror}.") from error
    _write(directory, seed, belonging)
    return Keyring(SigningKey(seed), belonging)


def load(directory: Path) -> Keyring:
    """Return the keyring on disk.

    Raises:
        StoreError: It is not there or damaged in both copies.
    """
    seed, belonging = _read(directory)
    return Keyring(SigningKey(seed), belonging)


def is_on_one_copy(directory: Path) -> bool:
    """Return whether only one of the two copies of the keys is whole.

    Raises:
        StoreError: They cannot be read.
    """
    return is_single(directory / _NODE_FILE)


def mend(directory: Path) -> str | None:
    """Make both copies whole where one is; return what the operator should know about that.

    Raises:
        StoreError: Both are damaged. A disk that takes nothing is no reason not to start.
    """
    path = directory / _NODE_FILE
    was_single = is_single(path)
    try:
        is_mended = mend_checked(path)
    except StoreError as error:
        read_checked(path)
        return f"Only one copy of this node's keys is whole, and it cannot be copied: {error}"
    if not (was_single and is_mended):
        return None
    return (
        f"One of the two copies of this node's keys was damaged; it was written anew from the "
        f"other one ({path}). The memory card may be failing: make a backup of {directory} now."
    )


def pin(directory: Path, charter: SignedObject) -> None:
    """Trust another charter from the next start on, whatever arrives.

    Raises:
        StoreError: The keys cannot be read or written.
    """
    seed, old = _read(directory)
    introduction = old.introduction
    _write(directory, seed, Belonging(old.community, old.network_key, charter, introduction))


def _write(directory: Path, seed: bytes, belonging: Belonging) -> None:
    write_checked(
        directory / _NODE_FILE,
        {
            "version": _FORMAT,
            "seed": seed.hex(),
            "community": belonging.community.hex(),
            "network_key": belonging.network_key.hex(),
            "charter": belonging.charter.encoded.hex(),
            "introduction": [one.encoded.hex() for one in belonging.introduction],
        },
    )


def _read(directory: Path) -> tuple[bytes, Belonging]:
    fields = read_checked(directory / _NODE_FILE)
    try:
        if fields["version"] != _FORMAT:
            raise ValueError(fields["version"])
        belonging = Belonging(
            community=CommunityId(bytes.fromhex(fields["community"])),
            network_key=bytes.fromhex(fields["network_key"]),
            charter=decode(bytes.fromhex(fields["charter"])),
            introduction=tuple(decode(bytes.fromhex(one)) for one in fields["introduction"]),
        )
        return bytes.fromhex(fields["seed"]), belonging
    except (KeyError, TypeError, ValueError, PeerError) as error:
        raise StoreError(f"{directory / _NODE_FILE} was made by another version.") from error
