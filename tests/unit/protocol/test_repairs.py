"""When a node says what it holds, and how much of it."""

from dataclasses import replace

import pytest

from meshnode.board.bulletin import Severity
from meshnode.protocol.channel_load import (
    MEASUREMENT_MS,
    OTHERS_PAUSE_PERCENT,
    OTHERS_STOP_PERCENT,
)
from meshnode.protocol.effects import Drop, Effect, SaveSetting, Transmit
from meshnode.protocol.errors import CallerError
from meshnode.protocol.events import ChannelUtilisation, LinkUp, TransmitDone
from meshnode.protocol.frames import (
    FRAME_BYTES_MIN,
    Beacon,
    Objects,
    Partial,
    Symbol,
    symbol_room_bytes,
)
from meshnode.protocol.inventory import HOUR_MINUTES, Inventory
from meshnode.protocol.ledger import ORDINARY_SHARE, URGENT_SHARE, Ledger
from meshnode.protocol.medium import Outcome
from meshnode.protocol.object import SignedObject
from meshnode.protocol.outbox import Purpose
from meshnode.protocol.priority import Priority
from meshnode.protocol.radio import RadioLink
from meshnode.protocol.repairs import CUTOFF_HOURS_BEHIND_MAX, NEXT_FRAME_FRAMES
from meshnode.protocol.said import FREE_REPAIRS, REPAIR_BACKOFF_MS
from meshnode.protocol.transmitter import FLIGHT_MS_MAX, LEDGER_KEY, RETRY_MS
from tests.community import (
    ANNA,
    BERT,
    CEM,
    HERE,
    MEMBERS,
    MINUTE,
    RADIO,
    RADIO_MEDIUM,
    Script,
    bulletin,
    drops,
    profile,
    sized,
)

# Beacons and repairs


def test_an_idle_node_speaks_a_few_times_an_hour_and_shortly() -> None:
    script = quiet()
    script.wait(4 * HOUR_MS)
    spoken = beacons(script.sent)
    assert 4 <= len(spoken) <= 16
    assert all(len(one.syndromes) == 4 for one in spoken)


def test_who_hears_the_same_said_stays_silent() -> None:
    script = quiet()
    for _ in range(40):
        script.wait(240_000)
        script.hear(replace(beacon_of(hour=hour_of(script), syndromes=1)))
    assert len(beacons(script.sent)) <= 2


def test_what_a_neighbour_lacks_is_repaired_once() -> None:
    thing = long_lived(ANNA, "Wasser")
    script = quiet(held=[thing])
    script.hear(beacon_of(hour=hour_of(script)))
    script.wait(60_000)
    assert said(script) == [thing.encoded]


def test_a_repair_that_another_makes_first_is_left_to_it() -> None:
    thing = long_lived(ANNA, "Wasser")
    script = quiet(held=[thing])
    script.hear(beacon_of(hour=hour_of(script)))
    script.hear(Objects((thing.encoded,)), sender=BERT)
    script.wait(60_000)
    assert said(script) == []


def test_repairs_wait_while_another_speaks() -> None:
    things = [long_lived(ANNA, f"Wasser {n}" + "x" * 90, sequence=n) for n in range(2)]
    script = quiet(held=things)
    script.hear(beacon_of(hour=hour_of(script)))
    for _ in range(10):
        script.hear(Objects((things[0].encoded,)), sender=BERT)
        script.wait(round(NEXT_FRAME_FRAMES * FRAME_MS))
        assert said(script) == []
    script.wait(60_000)
    assert said(script) == [things[1].encoded]


