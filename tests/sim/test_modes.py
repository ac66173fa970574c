"""A mode in a small world: two people flip it, half of the nodes are lost, all is as before."""

from collections.abc import Iterator
from hashlib import blake2s

import pytest

from meshnode.board.mail.circle import CircleFields, CircleId, CirclePolicy, encode_circle
from meshnode.board.modes.effects import pace_in
from meshnode.board.modes.force import in_force, proposals
from meshnode.board.modes.mode import Mode, ModeFields, ModeHead, encode_mode
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import certify, grant
from meshnode.board.trust.role import Role, RoleFields
from meshnode.protocol.events import Paced, Submitted
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject, compose, lifetime_code_for
from meshnode.protocol.pace import Pace, usual_pace
from meshnode.protocol.priority import Priority
from meshnode.sim import topology
from meshnode.sim.channel import Path
from meshnode.sim.world import Node, World

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
NAMES = [f"n{index}" for index in range(6)]
HALF = NAMES[3:]
PEOPLE = {
    name: SigningKey(blake2s(name.encode()).digest())
    for name in ("eva, coordinator", "mo, coordinator")
}
EVA, MO = PEOPLE.values()


def keep_pace(world: World) -> None:
    """Do on every node what the daemon does every few seconds: nothing is remembered here."""
    for node in world.nodes.values():
        if node.engine is not None:
            minute = node.engine.common.clock.minute(world.now_ms)
            pace = pace_in(in_force(proposals(node.rules, minute=minute)).mode)
            if pace != node.engine.pace:
                node.handle(Paced(pace))


def live(world: World, ms: int) -> None:
    for _ in range(ms // MINUTE_MS):
        world.run_for(MINUTE_MS)
        keep_pace(world)


def settings(world: World, names: list[str]) -> Iterator[tuple[Pace, tuple[float, float]]]:
    """Yield all that a mode may change on each node."""
    for name in names:
        engine = world.nodes[name].engine
        assert engine is not None
        yield engine.pace, engine.common.ledger.shares


def ranks(world: World, name: str) -> dict[bytes, int]:
    engine = world.nodes[name].engine
    assert engine is not None
    return {thing: held.rank for thing, held in engine.held.items()}


def signed(
    world: World, key: SigningKey, head: ModeHead, *, sequence: int, minutes: int
) -> SignedObject:
    codec, body = encode_mode(ModeFields(head))
    parent = None if head.proposal is None else head.proposal[:4]
    return compose(
        key=key,
        community=world.community,
        kind=Kind.MODE,
        body=body,
        codec=codec,
        sequence=sequence,
        created_min=world.minute,
        lifetime_code=lifetime_code_for(minutes),
        parent=parent,  # type: ignore[arg-type]
    )


def peopled(seed: int) -> World:
    world = World(seed, NAMES)
    topology.full(world.channel, NAMES, Path(snr_db=5))
    world.start()
    first = world.nodes[NAMES[0]]
    for at, (name, key) in enumerate(PEOPLE.items()):
        certificate = certify(
            world.steward,
            world.community,
            key.public,
            name,
            identity_class=IdentityClass.PERSON,
            minute=world.minute,
            sequence=900 + at,
        )
        fields = RoleFields(Role.COORDINATOR, fingerprint(key.public))
        role = grant(world.steward, world.community, fields, minute=world.minute, sequence=910 + at)
        first.handle(Submitted(certificate))
        first.handle(Submitted(role))
    world.share_disks()
    return world


def listed_circle(world: World) -> SignedObject:
    """Something that waits in an outage."""
    policy = CirclePolicy(is_open=True, has_history=False)
    return compose(
        key=EVA,
        community=world.community,
        kind=Kind.CIRCLE,
        body=encode_circle(CircleFields(CircleId(b"chor"), policy, "Chor")),
        sequence=5,
        created_min=world.minute,
        lifetime_code=lifetime_code_for(7 * 1440),
    )


def say(
    world: World, mode: Mode, *, sequence: int, minutes: int, at: tuple[Node, Node]
) -> SignedObject:
    """Eva proposes at one node, Mo confirms at another once it has come there."""
    one = signed(world, EVA, ModeHead(mode), sequence=sequence, minutes=minutes)
    at[0].handle(Submitted(one))
    assert world.run_until(lambda: one.id in at[1].ids, limit_ms=HOUR_MS, step_ms=5_000)
    head = ModeHead(mode, proposal=one.id)
    at[1].handle(Submitted(signed(world, MO, head, sequence=sequence, minutes=minutes)))
    return one


@pytest.mark.parametrize("seed", range(2))
def test_after_an_outage_with_half_of_the_nodes_lost_all_settings_are_as_before(seed: int) -> None:
    world = peopled(seed)
    nodes = world.nodes
    waiting = listed_circle(world)
    nodes["n1"].handle(Submitted(waiting))
    live(world, 30 * MINUTE_MS)
    before, ranks_before = list(settings(world, NAMES)), ranks(world, "n1")
    assert before == [(usual_pace(), (0.04, 0.08))] * len(NAMES)

    outage = say(world, Mode.OUTAGE, sequence=10, minutes=720, at=(nodes["n0"], nodes["n2"]))
    live(world, 20 * MINUTE_MS)
    flipped = list(settings(world, NAMES))
    assert flipped == [(pace_in(Mode.OUTAGE), (0.06, 0.08))] * len(NAMES)
    assert ranks(world, "n1")[waiting.id] == Priority.BULK

    for name in HALF:
        nodes[name].crash()
    live(world, HOUR_MS)
    kept = [name for name in NAMES if name not in HALF]
    say(world, Mode.NORMAL, sequence=11, minutes=720, at=(nodes["n0"], nodes["n2"]))
    live(world, 20 * MINUTE_MS)
    assert list(settings(world, kept)) == before[: len(kept)]

    for name in HALF:
        nodes[name].start()
    keep_pace(world)
    unaware = next(iter(settings(world, HALF)))
    assert unaware[0] == pace_in(Mode.OUTAGE), "they do not know better yet"
    live(world, 2 * HOUR_MS)
    assert list(settings(world, NAMES)) == before
    assert ranks_before[waiting.id] == Priority.ORDINARY
    assert {one: ranks(world, "n1")[one] for one in ranks_before} == ranks_before
    live(world, 12 * HOUR_MS)
    assert outage.id not in nodes["n1"].ids, "it is over"
    assert list(settings(world, NAMES)) == before


def test_a_mode_that_nobody_renews_ends_by_itself_on_every_node() -> None:
    world = peopled(5)
    nodes = world.nodes
    before = list(settings(world, NAMES))
    say(world, Mode.DISRUPTED, sequence=10, minutes=60, at=(nodes["n0"], nodes["n2"]))
    live(world, 15 * MINUTE_MS)
    assert list(settings(world, NAMES)) != before
    world.channel.partition(NAMES[:3], HALF)
    live(world, 61 * MINUTE_MS)
    assert list(settings(world, NAMES)) == before
