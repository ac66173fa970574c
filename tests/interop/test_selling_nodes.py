"""Two real nodes over TLS: one sells what is asked for at the other, and passes units on to it."""

import asyncio
from pathlib import Path

from meshnode.board.capacity.ledger import State
from meshnode.board.capacity.slots import SlotsFields, encode_slots
from meshnode.board.capacity.timetable import Terms, Timetable
from meshnode.board.exchange.claim import ClaimFields, Step, encode_claim
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import certify
from meshnode.node.clock import Clock
from meshnode.node.daemon import RunningNode
from meshnode.node.home import Home
from meshnode.node.settling import settle
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.object import Kind, ShortId, SignedObject, compose, lifetime_code_for
from tests.community import ANNA, BERT, CEM
from tests.neighbourhood import configured, eventually, listening_url, running
from tests.patience import WIRE_S

NAMES = ("Rathaus", "Schule")


class People:
    """Anna, who opens, and Bert and Cem, who ask."""

    def __init__(self, steward: SigningKey, community: CommunityId, minute: int) -> None:
        self.community, self.minute, self.sequence = community, minute, 500
        self.certificates = [
            certify(
                steward,
                community,
                key.public,
                name,
                identity_class=IdentityClass.PERSON,
                minute=minute,
                sequence=900 + at,
            )
            for at, (key, name) in enumerate(((ANNA, "Anna"), (BERT, "Bert"), (CEM, "Cem")))
        ]

    def say(
        self, key: SigningKey, kind: Kind, said: tuple[int, bytes], parent: ShortId | None = None
    ) -> SignedObject:
        self.sequence += 1
        codec, body = said
        return compose(
            key=key,
            community=self.community,
            kind=kind,
            codec=codec,
            body=body,
            sequence=self.sequence,
            created_min=self.minute,
            lifetime_code=lifetime_code_for(3 * 1440),
            parent=parent,
        )

    def ask(self, key: SigningKey, thing: SignedObject) -> SignedObject:
        content = encode_claim(ClaimFields(Step.ASK, quantity=1))
        return self.say(key, Kind.CLAIM, content, thing.short_id)


def state(node: RunningNode, claim: SignedObject) -> State | None:
    found = {one.ask.id: one.standing.state for one in node.service.counter.claims()}
    return found.get(claim.id)


def seller(node: RunningNode, claim: SignedObject) -> list[str]:
    found = {one.ask.id: one.sellers for one in node.service.counter.claims()}
    return [one.name for one in found[claim.id]]


def test_a_node_sells_to_who_asks_elsewhere_and_then_the_other_one_by_itself(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        homes = [Home(tmp_path / name) for name in NAMES]
        steward = settle(homes, NAMES, minute=Clock().wall_minute())
        here, there = homes
        async with running(here, configured(here, listen="127.0.0.1:0")) as rathaus:
            url = await listening_url(rathaus)
            community = here.load_keyring().community
            people = People(steward, community, rathaus.service.voice.creation_minute())
            terms = Terms(4, rathaus.service.sales.own)
            content = encode_slots(SlotsFields(Timetable(people.minute + 60, 60, terms=terms)))
            thing = people.say(ANNA, Kind.SLOTS, content)
            first, second = people.ask(BERT, thing), people.ask(CEM, thing)
            async with running(there, configured(there, peers=[url])) as schule:
                handed_in = [one.encoded for one in (*people.certificates, thing, first)]
                await schule.service.exchange.submit(handed_in)
                await eventually(lambda: state(schule, first) is State.BOOKED, within_s=WIRE_S)
                assert seller(schule, first) == ["Rathaus"]
                view = rathaus.service.counter.thing(thing.short_id.hex())
                passed = await rathaus.service.passing.allot(
                    view.sold, schule.service.sales.own, units=2
                )
                assert passed.units == 2
                held = schule.service.exchange
                await eventually(
                    lambda: any(
                        one.free == 2 and one.name == "Schule"
                        for one in schule.service.counter.thing(thing.id.hex()).owners
                    ),
                    within_s=WIRE_S,
                )
                await held.submit([second.encoded])
                await eventually(lambda: state(rathaus, second) is State.BOOKED, within_s=WIRE_S)
                assert seller(rathaus, second) == ["Schule"]
                (fill,) = rathaus.service.counter.thing(thing.id.hex()).fills
                assert (fill.sold, fill.free, fill.held) == (2, 1, 1)

    asyncio.run(play())
