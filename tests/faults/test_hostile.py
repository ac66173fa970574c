"""Thousands of hostile objects at every entrance: none gets in, and none is dear."""

import gc
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from meshnode.board import rules as rules_module
from meshnode.board.trust import community as community_module
from meshnode.board.trust.permissions import Action, Office
from meshnode.protocol import keys
from meshnode.protocol import said as said_module
from meshnode.protocol.batch import compose
from meshnode.protocol.common import REFUSED_MAX
from meshnode.protocol.effects import CloseLink, Drop, Transmit
from meshnode.protocol.events import FrameReceived, LinkDown, LinkUp
from meshnode.protocol.frames import (
    Beacon,
    Hello,
    Objects,
    RadioBody,
    RadioCodec,
    Symbol,
    encode_stream,
)
from meshnode.protocol.keys import VERIFIED_MAX, verify
from meshnode.protocol.limits import OBJECT_BYTES_MAX, WAITING_OBJECTS_MAX
from meshnode.protocol.neighbours import NEIGHBOURS_MAX
from tests.community import ANNA, MINUTE, NETWORK_KEY, RADIO, RADIO_MEDIUM, Script, signing_key
from tests.entrances import SETTLING_MS, STRANGER, WIRE, Door, Watch, come, doors, state, stream
from tests.everykind import KIOSK, said, village
from tests.hostile import ATTACKS, Attack, some_valid, welcome

OBJECTS = 10_000
ROUNDS_SWEEP = 20
"""Of so many objects each, every one with other dice: 200,000."""
WELCOME_SHARE = 0.01
BETWEEN_PAUSES = 60
"""As many may wait for their ground at once."""
VERIFICATIONS_MAX = 2
"""For one object by an outsider: once when it comes, once when it is given up."""
MEMORY_BYTES_MAX = 150_000
"""What a node may grow by over 1,000 hostile objects, its tables being full."""


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
        for module in (community_module, rules_module):
            patch.setattr(module, "evaluate", counting)
        yield work


def node() -> Watch:
    """A node that holds the whole village, connected to a member."""
    watch = Watch.over(Script(members=(), held=village().things))
    for thing in village().gone:
        assert not watch.offer(Door.STREAM, thing.encoded)
    return watch


def village_node() -> Script:
    return Script(members=(), held=village().things)


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
        offered = {attack.make(dice) for _ in range(tries)}
        for encoded in sorted(offered):
            assert not watch.offer(doors(dice), encoded)
        watch.settle()
    assert set(watch.refused) <= attack.reasons
    assert sum(watch.refused.values()) >= len(offered)
    assert work.evaluations == 0
    assert work.verifications <= VERIFICATIONS_MAX * tries


