"""People and nodes of a village that are there when a story begins: nobody types an invite.

How somebody comes to belong is another story (`test_neighbourhood_story`).
"""

import os
from collections.abc import Mapping, Sequence

from meshnode.board.trust.certificate import IdentityClass
from meshnode.node.clock import Clock
from meshnode.node.home import Home
from meshnode.node.settling import Founder, settle
from meshnode.person.identity import DeviceSeed, Identity, new_fields
from meshnode.person.paper import PaperSecret
from meshnode.person.vault import create_vault, open_vault
from meshnode.protocol.object import SignedObject
from tests.interop.village import Person, Village
from tests.patience import AIR_S


def settled(town: Village, people: Mapping[str, str]) -> dict[str, Person]:
    """Make all nodes of a village, and who lives there: people by the place that they use."""
    (town.directory / "nodes").mkdir()
    living = {name: town.person(name, place) for name, place in people.items()}
    homes = [Home(one.home) for one in town.places.values()]

    def let_in(founder: Founder) -> Sequence[SignedObject]:
        return [thing for one in living.values() for thing in _member(one, founder)]

    settle(homes, list(town.places), minute=Clock().wall_minute(), people=let_in)
    return living


async def known_everywhere(town: Village, people: Mapping[str, Person]) -> None:
    """Return once every node knows everybody and every node."""
    wanted = set(people) | set(town.places)
    for name in town.places:
        reader = town.person("a reader", name)
        await reader.until(
            lambda found: {one["name"] for one in found} >= wanted,
            *("member", "list"),
            within_s=AIR_S,
        )


def _member(person: Person, founder: Founder) -> tuple[SignedObject, SignedObject]:
    """Make somebody's identity; return the word for it, and what announces its device."""
    person.directory.parent.mkdir(exist_ok=True)
    fields = new_fields(
        *(person.name, IdentityClass.PERSON),
        *(PaperSecret(os.urandom(16)), DeviceSeed(os.urandom(32))),
    )
    create_vault(person.directory, None, fields)
    with open_vault(person.directory) as vault:
        identity = Identity(vault)
        identity.belong_to(founder.community)
        certificate = founder.certify(identity.public_key, person.name, IdentityClass.PERSON)
        return certificate, identity.announce_device(minute=founder.minute)
