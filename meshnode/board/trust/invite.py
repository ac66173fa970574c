"""The invite: one line of text that lets another node or a person join the community.

It carries the community's id and charter, its network key, and an invitation with the secret that
goes with it: whoever holds the line may join until the invitation ends, and may read the
community's link keys. It is a key and is treated as one.
Source: docs/spec/trust.md section 3.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from meshnode.board.bodies import check_body
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.founding import certify
from meshnode.board.trust.invitation import InvitationFields, decode_invitation
from meshnode.protocol.cursor import Reader, block
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import COMMUNITY_ID_BYTES, CommunityId, PublicKey, SigningKey
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import Kind, SignedObject, decode

PREFIX: Final = "meshnode-invite-2:"
INVITE_CHARACTERS_MAX: Final = 2048
"""Longer than any invite; what is longer is something else pasted by mistake."""
VOUCHERS_MAX: Final = 2
"""Objects that vouch for whoever signed the invitation: its device, its certificate."""
_CHECK_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Invite:
    """What the line says.

    Shapes: `network_key` and `seed` are 32 bytes; `seed` is the secret of the key that the
    invitation names; `charter` is the one to trust; `vouchers` 0..2 objects.
    """

    community: CommunityId
    network_key: bytes
    seed: bytes
    charter: SignedObject
    vouchers: tuple[SignedObject, ...]
    invitation: SignedObject

    @property
    def terms(self) -> InvitationFields:
        """The invitation's fields."""
        return decode_invitation(self.invitation.codec, self.invitation.body)

    def admit(
        self, subject: PublicKey, name: str, *, minute: int, sequence: int = 1
    ) -> tuple[SignedObject, ...]:
        """Return all objects that make `subject` belong, the certificate last.

        Raises:
            LimitError: The name is outside its bounds, or the invitation is over.
        """
        created_min = max(minute, self.invitation.created_min)
        if created_min > self.terms.valid_until_min:
            raise LimitError(
                "This invite is over, or this computer's clock is wrong. "
                "Check the date, or ask for a new one: meshnode invite."
            )
        certificate = certify(
            SigningKey(self.seed),
            self.community,
            subject,
            name,
            identity_class=self.terms.identity_class,
            minute=created_min,
            sequence=sequence,
            invitation=self.invitation.short_id,
        )
        return (*self.vouchers, self.invitation, certificate)

    def require(self, identity_class: IdentityClass) -> None:
        """Refuse an invite for somebody of another class.

        Raises:
            LimitError: It is for another class; the message says for which.
        """
        if self.terms.identity_class is not identity_class:
            raise LimitError(
                f"This invite is for a {self.terms.identity_class.word}, not for a "
                f"{identity_class.word}. Ask for the right one: meshnode invite."
            )


def encode_invite(invite: Invite) -> str:
    """Return the line of text."""
    objects = (invite.charter, invite.invitation, *invite.vouchers)
    payload = (
        invite.community
        + invite.network_key
        + invite.seed
        + b"".join(block(one.encoded) for one in objects)
    )
    check = sha256(payload).digest()[:_CHECK_BYTES]
    return PREFIX + urlsafe_b64encode(payload + check).decode().rstrip("=")


def decode_invite(text: str) -> Invite:
    """Return what the line says; that the secret fits the invitation is verified.

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
    community = CommunityId(reader.take(COMMUNITY_ID_BYTES))
    network_key, seed = reader.take(32), reader.take(32)
    charter = decode(reader.block(bytes_max=OBJECT_BYTES_MAX))
    invitation = decode(reader.block(bytes_max=OBJECT_BYTES_MAX))
    vouchers: list[SignedObject] = []
    while reader.remaining and len(vouchers) < VOUCHERS_MAX:
        vouchers.append(decode(reader.block(bytes_max=OBJECT_BYTES_MAX)))
    reader.finish()
    if charter.kind != Kind.CHARTER or invitation.kind != Kind.INVITATION:
        raise PeerError("bad_kind", "an invite carries a charter and an invitation")
    if any(one.kind not in GOVERNANCE for one in vouchers):
        raise PeerError("bad_kind", "only authority vouches")
    for one in (charter, invitation, *vouchers):
        # Trusted from now on: a node whose charter cannot be read would not start.
        check_body(one)
    invite = Invite(community, network_key, seed, charter, tuple(vouchers), invitation)
    if SigningKey(seed).public != invite.terms.public_key:
        raise PeerError("bad_signature", "the secret does not belong to the invitation")
    return invite
