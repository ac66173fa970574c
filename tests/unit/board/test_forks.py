"""One key, one number, two objects: kept, found and told."""

import asyncio
from pathlib import Path

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.trust.forks import Fork, forks
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import Kind, SignedObject, compose
from tests.community import (
    ANNA,
    BERT,
    DORA,
    HERE,
    INVITED,
    ROOT,
    Script,
    bulletin,
    certificate,
    invitation,
    signing_key,
)
from tests.everykind import PERSON, PHONE, device, revocation
from tests.unit.api.apinode import ApiNode, api_node

ONE, OTHER = (bulletin(PHONE, text, sequence=7) for text in ("Tor auf", "Tor zu"))
GROUND = (
    certificate(ANNA, name="Anna", sequence=20, identity_class=PERSON),
    certificate(BERT, name="Bert", sequence=21, identity_class=PERSON),
    device(ANNA, PHONE),
)


def forks_at(script: Script) -> list[Fork]:
    held = [one.object for one in script.engine.held.values()]
    found = forks(held, script.rules.author_of)
    # Scripts let the steward sign many things under the number one.
    return [fork for fork in found if fork.key != ROOT.id]


def test_both_sides_of_a_fork_are_kept_in_either_order_and_found() -> None:
    found = []
    for order in ((ONE, OTHER), (OTHER, ONE)):
        script = Script(members=(HERE,), held=GROUND)
        for thing in order:
            script.submit(thing)
        assert {ONE.id, OTHER.id} <= script.held
        found.append(forks_at(script))
    [fork] = found[0]
    assert found[0] == found[1]
    assert fork.author.fingerprint == fingerprint(ANNA.public)
    assert (fork.key, fork.sequence) == (PHONE.id, 7)
    assert fork.ids == tuple(sorted((ONE.id, OTHER.id)))


def test_a_fork_ends_when_the_key_is_revoked() -> None:
    script = Script(members=(HERE,), held=[*GROUND, ONE, OTHER])
    assert forks_at(script)
    script.submit(revocation(ANNA, PHONE))
    assert forks_at(script) == []


def test_two_keys_with_the_same_number_and_two_hands_on_an_invitation_are_no_fork() -> None:
    door = invitation()
    friends = [
        certificate(signing_key(name), certifier=INVITED, sequence=1, invitation=door.short_id)
        for name in ("one", "another")
    ]
    held = [*GROUND, door, *friends, ONE, bulletin(BERT, "Tor zu", sequence=7)]
    script = Script(members=(HERE, DORA), held=held)
    assert all(one.id in script.held for one in held)
    assert forks_at(script) == []


def test_a_fork_is_said_in_the_status_and_does_not_make_the_node_ill(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await here.take(here.certificate(ANNA, "Anna"), *_twice(here))
            [problem] = (await here.get("/status"))["problems"]
            assert problem.startswith(f"The key {ANNA.id.hex()} of Anna signed 2 different objects")
            status, _ = await here.ask("GET", "/health")
            assert status == 200

    asyncio.run(play())


def _twice(here: ApiNode) -> list[SignedObject]:
    bodies = [
        encode_bulletin(BulletinFields(text, None, "water", Severity.INFO))
        for text in ("Tor auf", "Tor zu")
    ]
    return [
        compose(
            key=ANNA,
            community=here.community,
            kind=Kind.BULLETIN,
            codec=codec,
            body=body,
            sequence=7,
            created_min=here.minute,
            lifetime_code=4,
        )
        for codec, body in bodies
    ]
