"""The node's secrets and what certifies it, as files in its home. Never regenerated silently.

Not for: other people's keys (`board.rules`). Invariants: `found` and `join` refuse a home that
has keys; secrets are readable by their owner alone and never printed.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from meshnode.board.invitation import InvitationFields, encode_invitation
from meshnode.board.profile import sign_certificate
from meshnode.node.invite import Invite, decode_invite, encode_invite
from meshnode.protocol.errors import LimitError, PeerError, StoreError
from meshnode.protocol.keys import CommunityId, PublicKey, SigningKey, community_id
from meshnode.protocol.object import Kind, SignedObject, compose, decode, lifetime_code_for
from meshnode.store.checked import exists_checked, read_checked, write_checked

INVITATION_MINUTES: Final = 365 * 1440
"""How long an invitation stays in the set, so that who joined by it can be verified."""
_NODE_FILE: Final = "node.json"
_ROOT_FILE: Final = "root.json"
_DIRECTORY_MODE: Final = 0o700


@dataclass(frozen=True, slots=True)
class Keyring:
    """Everything secret that a running node needs.

    `certificate` with `granted_min` is the signature by which the community vouches for the
    node; `invitation` is the object that certified the certifier, None for the founder.
    """

    key: SigningKey
    root_key: PublicKey
    network_key: bytes
    granted_min: int
    certificate: bytes
    invitation: SignedObject | None
    invite: str | None

    @property
    def community(self) -> CommunityId:
        """The community this node belongs to."""
        return community_id(self.root_key)

    def __repr__(self) -> str:
        return f"Keyring({self.key!r})"


def has_keys(directory: Path) -> bool:
    """Return whether keys are there, intact or not."""
    return exists_checked(directory / _NODE_FILE) or exists_checked(directory / _ROOT_FILE)


def found(directory: Path, minute: int) -> Keyring:
    """Make a new community and this node as its first member; write both to disk.

    Raises:
        LimitError: There are keys already.
        StoreError: The disk will not take them.
    """
    _prepare(directory)
    root_seed, node_seed, network_key = os.urandom(32), os.urandom(32), os.urandom(32)
    root, key = SigningKey(root_seed), SigningKey(node_seed)
    certificate = sign_certificate(root, community_id(root.public), key.public, minute)
    keyring = Keyring(key, root.public, network_key, minute, certificate, None, None)
    write_checked(directory / _ROOT_FILE, {"version": 1, "seed": root_seed.hex(), "sequence": 0})
    _write_node(directory, keyring, node_seed)
    return keyring


def join(directory: Path, invite_text: str, minute: int) -> Keyring:
    """Make this node a member of the community that the invite names; write it to disk.

    Raises:
        LimitError: There are keys already, or the invite is damaged or over.
        StoreError: The disk will not take them.
    """
    invite = decode_invite(invite_text)
    granted_min = max(minute, invite.invitation.created_min)
    if granted_min > invite.terms.valid_until_min:
        raise LimitError(
            "This invite is over, or this computer's clock is wrong. "
            "Check the date, or ask for a new one: meshnode invite."
        )
    _prepare(directory)
    seed = os.urandom(32)
    key = SigningKey(seed)
    community = community_id(invite.root_key)
    certificate = sign_certificate(SigningKey(invite.seed), community, key.public, granted_min)
    keyring = Keyring(
        key=key,
        root_key=invite.root_key,
        network_key=invite.network_key,
        granted_min=granted_min,
        certificate=certificate,
        invitation=invite.invitation,
        invite=encode_invite(invite),
    )
    _write_node(directory, keyring, seed)
    return keyring


def load(directory: Path) -> Keyring:
    """Return the keyring on disk.

    Raises:
        StoreError: It is not there or damaged in both copies.
    """
    fields = read_checked(directory / _NODE_FILE)
    try:
        invitation = fields["invitation"]
        return Keyring(
            key=SigningKey(bytes.fromhex(fields["seed"])),
            root_key=PublicKey(bytes.fromhex(fields["root_key"])),
            network_key=bytes.fromhex(fields["network_key"]),
            granted_min=int(fields["granted_min"]),
            certificate=bytes.fromhex(fields["certificate"]),
            invitation=decode(bytes.fromhex(invitation)) if invitation else None,
            invite=fields["invite"],
        )
    except (KeyError, TypeError, ValueError, PeerError) as error:
        raise StoreError(f"{directory / _NODE_FILE} was made by another version.") from error


def make_invite(directory: Path, *, minute: int, valid_minutes: int) -> tuple[str, int, bool]:
    """Return an invite, the minute until which it is valid, and whether it is a new one.

    The founder's node signs a new one; any other passes on the one it joined with.

    Raises:
        LimitError: The invite this node joined with is over; the message says what to do.
        StoreError: Keys cannot be read or written.
    """
    keyring = load(directory)
    if exists_checked(directory / _ROOT_FILE):
        return _sign_invite(directory, keyring, minute=minute, valid_minutes=valid_minutes)
    invite = decode_invite(keyring.invite or "")
    if invite.terms.valid_until_min < minute:
        raise LimitError(
            "The invite that this node joined with is over, and only the node that founded the "
            "community can make new ones: run `meshnode invite` there."
        )
    return encode_invite(invite), invite.terms.valid_until_min, False


def _sign_invite(
    directory: Path, keyring: Keyring, *, minute: int, valid_minutes: int
) -> tuple[str, int, bool]:
    valid_until_min = minute + valid_minutes
    seed = os.urandom(32)
    fields = InvitationFields(SigningKey(seed).public, valid_until_min)
    with _root(directory) as root_fields:
        root_fields["sequence"] += 1
        invitation = compose(
            key=SigningKey(bytes.fromhex(root_fields["seed"])),
            community=keyring.community,
            kind=Kind.INVITATION,
            body=encode_invitation(fields),
            sequence=root_fields["sequence"],
            created_min=minute,
            lifetime_code=lifetime_code_for(INVITATION_MINUTES),
        )
    invite = Invite(keyring.root_key, keyring.network_key, seed, invitation)
    return encode_invite(invite), valid_until_min, True


@contextmanager
def _root(directory: Path) -> Iterator[dict[str, Any]]:
    """Change the root's file under a lock, so that no sequence number is used twice."""
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fields = read_checked(directory / _ROOT_FILE)
        yield fields
        write_checked(directory / _ROOT_FILE, fields)


def _prepare(directory: Path) -> None:
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


def _write_node(directory: Path, keyring: Keyring, seed: bytes) -> None:
    invitation = keyring.invitation
    write_checked(
        directory / _NODE_FILE,
        {
            "version": 1,
            "seed": seed.hex(),
            "root_key": keyring.root_key.hex(),
            "network_key": keyring.network_key.hex(),
            "granted_min": keyring.granted_min,
            "certificate": keyring.certificate.hex(),
            "invitation": invitation.encoded.hex() if invitation else None,
            "invite": keyring.invite,
        },
    )
