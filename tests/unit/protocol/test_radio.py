"""One radio link: what is said, when, and what overhearing changes."""

from dataclasses import replace
from functools import partial
from random import Random

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.protocol.effects import SaveSetting, Transmit
from meshnode.protocol.errors import CallerError
from meshnode.protocol.events import FrameReceived, LinkUp
from meshnode.protocol.frames import FRAME_BYTES_MIN, Objects
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.neighbours import PRESENT_MS
from meshnode.protocol.object import SignedObject
from meshnode.protocol.priority import Priority
from meshnode.protocol.radio import REPEAT_FRAMES_MAX, REPEAT_FRAMES_MIN
from meshnode.protocol.transmitter import LEDGER_KEY
from tests.community import (
    ANNA,
    BERT,
    CEM,
    DORA,
    HERE,
    RADIO,
    RADIO_MEDIUM,
    Script,
    bulletin,
    objects_of,
    sized,
)
from tests.unit.protocol.radio_script import (
    FRAME_MS,
    HOUR_MS,
    Hears,
    batch_of,
    beacon_of,
    beacons,
    hour_of,
    link,
    long_lived,
    meet,
    quiet,
    said,
    symbol_of,
    symbols,
    until,
)

LONG_ENOUGH_MS = 120_000
"""For whatever is to be said after one event."""


def among(hears: Hears) -> Script:
    """A quiet node with these neighbours, who hold the same and say whom they hear."""
    script = quiet()
    meet(script, hears)
    script.sent.clear()
    return script


def posts(script: Script, count: int, *, key: SigningKey = HERE) -> list[SignedObject]:
    """As many posts as would not fit two a frame."""
    return [
        bulletin(key, f"Brot {number} " + "x" * 70, sequence=number, minute=script.minute)
        for number in range(count)
    ]


def frames_with_objects(script: Script) -> list[list[bytes]]:
    bodies = script.bodies(script.sent)
    return [list(body.encoded) for body in bodies if isinstance(body, Objects)]


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


def test_one_frame_is_in_flight_at_a_time_and_what_fits_is_packed() -> None:
    script = quiet()
    things = [bulletin(HERE, f"Brot {n}", sequence=n, minute=script.minute) for n in range(2)]
    for thing in (bulletin(HERE, "Eins", sequence=9, minute=script.minute), *things):
        script.submit(thing)
    assert len(script.sent) == 1
    script.wait(20_000)
    assert [len(one) for one in frames_with_objects(script)] == [1, 2]


def test_an_alert_overtakes_what_was_waiting() -> None:
    script = quiet()
    for thing in posts(script, 5):
        script.submit(thing)
    alert = bulletin(HERE, "Weg hier!", sequence=9, severity=Severity.SEVERE, minute=script.minute)
    script.submit(alert)
    script.wait(4_000)
    assert frames_with_objects(script)[1][0] == alert.encoded


# Bursts


def test_a_burst_goes_out_as_one_batch() -> None:
    script = quiet()
    first, *rest = posts(script, 9)
    script.submit(first)
    for thing in rest:
        script.submit(thing)
    script.wait(LONG_ENOUGH_MS)
    assert frames_with_objects(script) == [[first.encoded]]
    batch = batch_of(*rest)
    assert [one.shape for one in symbols(script)] == [batch.shape] * batch.shape.data_count
    assert [one.remaining for one in symbols(script)] == list(range(batch.shape.data_count))[::-1]
    assert sorted(said(script)) == sorted(thing.encoded for thing in (first, *rest))


