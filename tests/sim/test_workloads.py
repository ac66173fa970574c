"""What neighbours ask of five nodes on one lossy channel."""

import pytest

from meshnode.board.trust.accounts import SPEAKER_DAY_MAX
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.sim import topology
from meshnode.sim.channel import Path
from meshnode.sim.streams import stream
from meshnode.sim.world import World

HOUR_MS = 3_600_000
ORDINARY_BUDGET_MS = 144_000
NAMES = ["n0", "n1", "n2", "n3", "n4"]
WORDS = ("Wasser", "Strom", "Suppe", "heute", "morgen", "Nordmarkt", "bitte", "bringt", "Decken")


def text_of(dice, length):
    """Return words of about this many characters, 60 to 300."""
    words = ""
    while len(words) < length:
        words += dice.choice(WORDS) + dice.choice((" ", ", ", " und ", f" {dice.randrange(99)} "))
    return words[:length]


@pytest.mark.parametrize("seed", range(3))
def test_twenty_bulletins_reach_all_five_at_a_loss_of_a_fifth_within_the_budget(seed):
    world = World(seed, NAMES)
    topology.full(world.channel, NAMES, Path(snr_db=5, loss=0.2))
    world.start()
    dice = stream(seed, "texts")
    posted = [world.nodes["n0"].post(text_of(dice, dice.randrange(60, 301))) for _ in range(20)]
    assert world.run_until(lambda: world.holds_all(posted), limit_ms=HOUR_MS, step_ms=500)
    for name, airtime_ms in world.channel.counters.airtime_ms.items():
        assert airtime_ms <= ORDINARY_BUDGET_MS, f"{name} is over its budget"
    for node in world.nodes.values():
        rules = world.rules()
        for one in sorted(
            node.disk.objects.values(), key=lambda thing: thing.kind not in GOVERNANCE
        ):
            assert type(rules.judge(one)).__name__ == "Accepted", "it does not verify"
            rules.learn(one)


@pytest.mark.parametrize("layout", [topology.line, topology.star])
def test_nodes_that_hear_each_other_only_through_others_come_to_hold_the_same(layout):
    names = [f"n{index}" for index in range(6)]
    world = World(4, names)
    layout(world.channel, names, Path(snr_db=5, loss=0.2))
    world.start(acquainted=False)
    world.run_for(HOUR_MS / 4)
    posted = [world.nodes[name].post(f"from {name}") for name in names]
    assert world.run_until(lambda: world.holds_all(posted), limit_ms=8 * HOUR_MS, step_ms=5_000)


def test_a_newcomer_is_filled_with_everything_that_five_hold():
    world = World(6, [*NAMES, "new"])
    topology.full(world.channel, [*NAMES, "new"], Path(snr_db=5, loss=0.1))
    world.start()
    world.nodes["new"].crash()
    posted = [world.nodes["n0"].post(f"Eintrag {n}", minutes=7 * 1440) for n in range(60)]
    others = [world.nodes[name] for name in NAMES]
    for node in others:
        for one in posted:
            node.disk.objects[one] = world.nodes["n0"].disk.objects[one]
        node.crash()
        node.start()
    world.nodes["new"].disk.objects.clear()
    world.nodes["new"].start()
    assert world.run_until(lambda: world.holds_all(posted), limit_ms=12 * HOUR_MS, step_ms=10_000)


def test_two_radio_islands_with_one_wire_between_them_hold_the_same():
    names = ["a1", "a2", "b1", "b2"]
    world = World(8, names)
    for island in (names[:2], names[2:]):
        topology.full(world.channel, island, Path(snr_db=5, loss=0.2))
    world.start(acquainted=False)
    wire = world.wire("a2", "b1")
    posted = [world.nodes[name].post(f"from {name}") for name in names]
    assert world.run_until(lambda: world.holds_all(posted), limit_ms=4 * HOUR_MS, step_ms=5_000)
    wire.cut()
    late = world.nodes["a1"].post("while the wire was cut")
    world.run_for(HOUR_MS)
    assert not world.holds_all([late])
    wire.join()
    assert world.run_until(lambda: world.holds_all([late]), limit_ms=4 * HOUR_MS, step_ms=5_000)


def test_what_a_stream_costs_follows_the_difference_and_not_the_set():
    world = World(9, ["a", "b"], has_radios=False)
    world.start()
    wire = world.wire("a", "b")
    for number in range(1_000):
        if number % SPEAKER_DAY_MAX == 0:
            world.run_for(24 * HOUR_MS)
        world.nodes["a"].post(f"Eintrag {number}", minutes=7 * 1440)
    assert len(world.nodes["a"].ids) == 1_004
    assert world.run_until(world.is_converged, limit_ms=60_000, step_ms=100)
    wire.cut()
    new = [world.nodes["b"].post(f"new {number}") for number in range(5)]
    before = wire.bytes_carried
    wire.join()
    assert world.run_until(world.is_converged, limit_ms=60_000, step_ms=100)
    missing = sum(len(world.nodes["b"].disk.objects[one].encoded) for one in new)
    everything = sum(len(one.encoded) for one in world.nodes["b"].disk.objects.values())
    assert missing < wire.bytes_carried - before < missing + 4_000 < everything / 10
