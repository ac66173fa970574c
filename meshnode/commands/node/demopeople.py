"""Anna, Eva and Bert, who live in the demo: their keys lie in files, never in the nodes.

Not for: real people. Their vaults are unattended. Imports what is slow; import it inside a command.
"""

import os
from collections.abc import Iterator, Sequence

from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.role import Role
from meshnode.commands.session import IDENTITY_NAME
from meshnode.node.home import Home
from meshnode.node.settling import Founder
from meshnode.person.identity import DeviceSeed, Identity, new_fields
from meshnode.person.paper import SECRET_BYTES, PaperSecret
from meshnode.person.vault import create_vault, open_vault
from meshnode.protocol.object import SignedObject


def make_people(homes: Sequence[Home], founder: Founder) -> list[SignedObject]:
    """Make Anna at the first home and Bert at the last; return their papers.

    Anna coordinates, moderates, and passes on official alerts.

    If there is a home between them, Eva lives at the second one and coordinates, too: what takes
    two can be tried.

    Raises:
        StoreError: The disk will not take them.
    """
    anna = list(_person(homes[0], "Anna", founder))
    bert = list(_person(homes[-1], "Bert", founder))
    eva = [one for home in homes[1:-1][:1] for one in _person(home, "Eva", founder)]
    return [*anna, *eva, *bert]


def _person(home: Home, name: str, founder: Founder) -> Iterator[SignedObject]:
    directory = home.directory / IDENTITY_NAME
    home.directory.mkdir(parents=True, exist_ok=True)
    paper = PaperSecret(os.urandom(SECRET_BYTES))
    seed = DeviceSeed(os.urandom(32))
    create_vault(directory, None, new_fields(name, IdentityClass.PERSON, paper, seed))
    with open_vault(directory) as vault:
        identity = Identity(vault)
        identity.belong_to(founder.community)
        yield founder.certify(identity.public_key, name, IdentityClass.PERSON)
        if name in ("Anna", "Eva"):
            yield founder.grant(identity.public_key, Role.COORDINATOR)
        if name == "Anna":
            yield founder.grant(identity.public_key, Role.MODERATOR)
            yield founder.grant(identity.public_key, Role.IMPORTER)
        yield identity.announce_device(minute=founder.minute)
