"""How a node comes to belong: as the first of a community, or by an invite.

Not for: the steward's key, which signs what is handed in here and stays with its owner.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import certify, found, grant
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.invite import Invite
from meshnode.board.trust.role import Role, RoleFields
from meshnode.node.home import Home, checked_name, require_empty, set_up
from meshnode.node.keyring import Belonging, Keyring
from meshnode.protocol.keys import CommunityId, PublicKey, SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject, compose, lifetime_code_for

Certify = Callable[[PublicKey, str], SignedObject]
"""Returns the certificate with which a steward vouches for a key and a name."""


def found_node(
    home: Home,
    name: str,
    *,
    community: CommunityId,
    charter: SignedObject,
    vouchers: Sequence[SignedObject],
    certify: Certify,
) -> Keyring:
    """Make the first node of a community; `vouchers` vouch for the certificate's author.

    Raises:
        LimitError: There is a node already, or the name is not right.
        StoreError: The disk will not take it.
    """
    require_empty(home)
    cleaned = checked_name(name)
    seed = os.urandom(32)
    certificate = certify(SigningKey(seed).public, cleaned)
    introduction = (*vouchers, certificate)
    belonging = Belonging(community, os.urandom(32), charter, introduction)
    return set_up(home, name=cleaned, seed=seed, belonging=belonging)


def join_node(home: Home, name: str, invite: Invite, *, minute: int) -> Keyring:
    """Make a node that joins by an invite.

    Raises:
        LimitError: There is a node already, the name is not right, or the invite is over or for
            somebody else.
        StoreError: The disk will not take it.
    """
    require_empty(home)
    invite.require(IdentityClass.NODE)
    cleaned = checked_name(name)
    seed = os.urandom(32)
    introduction = invite.admit(SigningKey(seed).public, cleaned, minute=minute)
    belonging = Belonging(invite.community, invite.network_key, invite.charter, introduction)
    return set_up(home, name=cleaned, seed=seed, belonging=belonging)


@dataclass(slots=True)
class Founder:
    """The steward of a community that is there to be tried out, while it is being made."""

    key: SigningKey
    community: CommunityId
    minute: int
    sequence: int

    def certify(self, key: PublicKey, name: str, identity_class: IdentityClass) -> SignedObject:
        """Vouch for a key."""
        self.sequence += 1
        return certify(
            self.key,
            self.community,
            key,
            name,
            identity_class=identity_class,
            minute=self.minute,
            sequence=self.sequence,
        )

    def grant(self, key: PublicKey, role: Role) -> SignedObject:
        """Let somebody do more than every member may."""
        self.sequence += 1
        fields = RoleFields(role, fingerprint(key))
        return grant(self.key, self.community, fields, minute=self.minute, sequence=self.sequence)

    def invite(self, key: PublicKey, *, minutes: int) -> SignedObject:
        """Let one person in who has this key's secret, within so many minutes."""
        self.sequence += 1
        terms = InvitationFields(key, self.minute + minutes, IdentityClass.PERSON, uses=1)
        return compose(
            key=self.key,
            community=self.community,
            kind=Kind.INVITATION,
            body=encode_invitation(terms),
            sequence=self.sequence,
            created_min=self.minute,
            lifetime_code=lifetime_code_for(minutes),
        )


def settle(
    homes: Sequence[Home],
    names: Sequence[str],
    *,
    minute: int,
    people: Callable[[Founder], Sequence[SignedObject]] | None = None,
) -> SigningKey:
    """Make the nodes of a community that is there to be tried out; return its steward's key.

    Every node may warn, as a coordinator. `people` makes whoever else belongs to it, and returns
    what vouches for them; every node knows that from the beginning.

    Raises:
        LimitError, StoreError: As `found_node`.
    """
    steward = SigningKey(os.urandom(32))
    community, charter = found(steward, "Demo", minute=minute)
    founder = Founder(steward, community, minute, 1)
    network_key = os.urandom(32)
    others = people(founder) if people else ()
    for home, name in zip(homes, names, strict=True):
        seed = os.urandom(32)
        key = SigningKey(seed).public
        introduction = (
            founder.certify(key, checked_name(name), IdentityClass.NODE),
            founder.grant(key, Role.COORDINATOR),
            *others,
        )
        belonging = Belonging(community, network_key, charter, introduction)
        set_up(home, name=name, seed=seed, belonging=belonging)
    return steward
