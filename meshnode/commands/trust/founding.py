"""Founding a community: the first steward's identity and the first node, made together.

Not for: the command (`init`). Imports what is slow; import it inside a command.
"""

import os

from meshnode.board.names import clean_name, encode_name
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import found as found_charter
from meshnode.commands.session import Session
from meshnode.node.home import Home, checked_name, require_empty
from meshnode.node.keyring import Keyring
from meshnode.node.settling import found_node
from meshnode.person.acts import certify
from meshnode.person.identity import DeviceSeed, Identity, new_fields
from meshnode.person.paper import SECRET_BYTES, PaperSecret
from meshnode.person.vault import create_vault, open_vault
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.object import SignedObject


def found(
    session: Session, home: Home, *, name: str, founder: str, community: str, minute: int
) -> Keyring:
    """Make the founder's identity, unattended, and the first node of a new community.

    Raises:
        LimitError: There is a node or an identity already, or a name is not right.
        StoreError: The disk will not take it.
    """
    require_empty(home)
    checked_name(name)
    encode_name(clean_name(community))
    paper = PaperSecret(os.urandom(SECRET_BYTES))
    fields = new_fields(
        clean_name(founder), IdentityClass.PERSON, paper, DeviceSeed(os.urandom(32))
    )
    home.directory.mkdir(parents=True, exist_ok=True)
    create_vault(session.identity, None, fields)
    with open_vault(session.identity) as vault:
        identity = Identity(vault)
        community_id, charter = found_charter(
            paper.identity_key(), clean_name(community), minute=minute, sequence=minute
        )
        identity.fields["paper_sequence"] = minute
        identity.belong_to(community_id)
        device = identity.announce_device(minute=minute)
        own = certify(
            identity,
            identity.public_key,
            identity.name,
            identity_class=IdentityClass.PERSON,
            minute=minute,
        )

        def vouch(key: PublicKey, node_name: str) -> SignedObject:
            return certify(
                identity, key, node_name, identity_class=IdentityClass.NODE, minute=minute
            )

        return found_node(
            home,
            name,
            community=community_id,
            charter=charter,
            vouchers=(device, own),
            certify=vouch,
        )
