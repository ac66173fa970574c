"""When a node says what it holds, how much of it, and when others have said it."""

from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.protocol.beacons import TELL_ANEW_MS, TOLD_TIMES
from meshnode.protocol.frames import BEACON_BYTES_MIN, Beacon, Objects, Partial, Scope
from meshnode.protocol.inventory import HOUR_MINUTES, Inventory
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.medium import LONG_FAST, MEDIUM_FAST, Modulation
from meshnode.protocol.neighbours import SIGN_OF_LIFE_MS
from meshnode.protocol.object import SignedObject
from meshnode.protocol.priority import Priority
from tests.community import (
    ANNA,
    BERT,
    CEM,
    DORA,
    HERE,
    MINUTE,
    RADIO_MEDIUM,
    Script,
    bulletin,
    drops,
    sized,
)
from tests.unit.protocol.radio_script import (
    FRAME_MS,
    HOUR_MS,
    MEMBERSHIPS,
    Hears,
    batch_of,
    beacon_of,
    beacons,
    hour_of,
    long_lived,
    meet,
    quiet,
    said,
    symbol_of,
    symbols,
    until,
)

INTERVAL_MAX_MS = 1_800_000
BEACON_MS = RADIO_MEDIUM.airtime_ms(BEACON_BYTES_MIN + 4)


def settled(hears: Hears) -> Script:
    """A node that has told these neighbours whom it hears, and knows whom they hear."""
    script = quiet()
    meet(script, hears)
    script.wait(2 * HOUR_MS)
    script.sent.clear()
    return script


def urgent_beacon(*alerts: SignedObject, hour: int) -> Beacon:
    """What a node says that holds these urgent objects."""
    inventory = Inventory()
    for alert in alerts:
        inventory.add(alert, Priority.URGENT)
    digest = inventory.urgent_digest(hour, 4)
    return Beacon(
        cutoff_hour=hour,
        depth=0,
        bucket=0,
        count=digest.count,
        check=digest.check,
        partials=(),
        syndromes=digest.syndromes,
        scope=Scope.URGENT,
    )


