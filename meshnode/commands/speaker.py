"""Whoever speaks through a node: an open identity, and the node that takes what it signs.

Not for: what is said. Invariants: keys stay in this process; the node gets signed bytes only; what
`publish` returned from is on the node's disk.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meshnode.commands.client import Client, escaped
from meshnode.commands.session import Session, json_option, pass_session
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.passphrase import ask_passphrase, passphrase_option
from meshnode.commands.trust.people import called

if TYPE_CHECKING:
    from meshnode.person.identity import Identity
    from meshnode.person.passphrase import Passphrase
    from meshnode.protocol.keys import CommunityId
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
        return self.lookup(self.identity.fingerprint.hex())

    @property
    def above(self) -> int:
        """The highest sequence number of this device that the node holds."""
        return self._last_sequence(self.identity.device.public.hex())

    @property
    def above_paper(self) -> int:
        """The highest sequence number of the identity key that the node holds."""
        return self._last_sequence(self.identity.public_key.hex())

    def member(self, name: str) -> dict[str, Any]:
        """Return the member with this name, or whose fingerprint begins so.

        Raises:
            Failure: There is none, or several.
        """
        document: dict[str, Any] = self.client.get(f"/members/{escaped(name)}")
        return document

    def lookup(self, fingerprint: str) -> dict[str, Any] | None:
        """Return the member with this fingerprint, as things stand now; None: there is none."""
        found = self.client.get(f"/members?revoked=true&name={fingerprint}")["members"]
        return next((one for one in found if one["fingerprint"] == fingerprint), None)

    def require_member(self) -> dict[str, Any]:
        """Return how the community sees whoever speaks, who may sign from now on.

        Raises:
            Failure: It does not know this identity, or trusts it no more.
        """
        known = self.community["id"]
        if self.me is None:
            raise Failure(
                "The community does not know this identity yet. Join it first: meshnode identity "
                "join.",
                code="not_allowed",
            )
        if self.me["is_revoked"]:
            raise Failure(
                "This identity was revoked: nobody takes what it signs. Ask a steward whether you "
                "may join again, with a new one.",
                code="not_allowed",
            )
        if self.identity.fields["community"] != known:
            self.identity.belong_to(_community_id(known))
        self.catch_up()
        return self.me

    def require_full(self) -> dict[str, Any]:
        """Return the same for somebody whose word counts for others.

        Raises:
            Failure: As `require_member`, or other members' word is all that it has, or the node has
                not heard yet that this device speaks for it.
        """
        me = self.require_member()
        if not me["is_full"]:
            raise Failure(
                "Your word does not count for others yet: for that a steward must certify you. "
                f"Ask one: {self.stewards()}.",
                code="not_allowed",
            )
        if all(one["key"] != self.identity.device.public.hex() for one in me["keys"]):
            raise Failure(
                "This node has not heard yet that this device is yours, so it would not take your "
                "word. Let it hear the others for a while, then try again.",
                code="not_allowed",
            )
        return me

    def require_steward(self) -> dict[str, Any]:
        """Return the same for a steward.

        Raises:
            Failure: As `require_member`, or it is no steward.
        """
        me = self.require_member()
        if not me["is_steward"]:
            raise Failure(
                f"Only a steward may do this, and you are not one. Ask one: {self.stewards()}.",
                code="not_allowed",
            )
        return me

    def catch_up(self) -> None:
        """Sign with higher numbers than all that the node holds of this device.

        An old backup of the vault would use numbers again.
        """
        fields = self.identity.fields
        fields["device_sequence"] = max(int(fields["device_sequence"]), self.above)
        fields["paper_sequence"] = max(int(fields["paper_sequence"]), self.above_paper)

    def _last_sequence(self, key: str) -> int:
        keys = self.me["keys"] if self.me else []
        return max((one["last_sequence"] or 0 for one in keys if one["key"] == key), default=0)

    def stewards(self) -> str:
        """Return the names of those who can help with roles and certificates."""
        some = self.community["charter"]["stewards"]
        return ", ".join(map(called, (one for one in some if one["stands"])))

    def publish(self, *things: "SignedObject") -> list[str]:
        """Hand signed objects to the node; return their ids once they are on its disk.

        Raises:
            Failure: The node's rules refuse one; those before it are there.
        """
        encoded = [encoded_text(one) for one in things]
        answer = self.client.post("/objects", {"objects": encoded})
        return [one["id"] for one in answer["objects"]]


def encoded_text(thing: "SignedObject") -> str:
    """Return an object in the API's form."""
    return urlsafe_b64encode(thing.encoded).decode().rstrip("=")


def decoded_object(text: str) -> "SignedObject":
    """Return the object that the API's form holds.

    Raises:
        PeerError: The node gave something else.
    """
    from meshnode.protocol.object import decode  # noqa: PLC0415  Slow.

    return decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


as_node_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--as-node",
    "is_as_node",
    is_flag=True,
    help="Let this node sign it, also where you have an identity.",
)


def signs_as_node(session: Session, *, is_as_node: bool) -> bool:
    """Return whether the node signs: it was asked to, or nobody has an identity here.

    An identity that was named must be there: else a wrong path would let the node speak.
    """
    if is_as_node:
        return True
    return not (session.has_chosen_identity or has_identity(session))


def speaks(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what everybody needs who speaks: session, passphrase and `--json`."""
    return passphrase_option(json_option(pass_session(function)))


def _community_id(digits: str) -> "CommunityId":
    from meshnode.protocol.keys import CommunityId  # noqa: PLC0415  Slow.

    return CommunityId(bytes.fromhex(digits))


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
    if not session.identity.is_dir():
        return False
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