@pytest.mark.parametrize("seed", range(5))
def test_a_second_node_that_hears_any_so_many_symbols_of_a_burst_has_everything(seed: int) -> None:
    script = among({ANNA: None, BERT: None, CEM: None})
    large = sized(HERE, 1_200)
    script.submit(large)
    for key in (ANNA, BERT, CEM):
        script.hear(beacon_of(hour=hour_of(script)), sender=key, lost=4)
    script.wait(LONG_ENOUGH_MS)
    frames = [one.frame for one in script.sent]
    count = symbols(script)[0].shape.data_count
    spoken = [
        one
        for one, body in zip(frames, script.bodies(script.sent), strict=True)
        if body in symbols(script)
    ]
    assert len(spoken) > count, "no spare to lose"
    heard = Random(seed).sample(spoken, count)
    other = Script(me=ANNA, minute=script.minute)
    for frame in heard[:-1]:
        other(FrameReceived(RADIO, frame))
    assert large.id not in other.held
    other(FrameReceived(RADIO, heard[-1]))
    assert large.id in other.held


def test_more_sums_follow_a_batch_where_more_is_lost() -> None:
    counts = []
    for period in (100, 4, 1):
        script = among({ANNA: None, BERT: None, CEM: None})
        for number in range(1, 25):
            for key in (ANNA, BERT, CEM):
                lost = number % period == 0
                script.hear(beacon_of(hour=hour_of(script)), sender=key, lost=lost)
            script.wait(1_000)
        script.wait(300_000)
        script.sent.clear()
        script.submit(sized(HERE, 1_200))
        script.wait(LONG_ENOUGH_MS)
        counts.append(len(symbols(script)))
    assert counts[0] < counts[1] < counts[2]


def test_an_urgent_post_overtakes_a_batch_in_its_middle_and_the_batch_goes_on() -> None:
    script = quiet()
    large = sized(HERE, 1_200)
    script.submit(large)
    script.wait(7_000)
    begun = len(symbols(script))
    assert 1 < begun < 6
    alert = bulletin(HERE, severity=Severity.EXTREME, minute=script.minute)
    script.submit(alert)
    script.wait(round(2 * FRAME_MS))
    assert frames_with_objects(script) == [[alert.encoded]]
    assert len(symbols(script)) <= begun + 1
    script.wait(LONG_ENOUGH_MS)
    assert [one.index for one in symbols(script)] == list(range(7))
    assert script.sent[begun].priority is Priority.URGENT


def test_of_two_who_say_the_same_batch_one_stops() -> None:
    for ahead, goes_on in ((False, True), (True, False)):
        script = quiet()
        large = sized(HERE, 1_200)
        script.submit(large)
        script.wait(7_000)
        begun = len(symbols(script))
        left = symbols(script)[-1].remaining
        batch = batch_of(large)
        script.hear(symbol_of(batch, begun + 2, left - 2 if ahead else left + 3), sender=BERT)
        script.wait(LONG_ENOUGH_MS)
        more = len(symbols(script)) - begun
        assert (more > 1) == goes_on
        # What the other said is one less for us in either case.
        assert more < left


# Repeats


def test_a_single_alert_is_repeated_where_one_frame_is_too_unsure() -> None:
    script = among({ANNA: None, BERT: None, CEM: None})
    alert = bulletin(HERE, severity=Severity.EXTREME, minute=script.minute)
    script.submit(alert)
    airtime_ms = link(script).medium.airtime_ms(len(script.sent[0].frame))
    wait_frames = (until(script, lambda: len(script.sent) > 1) - airtime_ms) / FRAME_MS
    assert REPEAT_FRAMES_MIN - 0.1 <= wait_frames <= REPEAT_FRAMES_MAX + 0.2
    script.wait(LONG_ENOUGH_MS)
    assert frames_with_objects(script) == [[alert.encoded]] * 2


def test_an_ordinary_post_is_not_repeated_where_its_frame_probably_arrives() -> None:
    script = among({ANNA: None, BERT: None, CEM: None})
    post = bulletin(HERE, minute=script.minute)
    script.submit(post)
    script.wait(LONG_ENOUGH_MS)
    assert frames_with_objects(script) == [[post.encoded]]