def beacons_beside(script: Script, *speakers: SigningKey, ms: int = 4 * HOUR_MS) -> list[Beacon]:
    """What it says while these say every few minutes that they hold the same."""
    for _ in range(ms // 240_000):
        for speaker in speakers:
            script.hear(beacon_of(hour=hour_of(script), syndromes=1), sender=speaker)
        script.wait(240_000)
    return beacons(script)


# How often and how much


def test_an_idle_node_speaks_a_few_times_an_hour_and_shortly() -> None:
    script = quiet()
    script.wait(4 * HOUR_MS)
    spoken = beacons(script)
    assert 4 <= len(spoken) <= 16
    assert all(len(one.syndromes) == 4 for one in spoken)


def test_own_lacks_are_asked_for_by_a_longer_beacon_soon() -> None:
    things = [long_lived(ANNA, f"Wasser {n}", sequence=n) for n in range(3)]
    script = quiet()
    script.hear(beacon_of(*things, hour=hour_of(script)))
    script.wait(30_000)
    assert len(beacons(script)) == 1
    assert len(beacons(script)[0].syndromes) >= 4 * 4


def test_who_lacks_something_yields_to_the_same_request_every_second_time() -> None:
    counts = []
    for is_asked_by_another in (False, True):
        script = settled({ANNA: EACH_OTHER, BERT: EACH_OTHER})
        script.hear(beacon_of(long_lived(ANNA, "Wasser"), hour=hour_of(script)), sender=ANNA)
        for _ in range(120):
            if is_asked_by_another:
                script.hear(beacon_of(hour=hour_of(script)), sender=BERT)
            script.wait(10_000)
        counts.append(len(beacons(script)))
    assert counts[1] >= 2
    assert counts[1] <= counts[0] // 2 + 1


def test_who_lacks_something_asks_for_it_at_least_every_few_minutes() -> None:
    script = quiet()
    script.hear(beacon_of(long_lived(ANNA, "Wasser"), hour=hour_of(script)))
    script.wait(1_200_000)
    assert 5 <= len(beacons(script)) <= 9


def test_it_does_not_ask_for_ever_for_what_nobody_has_any_more() -> None:
    script = quiet()
    script.hear(beacon_of(long_lived(ANNA, "Wasser"), hour=hour_of(script)))
    script.wait(2 * HOUR_MS)
    script.sent.clear()
    script.wait(2 * HOUR_MS)
    assert len(beacons(script)) <= 8


def test_it_does_not_ask_for_what_its_rules_refuse() -> None:
    script = quiet()
    refused = bulletin(ANNA, minutes=21 * 1440)
    script.hear(Objects((refused.encoded,)))
    script.wait(600_000)
    script.sent.clear()
    for _ in range(5):
        script.hear(beacon_of(refused, hour=hour_of(script)))
        script.wait(60_000)
    assert len(beacons(script)) <= 1


def test_a_bucket_that_is_equal_suppresses_nothing() -> None:
    script = quiet()
    script.submit(bulletin(HERE, minute=script.minute))
    inventory = Inventory()
    for thing in MEMBERSHIPS:
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
    assert beacons(script)


def test_a_beacon_by_a_clock_that_is_ahead_suppresses_nothing() -> None:
    script = Script(held=[bulletin(ANNA)])
    for _ in range(20):
        # Three days ahead only the memberships count, and those are equal.
        script.hear(beacon_of(hour=hour_of(script) + 72, syndromes=1))
        script.wait(1_000)
    script.wait(20_000)
    assert beacons(script)


def test_a_node_without_a_clock_understands_others_and_says_zero() -> None:
    script = Script(minute=0, is_synchronised=False)
    thing = long_lived(ANNA, "Wasser")
    assert drops(script.hear(beacon_of(thing, hour=MINUTE // HOUR_MINUTES))) == []
    script.wait(60_000)
    assert {one.cutoff_hour for one in beacons(script)} == {0}
    assert len(beacons(script)[0].syndromes) > 4


# Who need not speak


EACH_OTHER = (HERE, ANNA, BERT, CEM)


def spoken_alone(modulation: Modulation) -> tuple[int, float]:
    """How often somebody who hears nobody speaks in six quiet hours, and for which airtime."""
    medium = replace(RADIO_MEDIUM, modulation=modulation)
    script = quiet(medium=medium)
    script.wait(6 * HOUR_MS)
    return len(script.sent), sum(medium.airtime_ms(len(one.frame)) for one in script.sent)


def test_a_faster_channel_hears_more_beacons_for_the_same_share_of_it_at_most() -> None:
    count, airtime_ms = spoken_alone(LONG_FAST)
    assert 12 <= count <= 24
    fast_count, fast_airtime_ms = spoken_alone(MEDIUM_FAST)
    assert fast_count > 2 * count
    assert fast_airtime_ms < 1.2 * airtime_ms


def test_who_lacks_something_asks_sooner_on_a_faster_channel() -> None:
    pauses_ms = []
    for modulation in (LONG_FAST, MEDIUM_FAST):
        medium = replace(RADIO_MEDIUM, modulation=modulation)
        script = quiet(medium=medium)
        script.hear(beacon_of(bulletin(ANNA), hour=hour_of(script), syndromes=2), sender=ANNA)
        times_ms = []
        for _ in range(5):
            count = len(script.sent)
            until(script, lambda: len(script.sent) > count)  # noqa: B023
            times_ms.append(script.now_ms)
        pauses_ms.append(times_ms[-1] - times_ms[-2])
    slow_ms, fast_ms = pauses_ms
    assert 120_000 <= slow_ms <= 360_000
    assert fast_ms < slow_ms / 2


def test_who_hears_the_same_said_to_all_neighbours_stays_silent_but_for_signs_of_life() -> None:
    script = settled(dict.fromkeys((ANNA, BERT), EACH_OTHER))
    begin_ms = script.now_ms
    times_ms = []
    for number in range(6 * HOUR_MS // 60_000):
        count = len(script.sent)
        speaker = (ANNA, BERT)[number % 2]
        script.hear(beacon_of(hour=hour_of(script), syndromes=1), sender=speaker)
        script.wait(60_000)
        if len(script.sent) > count:
            times_ms.append(script.now_ms - begin_ms)
    assert 2 <= len(times_ms) <= 3
    gaps_ms = [later - one for one, later in pairwise(times_ms)]
    assert all(gap_ms >= SIGN_OF_LIFE_MS - 60_000 for gap_ms in gaps_ms)
    assert all(gap_ms <= SIGN_OF_LIFE_MS + 2 * INTERVAL_MAX_MS for gap_ms in gaps_ms)


@pytest.mark.parametrize(
    ("hears", "speakers", "is_silent"),
    [
        ({ANNA: EACH_OTHER, BERT: EACH_OTHER}, (ANNA,), True),
        # A bridge: nobody else tells Bert.
        ({ANNA: (HERE,), BERT: (HERE,)}, (ANNA,), False),
        ({ANNA: (HERE,), BERT: (HERE,)}, (ANNA, BERT), True),
        ({ANNA: (HERE, BERT), BERT: (HERE,)}, (ANNA,), True),
        ({ANNA: None, BERT: None}, (ANNA,), True),
        ({ANNA: EACH_OTHER, BERT: EACH_OTHER, DORA: (HERE, CEM)}, (ANNA, BERT), False),
        ({ANNA: EACH_OTHER}, (), False),
    ],
)
def test_only_who_adds_nothing_for_any_neighbour_is_silent(
    hears: Hears, speakers: tuple[SigningKey, ...], is_silent: bool
) -> None:
    script = settled(hears)
    spoken = beacons_beside(script, *speakers, ms=SIGN_OF_LIFE_MS)
    assert (len(spoken) <= 1) == is_silent
    assert is_silent or len(spoken) >= 3


def test_who_has_not_yet_said_whom_it_hears_does_not_stay_silent() -> None:
    script = quiet()
    spoken = beacons_beside(script, ANNA, ms=HOUR_MS)
    assert [one.hears for one in spoken if one.hears is not None] == [(ANNA.id[:2],)] * TOLD_TIMES


# Whom we hear


def listed(script: Script) -> list[tuple[bytes, ...]]:
    return [one.hears for one in beacons(script) if one.hears is not None]


def test_whom_it_hears_is_told_twice_and_then_not_until_it_changes() -> None:
    script = Script()
    script.wait(2 * HOUR_MS)
    assert listed(script) == [()] * TOLD_TIMES
    for present in ((ANNA,), (ANNA, BERT)):
        script.sent.clear()
        for _ in range(3):
            for key in present:
                script.hear(beacon_of(hour=hour_of(script)), sender=key)
            script.wait(HOUR_MS)
        ids = tuple(sorted(key.id[:2] for key in present))
        assert listed(script) == [ids] * TOLD_TIMES
        assert len(beacons(script)) > TOLD_TIMES


def test_whom_it_hears_is_told_anew_after_some_hours() -> None:
    script = settled({ANNA: None})
    for _ in range(2 * TELL_ANEW_MS // HOUR_MS):
        script.hear(beacon_of(hour=hour_of(script)), sender=ANNA)
        script.wait(HOUR_MS)
    assert listed(script) == [(ANNA.id[:2],)] * 2


# What is missing of batches


def test_a_beacon_names_what_is_unfinished_when_its_sender_is_through() -> None:
    things = [long_lived(ANNA, f"Wasser {n} " + "x" * 90, sequence=n) for n in range(8)]
    batch = batch_of(*things)
    script = quiet()
    script.hear(beacon_of(*things, hour=hour_of(script)), sender=ANNA)
    script.hear(symbol_of(batch, 1, 3), sender=ANNA)
    waited_ms = until(script, lambda: beacons(script))
    missing = batch.shape.data_count - 1
    assert beacons(script)[0].partials == (Partial(batch.shape.id, missing),)
    assert waited_ms >= 3 * FRAME_MS
    # The names say what is missing; the sketch only has to show that something is.
    assert len(beacons(script)[0].syndromes) <= 2 * 4


def test_what_is_unfinished_but_cannot_be_read_is_not_asked_for_while_nobody_holds_more() -> None:
    script = quiet()
    batch = batch_of(sized(ANNA, 1_000))
    script.hear(symbol_of(batch, 1, 0), sender=ANNA)
    script.wait(300_000)
    assert all(one.partials == () for one in beacons(script))


@pytest.mark.parametrize(("theirs", "is_silent"), [(6, True), (5, True), (4, False)])
def test_who_hears_as_much_of_the_same_batch_asked_for_stays_silent_once(
    theirs: int, is_silent: bool
) -> None:
    script = settled({BERT: EACH_OTHER, ANNA: EACH_OTHER})
    thing = sized(ANNA, 1_000)
    batch = batch_of(thing)
    script.hear(beacon_of(thing, hour=hour_of(script)), sender=ANNA)
    script.hear(symbol_of(batch, 1, 0), sender=ANNA)
    # Its sketch cannot be understood, what it names can.
    others = [long_lived(BERT, f"{n}", sequence=n) for n in range(6)]
    names = (Partial(batch.shape.id, theirs),)
    script.hear(beacon_of(*others, hour=hour_of(script), partials=names, syndromes=1), sender=BERT)
    script.wait(round(7 * FRAME_MS))
    assert (beacons(script) == []) == is_silent
    script.wait(600_000)
    assert beacons(script)[0].partials == (Partial(batch.shape.id, 5),)


# How soon after a change


def test_the_more_neighbours_the_later_the_first_beacon_after_a_change() -> None:
    waits_ms = []
    for keys in ((), (ANNA, BERT, CEM, DORA)):
        total_ms = 0
        for seed in range(6):
            script = quiet(seed=seed)
            for key in keys:
                script.hear(beacon_of(hour=hour_of(script)), sender=key)
            script.wait(2 * HOUR_MS)
            script.sent.clear()
            script.submit(bulletin(HERE, minute=script.minute))
            total_ms += until(script, partial(beacons, script))
        waits_ms.append(total_ms)
    assert 1.5 * waits_ms[0] < waits_ms[1] < 2.5 * waits_ms[0]


def test_what_all_neighbours_have_said_themselves_is_no_reason_to_speak_soon() -> None:
    for hears, is_soon in (({ANNA: EACH_OTHER}, False), ({ANNA: EACH_OTHER, BERT: None}, True)):
        script = settled(hears)
        for key in hears:
            script.hear(beacon_of(hour=hour_of(script)), sender=key)
        news = bulletin(ANNA, minute=script.minute)
        script.hear(Objects((news.encoded,)), sender=ANNA)
        script.wait(60_000)
        assert bool(beacons(script)) == is_soon


def test_after_a_batch_of_ours_those_who_lack_some_of_it_may_ask_first() -> None:
    for seed in range(5):
        script = quiet(seed=seed)
        script.submit(sized(HERE, 1_500))
        waited_ms = until(script, partial(beacons, script), within_ms=300_000)
        batch_ms = len(symbols(script)) * FRAME_MS
        # Half of the shortest interval: 12 beacons.
        assert waited_ms > batch_ms + 12 * BEACON_MS


# What cannot be understood


def confusing(script: Script, number: int) -> Beacon:
    """Somebody's beacon that differs from what we hold by more than it can say."""
    things = [long_lived(ANNA, f"Lüge {number} {n}", sequence=n) for n in range(6)]
    return beacon_of(*things, hour=hour_of(script), syndromes=2)


def test_a_liar_that_nobody_understands_does_not_keep_everybody_asking() -> None:
    hours_counts = []
    script = settled({ANNA: EACH_OTHER, BERT: EACH_OTHER})
    for number in range(4 * HOUR_MS // 20_000):
        if number % (HOUR_MS // 20_000) == 0:
            hours_counts.append(len(script.sent))
        script.hear(confusing(script, number), sender=ANNA)
        script.wait(20_000)
    per_hour = [later - one for one, later in pairwise(hours_counts)]
    # We wonder ever more rarely: in the end four times an hour, with three or four beacons each.
    assert per_hour[0] > per_hour[-1]
    assert per_hour[-1] <= 16


def test_who_says_something_sensible_is_wondered_about_again() -> None:
    script = settled({ANNA: EACH_OTHER, BERT: EACH_OTHER})
    for number in range(200):
        script.hear(confusing(script, number), sender=ANNA)
        script.wait(20_000)
    script.hear(beacon_of(hour=hour_of(script)), sender=ANNA)
    script.sent.clear()
    script.hear(confusing(script, 999), sender=ANNA)
    script.wait(60_000)
    assert beacons(script)


def test_whoever_else_cannot_be_understood_is_wondered_about_for_itself() -> None:
    script = settled({ANNA: EACH_OTHER, BERT: EACH_OTHER})
    for number in range(200):
        script.hear(confusing(script, number), sender=ANNA)
        script.wait(20_000)
    script.sent.clear()
    script.hear(confusing(script, 999), sender=BERT)
    script.wait(60_000)
    assert beacons(script)


def test_what_is_urgent_is_compared_by_itself_where_all_else_is_unclear() -> None:
    alert = long_lived(BERT, "Gas!", severity=Severity.EXTREME)
    things = [long_lived(BERT, f"Eintrag {n}", sequence=10 + n) for n in range(4)]
    script = quiet(held=[alert, *things])
    for number in range(3):
        script.hear(confusing(script, number), sender=ANNA)
        script.wait(30_000)
    scopes = [one.scope for one in beacons(script)]
    # Not in every one of them, although all three were unclear.
    assert scopes.count(Scope.URGENT) == 1
    about = beacons(script)[scopes.index(Scope.URGENT)]
    assert (about.count, about.depth, about.partials, about.hears) == (1, 0, (), None)
    # The one about everything follows.
    assert scopes[scopes.index(Scope.URGENT) + 1] is Scope.ALL


def test_who_lacks_an_alert_by_a_beacon_of_the_urgent_gets_it_and_nothing_else() -> None:
    alert = long_lived(BERT, "Gas!", severity=Severity.EXTREME)
    script = quiet(held=[alert, *[long_lived(BERT, f"E {n}", sequence=9 + n) for n in range(40)]])
    other = long_lived(CEM, "Sturm!", severity=Severity.EXTREME)
    script.hear(urgent_beacon(other, hour=hour_of(script)), sender=ANNA)
    script.wait(60_000)
    assert said(script) == [alert.encoded]


def test_who_hears_of_an_alert_that_it_lacks_asks_for_the_urgent_at_once() -> None:
    script = quiet()
    alert = long_lived(BERT, "Gas!", severity=Severity.EXTREME)
    script.hear(urgent_beacon(alert, hour=hour_of(script)), sender=ANNA)
    until(script, partial(beacons, script), within_ms=40_000)
    first = beacons(script)[0]
    assert (first.scope, first.count) == (Scope.URGENT, 0)


def test_a_beacon_of_the_urgent_that_is_equal_suppresses_nothing() -> None:
    script = settled({ANNA: EACH_OTHER})
    for _ in range(SIGN_OF_LIFE_MS // 240_000):
        script.hear(urgent_beacon(hour=hour_of(script)), sender=ANNA)
        script.wait(240_000)
    assert len(beacons(script)) >= 3
