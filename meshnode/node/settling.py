"""How a node comes to belong: as the first of a community, or by an invite.

Not for: the steward's key, which signs what is handed in here and stays with its owner.
"""

import os
from collections.abc import Callable, Sequence

from meshnode.board.certificate import IdentityClass
from meshnode.board.founding import certify, found, grant
from meshnode.board.invite import Invite
from meshnode.board.role import Role, RoleFields
from meshnode.node.home import Home, checked_name, require_empty, set_up
from meshnode.node.keyring import Belonging, Keyring
from meshnode.protocol.keys import CommunityId, PublicKey, SigningKey, fingerprint
from meshnode.protocol.object import SignedObject

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


def settle(homes: Sequence[Home], names: Sequence[str], *, minute: int) -> SigningKey:
    """Make the nodes of a community that is there to be tried out; return its steward's key.

    Every node may warn, as a coordinator.

    Raises:
        LimitError, StoreError: As `found_node`.
    """
    steward = SigningKey(os.urandom(32))
    community, charter = found(steward, "Demo", minute=minute)
    network_key = os.urandom(32)
    for number, (home, name) in enumerate(zip(homes, names, strict=True)):
        seed = os.urandom(32)
        key = SigningKey(seed).public
        certificate = certify(
            steward,
            community,
            key,
            checked_name(name),
            identity_class=IdentityClass.NODE,
            minute=minute,
            sequence=2 + 2 * number,
        )
        role = grant(
            steward,
            community,
            RoleFields(Role.COORDINATOR, fingerprint(key)),
            minute=minute,
            sequence=3 + 2 * number,
        )
        belonging = Belonging(community, network_key, charter, (certificate, role))
        set_up(home, name=name, seed=seed, belonging=belonging)
    return steward