def test_with_nobody_there_nothing_is_repeated() -> None:
    script = quiet()
    alert = bulletin(HERE, severity=Severity.EXTREME, minute=script.minute)
    script.submit(alert)
    script.wait(LONG_ENOUGH_MS)
    assert frames_with_objects(script) == [[alert.encoded]]


def test_a_repeat_is_left_out_when_all_have_heard_another_say_it() -> None:
    everybody = (HERE, ANNA, BERT, CEM)
    for hears, count in ((everybody, 1), ((HERE,), 2)):
        script = among(dict.fromkeys((ANNA, BERT, CEM), hears))
        alert = bulletin(HERE, severity=Severity.EXTREME, minute=script.minute)
        script.submit(alert)
        script.wait(1_500)
        script.hear(Objects((alert.encoded,)), sender=BERT)
        script.wait(LONG_ENOUGH_MS)
        assert len(frames_with_objects(script)) == count


# Who passes on


NEWS = bulletin(ANNA, "Neu")


def passed_on(script: Script, *, sender: SigningKey = ANNA, severity: Severity = Severity.INFO):
    """Let a neighbour say something new; return whether we said it again."""
    news = bulletin(ANNA, "Neu", minute=script.minute, severity=severity, sequence=50)
    script.hear(Objects((news.encoded,)), sender=sender)
    script.wait(60_000)
    return news.encoded in said(script)


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.EXTREME])
@pytest.mark.parametrize(
    ("hears", "is_passed_on"),
    [
        ({}, False),
        ({ANNA: (HERE,)}, False),
        ({ANNA: (HERE, BERT), BERT: (HERE, ANNA)}, False),
        ({ANNA: (HERE,), BERT: (HERE,)}, True),
        ({ANNA: (HERE,), BERT: (HERE,), CEM: (HERE, ANNA)}, True),
        # The word of one of them is enough.
        ({ANNA: (HERE, BERT), BERT: (HERE,)}, False),
        ({ANNA: (HERE,), BERT: (HERE, ANNA)}, False),
        ({ANNA: None, BERT: (HERE, ANNA)}, False),
        ({ANNA: None, BERT: (HERE,)}, True),
        # Where nobody has said anything there is hope.
        ({ANNA: None, BERT: None}, False),
    ],
)
def test_news_is_passed_on_exactly_where_a_neighbour_is_out_of_its_sayers_reach(
    hears: Hears, severity: Severity, is_passed_on: bool
) -> None:
    script = among(hears)
    assert passed_on(script, severity=severity) == is_passed_on


def test_who_has_not_been_heard_for_long_is_not_passed_on_to() -> None:
    script = among({BERT: (HERE,)})
    script.wait(PRESENT_MS)
    script.sent.clear()
    assert not passed_on(script)


def test_what_reaches_the_last_neighbour_meanwhile_is_not_passed_on() -> None:
    script = among({ANNA: (HERE,), BERT: (HERE, CEM), CEM: (HERE, BERT), DORA: (HERE, CEM)})
    news = bulletin(ANNA, "Neu", minute=script.minute, sequence=50)
    script.hear(Objects((news.encoded,)), sender=ANNA)
    script.wait(100)
    script.hear(Objects((news.encoded,)), sender=BERT)
    script.wait(100)
    # Dora hears neither of them.
    assert link(script).pending_count == 1
    script.hear(Objects((news.encoded,)), sender=CEM)
    assert link(script).pending_count == 0
    script.wait(60_000)
    assert said(script) == []


def test_whoever_reaches_more_passes_on_first() -> None:
    waits_ms = []
    for others in ((BERT,), (BERT, CEM, DORA)):
        script = among({ANNA: (HERE,)} | dict.fromkeys(others, (HERE,)))
        news = bulletin(ANNA, "Neu", minute=script.minute, sequence=50)
        script.hear(Objects((news.encoded,)), sender=ANNA)
        waits_ms.append(until(script, partial(said, script)))
    assert waits_ms[1] < waits_ms[0]