def test_the_storm_would_be_seen_on_a_node_that_does_not_verify(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("meshnode.protocol.object.verify", lambda *_: True)
    with pytest.raises(AssertionError):
        storm(0, 500)


def test_the_storm_would_be_seen_on_a_node_where_everybody_may_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everybody = dict.fromkeys(Action, frozenset(Office))
    monkeypatch.setattr(rules_module, "PERMISSIONS", everybody)
    with pytest.raises(AssertionError):
        storm(0, 500)


def test_hostile_objects_leave_no_memory_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    # The one table that 1,800 objects would not fill.
    monkeypatch.setattr(said_module, "REMEMBERED_MAX", 256)
    dice = Random("memory")
    script = node().script

    def attack(count: int) -> None:
        for step in range(count):
            come(script, doors(dice), dice.choice(ATTACKS).make(dice))
            if step % BETWEEN_PAUSES == 0:
                script.wait(SETTLING_MS)
                script.sent.clear()

    tracemalloc.start()
    try:
        # Tables fill up to their bounds first.
        attack(1_800)
        gc.collect()
        before_bytes, _ = tracemalloc.get_traced_memory()
        attack(1_000)
        gc.collect()
        after_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after_bytes - before_bytes < MEMORY_BYTES_MAX


def test_every_table_that_strangers_fill_is_bounded() -> None:
    dice = Random("tables")
    watch = node()
    engine = watch.script.engine
    held = len(engine.held)
    for number in range(3 * REFUSED_MAX):
        stranger = signing_key(f"stranger {number}")
        thing = said(stranger, sequence=number)
        come(watch.script, dice.choice((Door.RADIO, Door.STREAM, Door.HELLO)), thing.encoded)
        frame = Objects((said(ANNA, sequence=number).encoded[:-1] + b"?",))
        watch.script.hear(frame, sender=stranger)
    assert len(engine.held) == held
    assert engine._ingress.waiting_count <= WAITING_OBJECTS_MAX
    assert len(engine.common.refused) <= REFUSED_MAX
    assert len(engine.contacts[RADIO].neighbours.all()) <= NEIGHBOURS_MAX
    assert len(engine.contacts) == 1
    assert set(engine.peers) == {KIOSK.public}
    assert set(engine.links) == {RADIO, WIRE}
    assert verify.cache_info().currsize <= VERIFIED_MAX
    assert len(engine.common.drops) < 10


def test_frames_that_are_not_of_the_community_change_nothing_on_the_air() -> None:
    quiet, harassed = village_node(), village_node()
    dice = Random("frames")
    strange = RadioCodec(bytes(32), ANNA.id)
    known = RadioCodec(NETWORK_KEY, ANNA.id)
    for number in range(3_000):
        thing = some_valid(dice)
        beacon = Beacon(MINUTE // 60, 0, 0, number % 99, number % 7, (), dice.randbytes(8))
        body = dice.choice((Objects((thing.encoded,)), beacon))
        frame = dice.choice(
            (
                strange.seal(number, body),
                _spoilt(known.seal(number, body), dice),
                dice.randbytes(dice.randrange(1, 230)),
            )
        )
        # Nothing that the node decides or draws may depend on it.
        effects = harassed(FrameReceived(RADIO, frame, snr_db=5.0))
        assert all(isinstance(effect, Drop) for effect in effects)
        for script in (quiet, harassed):
            script.wait(3_600)
    assert harassed.sent == quiet.sent
    assert harassed.sent, "three hours without a beacon prove nothing"
    assert set(harassed.engine.common.drops) <= {"wrong_mac", "foreign_frame", "truncated"}


def test_a_stranger_on_a_stream_gets_one_greeting_and_moves_nothing_on_the_air() -> None:
    quiet, harassed = village_node(), village_node()
    dice = Random("streams")
    for _ in range(200):
        quiet.wait(60_000)
        harassed.wait(60_000)
        effects = harassed(LinkUp("guest", stream(STRANGER)))
        brought = [dice.choice(ATTACKS).make(dice) for _ in range(3)]
        # A longer one spoils the whole greeting, and no greeting is hung up on after a while.
        attack = Hello(MINUTE // 60, tuple(one for one in brought if len(one) <= OBJECT_BYTES_MAX))
        effects += harassed(FrameReceived("guest", encode_stream(attack)))
        effects += harassed(FrameReceived("guest", encode_stream(attack)))
        greeting = [one for one in effects if isinstance(one, Transmit) and one.link == "guest"]
        assert len(greeting) == 1
        assert any(isinstance(one, CloseLink) for one in effects)
        harassed(LinkDown("guest"))
    on_air = [[one.frame for one in some.sent if one.link == RADIO] for some in (quiet, harassed)]
    assert on_air[0] == on_air[1]
    assert on_air[0], "three hours without a beacon prove nothing"


@pytest.mark.parametrize("sort", ["objects", "symbols"])
@pytest.mark.parametrize("senders", [1, 50])
def test_what_nobody_vouches_for_gets_no_answer_even_with_the_network_key(
    sort: str, senders: int
) -> None:
    script = village_node()
    heard_bytes = _harass(script, sort, senders)
    # Nobody is asked about, and nothing is passed on, that nobody vouches for.
    assert _sent_bytes(script) < heard_bytes / 50


@pytest.mark.parametrize("senders", [1, 50])
def test_made_up_beacons_cost_no_more_than_the_budget_of_the_air(senders: int) -> None:
    script = village_node()
    heard_bytes = _harass(script, "beacons", senders)
    ledger = script.engine.common.ledger
    budget_ms = ledger.budget_ms(RADIO_MEDIUM, is_urgent=False)
    assert 0 < ledger.spent_ms(script.now_ms) <= budget_ms
    # Beacons ask for something, so they are answered; that cannot be had for less.
    assert _sent_bytes(script) < 2 * heard_bytes


def _harass(script: Script, sort: str, senders: int) -> int:
    """Let frames come of senders who know the network key, for half an hour; return the bytes."""
    dice = Random(f"{sort} {senders}")
    codecs = [
        RadioCodec(NETWORK_KEY, signing_key(f"claims to be {number}").id)
        for number in range(senders)
    ]
    heard_bytes = 0
    for number in range(300):
        frame = codecs[number % senders].seal(number, _nonsense(sort, number, dice))
        heard_bytes += len(frame)
        script(FrameReceived(RADIO, frame, snr_db=5.0))
        script.wait(6_000)
    return heard_bytes


def _sent_bytes(script: Script) -> int:
    return sum(len(one.frame) for one in script.sent if one.link == RADIO)


def _nonsense(sort: str, number: int, dice: Random) -> RadioBody:
    match sort:
        case "objects":
            return Objects((said(STRANGER, sequence=number).encoded,))
        case "symbols":
            batch = compose([said(STRANGER, sequence=number).encoded + dice.randbytes(300)], 184)
            return Symbol(batch.shape, 0, 1, batch.data[0])
        case _:
            syndromes = dice.randbytes(4 * dice.randrange(1, 9))
            check = dice.randrange(2**16)
            return Beacon(MINUTE // 60, 0, 0, dice.randrange(99), check, (), syndromes)


def _spoilt(frame: bytes, dice: Random) -> bytes:
    bit = dice.randrange(8 * len(frame))
    data = bytearray(frame)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)
