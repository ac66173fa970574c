"""One radio link: what is said, when, at which price, and what overhearing changes."""

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
from meshnode.protocol.frames import FRAME_BYTES_MIN, Beacon, Fragment, Objects, Partial, RadioBody
from meshnode.protocol.inventory import HOUR_MINUTES, Inventory
from meshnode.protocol.ledger import ORDINARY_SHARE, URGENT_SHARE, Ledger
from meshnode.protocol.medium import Outcome
from meshnode.protocol.object import ShortId, SignedObject
from meshnode.protocol.outbox import Purpose
from meshnode.protocol.priority import Priority
from meshnode.protocol.radio import (
    CUTOFF_HOURS_BEHIND_MAX,
    FLIGHT_MS_MAX,
    FREE_REPAIRS,
    LEDGER_KEY,
    NEXT_FRAME_FRAMES,
    REPAIR_BACKOFF_MS,
    RETRY_MS,
    RadioLink,
)
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

HOUR_MS = 3_600_000
FRAME_MS = RADIO_MEDIUM.airtime_ms(200)
PROFILES = [profile(key) for key in MEMBERS]


def quiet(**options: object) -> Script:
    """A node that has nothing to say any more and has just been silent for a while."""
    script = Script(**options)  # type: ignore[arg-type]
    script.wait(2 * HOUR_MS)
    script.sent.clear()
    return script


def link(script: Script) -> RadioLink:
    radio = script.engine.links[RADIO]
    assert isinstance(radio, RadioLink)
    return radio


def beacon_of(
    *objects: SignedObject,
    syndromes: int = 8,
    hour: int = MINUTE // HOUR_MINUTES,
    partials: tuple[Partial, ...] = (),
) -> Beacon:
    """What a node says that holds the members' profiles and these objects."""
    inventory = Inventory()
    for thing in (*PROFILES, *objects):
        inventory.add(thing, Priority.ORDINARY)
    digest = inventory.digest(hour, syndromes)
    return Beacon(
        cutoff_hour=hour,
        depth=0,
        bucket=0,
        count=digest.count,
        check=digest.check,
        partials=partials,
        syndromes=digest.syndromes,
    )


def hour_of(script: Script) -> int:
    return script.minute // HOUR_MINUTES


def said(script: Script) -> list[bytes]:
    """Every whole object that was said."""
    return [
        one
        for body in script.bodies(script.sent)
        if isinstance(body, Objects)
        for one in body.encoded
    ]


def beacons(effects: list[Transmit] | list[Effect]) -> list[Beacon]:
    return [body for body in Script().bodies(effects) if isinstance(body, Beacon)]


def fragments(bodies: list[RadioBody]) -> list[int]:
    return [body.index for body in bodies if isinstance(body, Fragment)]


def long_lived(key: object, text: str, **options: object) -> SignedObject:
    return bulletin(key, text, minutes=7 * 1440, **options)  # type: ignore[arg-type]


# What is said at once


def test_an_own_post_leaves_at_once_and_the_account_is_saved_first() -> None:
    script = quiet()
    effects = script.submit(bulletin(HERE, minute=script.minute))
    tail = effects[-2:]
    assert isinstance(tail[0], SaveSetting)
    assert tail[0].key == LEDGER_KEY
    assert isinstance(tail[1], Transmit)
    assert tail[1].priority is Priority.ORDINARY


def test_an_alert_is_marked_urgent_for_the_radio() -> None:
    script = quiet()
    alert = bulletin(HERE, severity=Severity.EXTREME, minute=script.minute)
    (sent,) = [one for one in script.submit(alert) if isinstance(one, Transmit)]
    assert sent.priority is Priority.URGENT


def test_one_frame_is_in_flight_at_a_time_and_the_rest_is_packed() -> None:
    script = quiet()
    posts = [bulletin(HERE, f"Brot {n}", sequence=n, minute=script.minute) for n in range(4)]
    for post in posts:
        script.submit(post)
    assert len(script.sent) == 1
    script.wait(20_000)
    assert sorted(said(script)) == sorted(post.encoded for post in posts)
    bodies = [body for body in script.bodies(script.sent) if isinstance(body, Objects)]
    assert [len(body.encoded) for body in bodies] == [1, 2, 1]


