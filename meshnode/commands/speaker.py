"""Whoever speaks through a node: an open identity, and the node that takes what it signs.

Not for: what is said. Invariants: keys stay in this process; the node gets signed bytes only; what
`publish` returned from is on the node's disk.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meshnode.commands.client import Client, escaped
from meshnode.commands.failures import Failure
from meshnode.commands.passphrase import ask_passphrase
from meshnode.commands.session import Session

if TYPE_CHECKING:
    from meshnode.person.identity import Identity
    from meshnode.person.passphrase import Passphrase
    from meshnode.protocol.object import SignedObject


class Speaker:
    """An identity and a node, for the length of a command."""

    def __init__(self, identity: "Identity", client: Client) -> None:
        self.identity = identity
        self.client = client

    @cached_property
    def community(self) -> dict[str, Any]:
        """What the node says about the community.

        Raises:
            Failure: The node serves another community, or does not know what time it is.
        """
        document: dict[str, Any] = self.client.get("/community")
        known = self.identity.fields["community"]
        if known not in (None, document["id"]):
            raise Failure(
                "This node belongs to another community than this identity. Give the right --home "
                "or --identity.",
                code="not_allowed",
            )
        if not document["clock_known"]:
            raise Failure(
                "This node does not know what time it is, so nothing should be signed now. Set "
                "its clock (sudo timedatectl set-time 'YYYY-MM-DD HH:MM').",
                code="not_allowed",
            )
        return document

    @property
    def minute(self) -> int:
        """The minute to write on what is signed now."""
        return int(self.community["minute"])

    @cached_property
    def me(self) -> dict[str, Any] | None:
        """How the community sees this identity; None: it does not know it."""
        fingerprint = self.identity.fingerprint.hex()
        found = self.client.get(f"/members?revoked=true&name={fingerprint}")["members"]
        return found[0] if found else None

    @property
    def above(self) -> int:
        """The highest sequence number of this device that the node holds."""
        device = self.identity.device.public.hex()
        keys = self.me["keys"] if self.me else []
        return max((one["last_sequence"] for one in keys if one["key"] == device), default=0)

    def member(self, name: str) -> dict[str, Any]:
        """Return the member with this name, or whose fingerprint begins so.

        Raises:
            Failure: There is none, or several.
        """
        document: dict[str, Any] = self.client.get(f"/members/{escaped(name)}")
        return document

    def publish(self, *things: "SignedObject") -> list[str]:
        """Hand signed objects to the node; return their ids once they are on its disk.

        Raises:
            Failure: The node's rules refuse one; those before it are there.
        """
        encoded = [urlsafe_b64encode(one.encoded).decode().rstrip("=") for one in things]
        answer = self.client.post("/objects", {"objects": encoded})
        return [one["id"] for one in answer["objects"]]


@contextmanager
def speaking(session: Session, passphrase_file: Path | None = None) -> Iterator[Speaker]:
    """Open whoever speaks, for the length of the block.

    Raises:
        Failure: There is no identity.
        LimitError, StoreError: It does not open.
    """
    # Slow, and only needed by whoever signs.
    from meshnode.person.identity import Identity  # noqa: PLC0415
    from meshnode.person.vault import open_vault  # noqa: PLC0415

    passphrase = passphrase_for(session, passphrase_file)
    with open_vault(session.identity, passphrase) as vault:
        yield Speaker(Identity(vault), session.client)


def has_identity(session: Session) -> bool:
    """Return whether somebody can speak."""
    from meshnode.person.vault import mode_of  # noqa: PLC0415

    return mode_of(session.identity) is not None


def passphrase_for(session: Session, file: Path | None) -> "Passphrase | None":
    """Return what opens the identity, asked for if it must be.

    Raises:
        Failure: There is no identity, or nobody to ask.
    """
    from meshnode.person.vault import mode_of  # noqa: PLC0415
    from meshnode.person.vaultfile import Mode  # noqa: PLC0415

    mode = mode_of(session.identity)
    if mode is None:
        raise Failure(
            f"There is no identity in {session.identity}, so nobody can speak here. Make one: "
            f"{session.command('identity new --name NAME')}",
            code="not_found",
        )
    return ask_passphrase(file) if mode is Mode.PASSPHRASE else None
