"""The invite: one line of text that lets another node join the community.

It carries the community's root key, its network key, the root's signed invitation and the secret
that goes with it: whoever holds the line may join until the invitation ends, and may read the
community's link keys. It is a key and is treated as one.
Source: docs/spec/trust.md.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from meshnode.board.invitation import InvitationFields, decode_invitation
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import PublicKey, SigningKey, community_id, is_acceptable
from meshnode.protocol.object import Kind, SignedObject, decode

PREFIX: Final = "meshnode-invite-1:"
INVITE_CHARACTERS_MAX: Final = 1024
"""Longer than any invite; what is longer is something else pasted by mistake."""
_CHECK_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Invite:
    """What the line says.

    Shapes: `network_key` and `seed` are 32 bytes; `seed` is the secret of the key that the
    invitation names.
    """

    root_key: PublicKey
    network_key: bytes
    seed: bytes
    invitation: SignedObject

    @property
    def terms(self) -> InvitationFields:
        """The invitation's fields."""
        return decode_invitation(self.invitation.codec, self.invitation.body)


def encode_invite(invite: Invite) -> str:
    """Return the line of text."""
    payload = invite.root_key + invite.network_key + invite.seed + invite.invitation.encoded
    check = sha256(payload).digest()[:_CHECK_BYTES]
    return PREFIX + urlsafe_b64encode(payload + check).decode().rstrip("=")


def decode_invite(text: str) -> Invite:
    """Return what the line says, its signatures verified.

    Raises:
        LimitError: The text is not an invite, or was damaged on its way.
    """
    line = "".join(text.split())
    if not line.startswith(PREFIX) or len(line) > INVITE_CHARACTERS_MAX:
        raise LimitError(
            f"This is not an invite: it begins with {PREFIX!r}. "
            "Ask for one: meshnode invite, on a node of the community."
        )
    encoded = line.removeprefix(PREFIX)
    try:
        data = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        payload, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
        if sha256(payload).digest()[:_CHECK_BYTES] != check:
            raise PeerError("damaged", "checksum")
        return _parse(payload)
    except (Base64Error, ValueError, PeerError) as error:
        raise LimitError(
            "The invite is damaged: a part is missing or was mistyped. Copy the whole line again."
        ) from error


def _parse(payload: bytes) -> Invite:
    reader = Reader(payload)
    root_key = PublicKey(reader.take(32))
    network_key, seed = reader.take(32), reader.take(32)
    invitation = decode(reader.rest())
    is_by_root = is_acceptable(root_key) and invitation.is_signed_by(
        root_key, community_id(root_key)
    )
    if invitation.kind != Kind.INVITATION or not is_by_root:
        raise PeerError("bad_signature", "the invitation is not by the community's root key")
    invite = Invite(root_key, network_key, seed, invitation)
    if SigningKey(seed).public != invite.terms.public_key:
        raise PeerError("bad_signature", "the secret does not belong to the invitation")
    return invite