def test_an_alert_overtakes_what_was_waiting() -> None:
    script = quiet()
    for sequence in range(5):
        script.submit(bulletin(HERE, "Strom " * 30, sequence=sequence, minute=script.minute))
    alert = bulletin(HERE, "Weg hier!", sequence=9, severity=Severity.SEVERE, minute=script.minute)
    script.submit(alert)
    script.wait(4_000)
    assert said(script)[1] == alert.encoded


def test_what_came_over_this_radio_is_repeated_only_if_it_is_urgent() -> None:
    script = quiet()
    script.hear(Objects((bulletin(ANNA, minute=script.minute).encoded,)))
    alert = bulletin(BERT, severity=Severity.SEVERE, minute=script.minute)
    script.hear(Objects((alert.encoded,)))
    script.wait(60_000)
    assert said(script) == [alert.encoded]


def test_an_alert_that_another_repeats_first_is_not_repeated() -> None:
    script = quiet()
    alert = bulletin(BERT, severity=Severity.SEVERE, minute=script.minute)
    script.hear(Objects((alert.encoded,)), sender=BERT)
    script.hear(Objects((alert.encoded,)), sender=ANNA)
    script.wait(60_000)
    assert said(script) == []


# The answers of the radio


def test_what_the_radio_had_no_room_for_is_said_again_and_costs_nothing() -> None:
    script = quiet()
    before_ms = script.engine.common.ledger.spent_ms(script.now_ms)
    script.outcome = Outcome.BUSY
    post = bulletin(HERE, minute=script.minute)
    script.submit(post)
    script.wait(RETRY_MS)
    assert script.engine.common.ledger.spent_ms(script.now_ms) == before_ms
    script.outcome = Outcome.SENT
    script.wait(RETRY_MS + 200)
    assert said(script)[-1] == post.encoded
    assert len(said(script)) > 1


def test_a_refund_that_comes_in_a_later_minute_is_a_refund_all_the_same() -> None:
    script = quiet()
    script.wait(59_000 - script.now_ms % 60_000)
    before_ms = script.engine.common.ledger.spent_ms(script.now_ms)
    script.outcome, script.busy_ms = Outcome.BUSY, 5_000
    script.submit(bulletin(HERE, minute=script.minute))
    script.wait(5_001)
    assert script.engine.common.ledger.spent_ms(script.now_ms) == before_ms


def test_the_radio_may_say_when_to_try_again() -> None:
    script = quiet()
    (sent,) = (
        one
        for one in script.submit(bulletin(HERE, minute=script.minute))
        if isinstance(one, Transmit)
    )
    script._due.clear()
    script(TransmitDone(RADIO, sent.token, Outcome.DUTY_LIMIT, retry_after_ms=90_000))
    script.wait(89_000)
    assert len(script.sent) == 1
    script.wait(2_000)
    assert len(script.sent) == 2


def test_a_frame_that_is_too_large_is_counted_and_given_up() -> None:
    script = quiet()
    script.outcome = Outcome.TOO_LARGE
    script.submit(bulletin(HERE, minute=script.minute))
    dropped = [one for one in script.wait(1_000) if isinstance(one, Drop)]
    assert [one.reason for one in dropped] == ["too_large"]
    assert link(script).pending_count == 0


def test_a_beacon_that_is_too_large_is_not_tried_every_two_seconds() -> None:
    script = Script()
    script.outcome = Outcome.TOO_LARGE
    script.wait(HOUR_MS)
    assert 1 <= len(script.sent) <= 6


def test_a_lost_frame_costs_airtime_and_counts_as_said() -> None:
    script = quiet()
    script.outcome = Outcome.LOST
    script.submit(bulletin(HERE, minute=script.minute))
    script.wait(5_000)
    assert len(script.sent) == 1
    assert link(script).pending_count == 0
    assert link(script).contacts.frame_counts[Purpose.PUSH] == 1


def test_an_answer_to_another_frame_is_ignored() -> None:
    script = quiet()
    script.submit(bulletin(HERE, minute=script.minute))
    assert script(TransmitDone(RADIO, 10**9, Outcome.BUSY)) == []
    assert link(script).pending_count == 1


