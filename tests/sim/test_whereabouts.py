"""Whatever a node says of others' sets is true, whatever happens to them."""

import pytest

from meshnode.protocol.holdings import State
from tests.sim.claims import MINUTE_MS, Claims

GATE_SEEDS = range(50)
SWEEP_SEEDS = range(50, 600)
WIRES = 3


def played(seed: int, *, hours: float = 1.5, calm_hours: float = 0.5) -> Claims:
    claims = Claims(seed, wires=seed % WIRES)
    claims.start()
    claims.run(hours)
    claims.calm(calm_hours)
    assert not claims.false, f"seed {seed}: {len(claims.false)} false claims: {claims.false[:3]}"
    return claims


def test_no_node_ever_claims_of_another_what_is_not_so():
    counts = dict.fromkeys(State, 0)
    for seed in GATE_SEEDS:
        for state, count in played(seed).counts.items():
            counts[state] += count
    # Who claims nothing is never wrong, so that must not be how it is done.
    assert counts[State.HOLDS] > 4 * counts[State.UNKNOWN]
    assert counts[State.LACKS] > 1000


@pytest.mark.sweep
@pytest.mark.parametrize("seed", SWEEP_SEEDS)
def test_longer_days_bring_no_false_claim(seed):
    played(seed, hours=6, calm_hours=6)


@pytest.mark.parametrize("seed", range(6))
def test_after_hours_of_calm_all_that_is_claimed_is_so_now(seed):
    assert played(seed, calm_hours=5).untrue_now() == []


@pytest.mark.parametrize("seed", range(4))
def test_who_lost_its_disk_is_not_said_to_have_anything_once_it_has_spoken(seed):
    claims = Claims(seed, wires=0)
    claims.start()
    posted = [claims.world.nodes["n3"].post(f"Wasser {number}") for number in range(5)]
    claims.calm(3)
    engine = claims.world.nodes["n1"].engine
    lost = claims.world.nodes["n2"]

    def state(thing):
        (one,) = [one for one in engine.holders(thing) if one.neighbour == lost.key.id[:2]]
        return one

    assert {state(thing).state for thing in posted} == {State.HOLDS}
    claims.lose_disk(lost)
    heard_ms = claims.world.now_ms
    beacons = claims.beacons_ms
    assert claims.world.run_until(
        lambda: beacons.get(("n1", lost.key.id[:2]), 0) > heard_ms,
        limit_ms=30 * MINUTE_MS,
        step_ms=100,
    )
    claims.check()
    assert claims.false == []
    now = {state(thing).state for thing in posted if thing not in lost.ids}
    assert State.HOLDS not in now
    claims.calm(3)
    assert {state(thing).state for thing in posted} == {State.HOLDS}
    assert claims.false == []
