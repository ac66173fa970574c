"""Inviting: an invitation that an identity signs, and the line that carries it.

Not for: the line's form (`board.invite`), who may invite (`board.membership`).
"""

import os
from dataclasses import dataclass

from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.invitation import InvitationFields
from meshnode.board.trust.invite import Invite
from meshnode.person.acts import invite
from meshnode.person.identity import Identity
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import SignedObject


@dataclass(frozen=True, slots=True)
class Place:
    """The community into which somebody is invited; `network_key` is 32 bytes."""

    network_key: bytes
    charter: SignedObject


@dataclass(frozen=True, slots=True)
class Handover:
    """An invitation, and the 32 bytes by which whoever has them joins."""

    seed: bytes
    invitation: SignedObject

    def __repr__(self) -> str:
        return f"Handover({self.invitation.id.hex()})"


def make_invitation(
    identity: Identity,
    *,
    identity_class: IdentityClass,
    valid_until_min: int,
    uses: int,
    minute: int,
) -> Handover:
    """Return a new invitation, signed; nobody has it yet.

    Raises:
        LimitError: The identity belongs to no community.
        StoreError: The vault cannot be saved.
    """
    seed = os.urandom(32)
    terms = InvitationFields(SigningKey(seed).public, valid_until_min, identity_class, uses)
    return Handover(seed, invite(identity, terms, minute=minute))


def make_invite(
    identity: Identity,
    place: Place,
    *,
    identity_class: IdentityClass,
    valid_until_min: int,
    uses: int,
    minute: int,
) -> Invite:
    """Return a new invite; its invitation is signed, and nobody has it yet.

    Raises:
        LimitError: The identity belongs to no community.
        StoreError: The vault cannot be saved.
    """
    made = make_invitation(
        identity,
        identity_class=identity_class,
        valid_until_min=valid_until_min,
        uses=uses,
        minute=minute,
    )
    announcement = identity.announcement
    return Invite(
        community=identity.community,
        network_key=place.network_key,
        seed=made.seed,
        charter=place.charter,
        vouchers=() if announcement is None else (announcement,),
        invitation=made.invitation,
    )