def test_a_radio_that_never_answers_does_not_silence_the_node_for_ever() -> None:
    script = quiet()
    script.busy_ms = 10**12
    script.submit(bulletin(HERE, sequence=1, minute=script.minute))
    script.submit(bulletin(HERE, "Zwei", sequence=2, minute=script.minute))
    script.wait(FLIGHT_MS_MAX - 1)
    assert len(said(script)) == 1
    script.wait(FLIGHT_MS_MAX)
    assert len(said(script)) == 2


# Budget and a busy channel


def budget_script(**options: object) -> Script:
    script = quiet(**options)
    script.busy_ms = 20
    return script


def flood(script: Script, count: int, severity: Severity, *, first: int = 0) -> None:
    for sequence in range(first, first + count):
        script.submit(
            bulletin(
                HERE,
                "Kanister bitte selbst mitbringen " + "x" * 60,
                sequence=sequence,
                severity=severity,
                minute=script.minute,
            )
        )


def spent_share(script: Script) -> float:
    return script.engine.common.ledger.spent_ms(script.now_ms) / HOUR_MS


def test_ordinary_posts_stop_at_four_per_cent_of_the_hour_and_go_on_later() -> None:
    script = budget_script()
    flood(script, 200, Severity.INFO)
    script.wait(HOUR_MS // 2)
    assert ORDINARY_SHARE - 0.001 < spent_share(script) <= ORDINARY_SHARE
    count = len(script.sent)
    script.wait(HOUR_MS)
    assert len(script.sent) > count
    assert spent_share(script) <= ORDINARY_SHARE


def test_alerts_stop_at_eight_per_cent_and_ordinary_posts_keep_their_floor() -> None:
    script = budget_script()
    flood(script, 400, Severity.EXTREME)
    script.wait(HOUR_MS // 2)
    assert URGENT_SHARE - 0.001 < spent_share(script) <= URGENT_SHARE
    script.sent.clear()
    flood(script, 5, Severity.INFO, first=1_000)
    script.wait(HOUR_MS)
    assert spent_share(script) <= URGENT_SHARE
    assert any(one.priority is Priority.ORDINARY for one in script.sent)


def test_the_account_survives_a_restart_and_a_day_off_frees_it() -> None:
    script = budget_script()
    flood(script, 200, Severity.INFO)
    effects = script.wait(HOUR_MS // 2)
    saved = [one for one in effects if isinstance(one, SaveSetting)][-1].value
    again = Script(settings={LEDGER_KEY: saved}, minute=script.minute)
    again.submit(sized(HERE, 180))
    assert said(again) == []
    rested = Script(settings={LEDGER_KEY: saved}, minute=script.minute + 1440)
    rested.submit(bulletin(HERE, "x" * 400, minute=script.minute + 1440))
    assert len(said(rested)) == 1


def test_without_a_clock_the_account_is_kept_after_a_restart() -> None:
    ledger = Ledger()
    ledger.charge(ORDINARY_SHARE * HOUR_MS, is_urgent=False, now_ms=0)
    saved = ledger.encode(now_ms=0, minute=MINUTE)
    script = Script(settings={LEDGER_KEY: saved}, minute=0, is_synchronised=False)
    script.hear(Objects((bulletin(ANNA, severity=Severity.INFO).encoded,)))
    script.wait(HOUR_MS // 2)
    assert script.sent == []


@pytest.mark.parametrize(
    ("percent", "priority", "is_said"),
    [
        (OTHERS_PAUSE_PERCENT, Severity.INFO, True),
        (OTHERS_PAUSE_PERCENT + 0.1, Severity.INFO, False),
        (OTHERS_PAUSE_PERCENT + 0.1, Severity.SEVERE, True),
        (OTHERS_STOP_PERCENT + 0.1, Severity.SEVERE, True),
        (float("nan"), Severity.INFO, True),
        (100.1, Severity.INFO, True),
    ],
)
def test_a_busy_channel_holds_back_what_is_not_urgent(
    percent: float, priority: Severity, is_said: bool
) -> None:
    script = quiet()
    script(ChannelUtilisation(RADIO, percent))
    script.submit(bulletin(HERE, severity=priority, minute=script.minute))
    script.wait(RETRY_MS)
    assert bool(said(script)) == is_said
    script.wait(MEASUREMENT_MS)
    assert said(script)


@pytest.mark.parametrize(
    ("percent", "is_said"),
    [(OTHERS_STOP_PERCENT, True), (OTHERS_STOP_PERCENT + 0.1, False)],
)
def test_on_a_full_channel_even_authority_waits(percent: float, is_said: bool) -> None:
    script = quiet()
    script(ChannelUtilisation(RADIO, percent))
    script.submit(profile(HERE, sequence=2, name="Neu", minute=script.minute))
    script.wait(RETRY_MS)
    assert bool(said(script)) == is_said


def test_a_busy_channel_does_not_make_the_engine_busy() -> None:
    script = quiet()
    script(ChannelUtilisation(RADIO, 90.0))
    script.submit(bulletin(HERE, minute=script.minute))
    for _ in range(50):
        assert script.engine.next_deadline_ms() > script.now_ms
        script.wait(script.engine.next_deadline_ms() - script.now_ms)
    assert script.now_ms > 50_000


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


# Large objects


def test_a_large_object_goes_in_fragments_and_repairs_bring_only_what_is_missing() -> None:
    script = quiet()
    large = bulletin(HERE, "".join(chr(0x100 + n % 300) for n in range(500)), minute=script.minute)
    script.submit(large)
    script.wait(60_000)
    count = max(fragments(script.bodies(script.sent))) + 1
    assert sorted(fragments(script.bodies(script.sent))) == list(range(count))
    script.sent.clear()
    partial = Partial(large.short_id, count, (1, count - 1))
    script.hear(beacon_of(hour=hour_of(script), partials=(partial,)))
    script.wait(60_000)
    assert fragments(script.bodies(script.sent)) == [1, count - 1]


def test_one_repair_of_a_large_object_counts_once_however_many_frames_it_takes() -> None:
    script = quiet(held=[sized(ANNA, 1_500)])
    for _ in range(FREE_REPAIRS):
        script.sent.clear()
        script.hear(beacon_of(hour=MINUTE // HOUR_MINUTES + 2))
        script.wait(60_000)
        assert len(fragments(script.bodies(script.sent))) == 9


def test_an_overheard_fragment_is_not_repaired_again() -> None:
    large = sized(ANNA, 600)
    script = quiet(held=[large])
    script.hear(beacon_of(hour=MINUTE // HOUR_MINUTES + 2))
    length = -(-len(large.encoded) // 4)
    for index in (0, 2):
        data = large.encoded[index * length : (index + 1) * length]
        script.hear(Fragment(large.short_id, index, 4, data), sender=BERT)
    script.wait(120_000)
    assert fragments(script.bodies(script.sent)) == [1, 3]


def test_a_beacon_names_what_is_unfinished() -> None:
    script = quiet()
    script.hear(Fragment(ShortId(b"abcd"), 1, 3, b"x" * 100))
    script.wait(300_000)
    assert beacons(script.sent)[0].partials == (Partial(ShortId(b"abcd"), 3, (0, 2)),)


def test_frames_keep_to_the_size_of_the_medium_however_small() -> None:
    medium = replace(RADIO_MEDIUM, frame_bytes_max=FRAME_BYTES_MIN)
    script = Script(medium=medium)
    for number in range(4):
        script.hear(Fragment(ShortId(bytes([number]) * 4), 0, 64, b"x" * 30))
    script.submit(sized(HERE, 2_000))
    script.wait(HOUR_MS)
    assert len(script.sent) > 20
    assert max(len(one.frame) for one in script.sent) <= FRAME_BYTES_MIN


def test_frames_too_small_to_work_with_are_a_mistake_of_the_link() -> None:
    script = Script(has_radio=False)
    with pytest.raises(CallerError, match="63 bytes"):
        script(LinkUp(RADIO, replace(RADIO_MEDIUM, frame_bytes_max=FRAME_BYTES_MIN - 1)))