def test_one_domain_of_five_draws_five_different_turns() -> None:
    # Whoever has the first turn speaks before the second one's begins, a frame later.
    thing = long_lived(ANNA, "Wasser")
    begin_ms = []
    for number in range(30):
        script = quiet(held=[thing])
        for other in (BERT, CEM):
            script.hear(beacon_of(thing, hour=hour_of(script), syndromes=1), sender=other)
        for _ in range(number):
            script.hear(beacon_of(thing, hour=hour_of(script), syndromes=1), sender=ANNA)
        asked_ms = script.now_ms
        script.hear(beacon_of(hour=hour_of(script)), sender=ANNA)
        while not said(script):
            script.wait(10)
        begin_ms.append((script.now_ms - asked_ms) // round(1.3 * FRAME_MS))
    assert set(begin_ms) == {0, 1, 2}


def test_own_lacks_are_asked_for_by_a_longer_beacon_soon() -> None:
    things = [long_lived(ANNA, f"Wasser {n}", sequence=n) for n in range(3)]
    script = quiet()
    script.hear(beacon_of(*things, hour=hour_of(script)))
    script.wait(30_000)
    assert len(beacons(script.sent)) == 1
    assert len(beacons(script.sent)[0].syndromes) >= 4 * 4


def test_who_lacks_something_yields_to_the_same_request_once() -> None:
    script = quiet()
    script.hear(beacon_of(long_lived(ANNA, "Wasser"), hour=hour_of(script)))
    for _ in range(80):
        script.hear(beacon_of(hour=hour_of(script)), sender=BERT)
        script.wait(10_000)
    assert len(beacons(script.sent)) >= 2


def test_who_lacks_something_asks_for_it_at_least_every_few_minutes() -> None:
    script = quiet()
    script.hear(beacon_of(long_lived(ANNA, "Wasser"), hour=hour_of(script)))
    script.wait(1_200_000)
    assert 5 <= len(beacons(script.sent)) <= 9


def test_it_does_not_ask_for_ever_for_what_nobody_has_any_more() -> None:
    script = quiet()
    script.hear(beacon_of(long_lived(ANNA, "Wasser"), hour=hour_of(script)))
    script.wait(2 * HOUR_MS)
    script.sent.clear()
    script.wait(2 * HOUR_MS)
    assert len(beacons(script.sent)) <= 8


def test_it_does_not_ask_for_what_its_rules_refuse() -> None:
    script = quiet()
    refused = bulletin(ANNA, minutes=21 * 1440)
    script.hear(Objects((refused.encoded,)))
    script.wait(600_000)
    script.sent.clear()
    for _ in range(5):
        script.hear(beacon_of(refused, hour=hour_of(script)))
        script.wait(60_000)
    assert len(beacons(script.sent)) <= 1


def test_a_bucket_that_is_equal_suppresses_nothing() -> None:
    script = quiet()
    script.submit(bulletin(HERE, minute=script.minute))
    inventory = Inventory()
    for thing in PROFILES:
        inventory.add(thing, Priority.ORDINARY)
    hour = hour_of(script)
    for bucket in range(8):
        digest = inventory.bucket_digest(hour, depth=3, bucket=bucket, syndrome_count=4)
        script.hear(
            Beacon(
                cutoff_hour=hour,
                depth=3,
                bucket=bucket,
                count=digest.count,
                check=digest.check,
                partials=(),
                syndromes=digest.syndromes,
            )
        )
    script.wait(120_000)
    assert beacons(script.sent)


def test_a_beacon_by_a_clock_that_is_ahead_suppresses_nothing() -> None:
    script = Script(held=[bulletin(ANNA)])
    for _ in range(20):
        # Three days ahead only the profiles count, and those are equal.
        script.hear(beacon_of(hour=hour_of(script) + 72, syndromes=1))
        script.wait(1_000)
    script.wait(20_000)
    assert beacons(script.sent)


def test_a_beacon_by_a_clock_too_far_behind_is_counted_and_not_compared() -> None:
    script = quiet(held=[long_lived(ANNA, "Wasser")])
    hour = hour_of(script)
    assert drops(script.hear(beacon_of(hour=hour - CUTOFF_HOURS_BEHIND_MAX - 1))) == ["beacon_time"]
    script.wait(60_000)
    assert said(script) == []
    assert drops(script.hear(beacon_of(hour=hour - CUTOFF_HOURS_BEHIND_MAX))) == []
    script.wait(60_000)
    assert len(said(script)) == 1


def test_a_node_without_a_clock_is_helped_with_all_it_lacks() -> None:
    thing = long_lived(ANNA, "Wasser")
    script = quiet(held=[thing])
    script.hear(beacon_of(hour=0))
    script.wait(60_000)
    assert said(script) == [thing.encoded]


def test_a_node_without_a_clock_understands_others_and_says_zero() -> None:
    script = Script(minute=0, is_synchronised=False)
    thing = long_lived(ANNA, "Wasser")
    assert drops(script.hear(beacon_of(thing, hour=MINUTE // HOUR_MINUTES))) == []
    script.wait(60_000)
    assert {one.cutoff_hour for one in beacons(script.sent)} == {0}
    assert len(beacons(script.sent)[0].syndromes) > 4


def test_every_further_repair_of_one_object_waits_longer() -> None:
    thing = long_lived(ANNA, "Wasser")
    script = quiet(held=[thing])
    script.wait(10_000)
    gaps_ms = []
    last_ms = script.now_ms
    while len(gaps_ms) < FREE_REPAIRS + 4:
        count = len(said(script))
        script.hear(beacon_of(hour=hour_of(script)))
        script.wait(5_000)
        if len(said(script)) > count:
            gaps_ms.append(script.now_ms - last_ms)
            last_ms = script.now_ms
    assert max(gaps_ms[:FREE_REPAIRS]) < REPAIR_BACKOFF_MS
    assert gaps_ms[-1] > 3 * REPAIR_BACKOFF_MS