def test_relays_wait_for_the_end_of_a_batch_and_leave_as_the_same_batch() -> None:
    script = among({ANNA: (HERE,), BERT: (HERE,)})
    things = posts(script, 8, key=ANNA)
    batch = batch_of(*things)
    count = batch.shape.data_count
    for index in range(count):
        script.hear(symbol_of(batch, index, count - index - 1), sender=ANNA)
        script.wait(round(1.5 * FRAME_MS))
        assert symbols(script) == []
        assert frames_with_objects(script) == []
    script.wait(LONG_ENOUGH_MS)
    assert {one.shape for one in symbols(script)} == {batch.shape}
    assert set(said(script)) == {thing.encoded for thing in things}


def test_what_came_of_a_batch_is_passed_on_although_its_rest_never_comes() -> None:
    script = among({ANNA: (HERE,), BERT: (HERE,)})
    batch = batch_of(*posts(script, 8, key=ANNA))
    script.hear(symbol_of(batch, 0, 5), sender=ANNA)
    readable = objects_of([symbol_of(batch, 0, 5)])
    assert readable
    script.wait(round(6 * FRAME_MS))
    assert said(script) == []
    script.wait(LONG_ENOUGH_MS)
    assert said(script) == readable


def test_an_alert_in_a_batch_does_not_wait_for_the_rest() -> None:
    script = among({ANNA: (HERE,), BERT: (HERE,)})
    alert = bulletin(ANNA, "Weg!", sequence=99, severity=Severity.EXTREME, minute=script.minute)
    batch = batch_of(alert, sized(ANNA, 1_000))
    for index in range(3):
        script.hear(symbol_of(batch, index, 20), sender=ANNA)
    assert alert.id in script.held
    script.wait(round(7 * FRAME_MS))
    assert frames_with_objects(script) == [[alert.encoded]]


def test_what_came_over_another_radio_is_said_to_everybody() -> None:
    script = among({ANNA: (HERE, BERT), BERT: (HERE, ANNA)})
    script(LinkUp("second", RADIO_MEDIUM))
    news = bulletin(CEM, "Neu", minute=script.minute, sequence=50)
    script.hear(Objects((news.encoded,)), sender=ANNA)
    script.wait(60_000)
    assert said(script) == []
    second = [replace(one, link=RADIO) for one in script.sent if one.link == "second"]
    assert objects_of(script.bodies(second)) == [news.encoded]


# Large objects and small frames


def test_a_large_object_goes_in_symbols_each_once() -> None:
    script = quiet()
    large = bulletin(HERE, "".join(chr(0x100 + n % 300) for n in range(500)), minute=script.minute)
    script.submit(large)
    script.wait(60_000)
    count = symbols(script)[0].shape.data_count
    assert [one.index for one in symbols(script)] == list(range(count))
    assert said(script) == [large.encoded]


def test_frames_keep_to_the_size_of_the_medium_however_small() -> None:
    medium = replace(RADIO_MEDIUM, frame_bytes_max=FRAME_BYTES_MIN)
    script = Script(medium=medium)
    for number in range(6):
        batch = batch_of(sized(ANNA, 1_000, sequence=number))
        script.hear(symbol_of(batch, 0, 5), sender=(ANNA, BERT, CEM, DORA)[number % 4])
    script.hear(beacon_of(long_lived(ANNA, "Neu")))
    script.submit(sized(HERE, 2_000))
    script.wait(HOUR_MS)
    assert len(script.sent) > 20
    assert any(one.partials and one.hears for one in beacons(script))
    assert max(len(one.frame) for one in script.sent) <= FRAME_BYTES_MIN


def test_frames_too_small_to_work_with_are_a_mistake_of_the_link() -> None:
    script = Script(has_radio=False)
    with pytest.raises(CallerError, match="63 bytes"):
        script(LinkUp(RADIO, replace(RADIO_MEDIUM, frame_bytes_max=FRAME_BYTES_MIN - 1)))
