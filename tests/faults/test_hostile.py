"""Thousands of hostile objects at every entrance: none gets in, and none is dear."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from meshnode.board import rules as rules_module
from meshnode.protocol import keys
from tests.community import Script
from tests.entrances import Door, Watch, doors, state
from tests.everykind import village
from tests.hostile import ATTACKS, Attack, welcome

OBJECTS = 10_000
ROUNDS_SWEEP = 20
"""Of so many objects each, every one with other dice: 200,000."""
WELCOME_SHARE = 0.01
BETWEEN_PAUSES = 60
"""As many may wait for their ground at once."""
VERIFICATIONS_MAX = 2
"""For one object by an outsider: once when it comes, once when it is given up."""
"""An object by a member who oversteps is evaluated when it comes and when it is given up."""
MEMORY_BYTES_MAX = 300_000
"""What a node may grow by over 5,000 hostile objects."""


@dataclass
class Work:
    """What hostile input made a node do."""

    verifications: int = 0
    evaluations: int = 0


@contextmanager
def counted() -> Iterator[Work]:
    """Count what is dear: signatures verified, and evaluations of who is who."""
    work = Work()
    evaluate = rules_module.evaluate

    class Counting:
        @staticmethod
        def from_public_bytes(data: bytes) -> Ed25519PublicKey:
            work.verifications += 1
            return Ed25519PublicKey.from_public_bytes(data)

    def counting(*arguments: Any) -> Any:
        work.evaluations += 1
        return evaluate(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "Ed25519PublicKey", Counting)
        patch.setattr(rules_module, "evaluate", counting)
        yield work


def node() -> Watch:
    """A node that holds the whole village, connected to a member."""
    watch = Watch.over(Script(members=(), held=village().things))
    for thing in village().gone:
        assert not watch.offer(Door.STREAM, thing.encoded)
    return watch


def storm(seed: int, count: int) -> Counter[tuple[str, str]]:
    """Let hostile objects come, and a few good ones; return how often each attack was tried."""
    dice = Random(f"storm {seed}")
    watch, tried, good = node(), Counter[tuple[str, str]](), 0
    before = state(watch.script)
    welcomed = set()
    for step in range(count):
        door = doors(dice)
        if dice.random() < WELCOME_SHARE:
            thing = welcome(good)
            good += 1
            welcomed.add(thing.id)
            assert watch.offer(door, thing.encoded), (door, good)
        else:
            attack = dice.choice(ATTACKS)
            encoded = attack.make(dice)
            tried[attack.name, door] += 1
            assert not watch.offer(door, encoded), (attack.name, door, encoded.hex())
        if step % BETWEEN_PAUSES == 0:
            watch.settle()
            assert watch.script.held == before.held | welcomed
    watch.settle()
    after = state(watch.script)
    assert after.standing == before.standing
    assert after.held == before.held | welcomed
    assert good > count * WELCOME_SHARE / 2
    return tried


def test_ten_thousand_hostile_objects_stay_outside_and_all_good_ones_get_in() -> None:
    tried = storm(0, OBJECTS)
    assert len(tried) == len(ATTACKS) * len(Door)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(1, ROUNDS_SWEEP + 1))
def test_two_hundred_thousand_hostile_objects_stay_outside(seed: int) -> None:
    storm(seed, OBJECTS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_each_attack_is_refused_for_its_own_reason_and_at_bounded_cost(attack: Attack) -> None:
    dice = Random(attack.name)
    watch = node()
    watch.refused.clear()
    tries = 40
    with counted() as work:
        for _ in range(tries):
            assert not watch.offer(doors(dice), attack.make(dice))
        watch.settle()
    assert set(watch.refused) <= attack.reasons
    assert watch.refused
    if not attack.is_inside:
        assert work.evaluations == 0
        assert work.verifications <= VERIFICATIONS_MAX * tries
    print(attack.name, watch.refused, work)
