"""What a node does about what others lack, by their beacons."""

from functools import partial
from itertools import pairwise

from meshnode.board.bulletins.bulletin import Severity
from meshnode.protocol.catalogue import PORTION_OBJECTS
from meshnode.protocol.effects import Decode, Effect
from meshnode.protocol.events import Decoded, FrameReceived, LinkDown, LinkUp
from meshnode.protocol.frames import Beacon, Objects, Partial
from meshnode.protocol.inventory import SYNDROMES_MAX
from meshnode.protocol.load import Purpose
from meshnode.protocol.object import SignedObject
from meshnode.protocol.repairs import (
    CUTOFF_HOURS_BEHIND_MAX,
    DECODED_AT_ONCE_MAX,
    DECODING_MS_MAX,
    NEXT_FRAME_FRAMES,
)
from meshnode.protocol.said import FREE_REPAIRS, REPAIR_BACKOFF_MS
from tests.community import (
    ANNA,
    BERT,
    CEM,
    HERE,
    MINUTE,
    RADIO,
    RADIO_MEDIUM,
    Script,
    bulletin,
    decoded,
    drops,
    sized,
)
from tests.unit.protocol.radio_script import (
    FRAME_MS,
    MEMBERSHIPS,
    batch_of,
    beacon_of,
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

# Whole objects


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
        script.hear(beacon_of(hour=hour_of(script)), sender=ANNA)
        begin_ms.append(until(script, partial(said, script)) // round(1.3 * FRAME_MS))
    assert set(begin_ms) == {0, 1, 2}


def test_every_further_repair_of_one_object_waits_longer() -> None:
    thing = long_lived(ANNA, "Wasser")
    script = quiet(held=[thing])
    script.wait(10_000)
    times_ms = [script.now_ms]
    for _ in range(600):
        script.hear(beacon_of(hour=hour_of(script)))
        script.sent.clear()
        script.wait(5_000)
        if said(script):
            times_ms.append(script.now_ms)
    gaps_ms = [later - one for one, later in pairwise(times_ms)]
    assert len(gaps_ms) >= FREE_REPAIRS + 4
    assert max(gaps_ms[:FREE_REPAIRS]) < REPAIR_BACKOFF_MS
    for number, gap_ms in enumerate(gaps_ms[FREE_REPAIRS:]):
        assert gap_ms > REPAIR_BACKOFF_MS << number


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


def test_who_lacks_something_itself_comes_after_all_others() -> None:
    thing, lacking = long_lived(ANNA, "Wasser"), long_lived(CEM, "Strom")
    waits_ms = []
    for lacks in (False, True):
        script = quiet(held=[thing])
        meet(script, {BERT: None, CEM: None}, thing)
        script.sent.clear()
        if lacks:
            beacon = beacon_of(thing, lacking, hour=hour_of(script))
            script.hear(beacon, sender=CEM)
        script.hear(beacon_of(hour=hour_of(script)), sender=ANNA)
        waits_ms.append(until(script, partial(said, script)))
    # Two others hear the asker.
    assert waits_ms[1] > waits_ms[0] + 2 * FRAME_MS


def test_who_hears_another_repair_something_that_it_cannot_read_takes_its_own_back() -> None:
    thing = long_lived(ANNA, "Wasser")
    script = quiet(held=[thing])
    script.hear(beacon_of(hour=hour_of(script)), sender=BERT)
    assert link(script).pending_count == 1
    script.hear(symbol_of(batch_of(sized(ANNA, 1_500)), 3, 4), sender=CEM)
    assert link(script).pending_count == 0


def test_what_was_said_while_a_beacon_was_on_its_way_is_not_repaired_for_it() -> None:
    for wait_ms, is_repaired in ((500, False), (20_000, True)):
        thing = long_lived(ANNA, "Wasser")
        script = quiet(held=[thing])
        script.hear(Objects((thing.encoded,)), sender=CEM)
        script.wait(wait_ms)
        script.sent.clear()
        script.hear(beacon_of(hour=hour_of(script)), sender=BERT)
        script.wait(60_000)
        assert bool(said(script)) == is_repaired


# What lacks of batches


def week(count: int) -> list[SignedObject]:
    """Things that live for a week and do not fit one frame together."""
    return [long_lived(ANNA, f"Wasser {n} " + "x" * 90, sequence=n) for n in range(count)]


def knowing(*things: SignedObject, heard: int | None = None) -> Script:
    """A node that has heard all of a batch, or so many symbols of it, from Anna a while ago."""
    script = quiet()
    batch = batch_of(*things)
    for index in range(batch.shape.data_count if heard is None else heard):
        script.hear(symbol_of(batch, index, 0), sender=ANNA)
    script.wait(300_000)
    script.sent.clear()
    return script


def asks(script: Script, partial: Partial, *, lost: int = 0, sender=BERT) -> None:
    """A neighbour that holds none of it asks for the rest of a batch."""
    script.hear(beacon_of(hour=hour_of(script), partials=(partial,)), sender=sender, lost=lost)


def test_an_asker_that_names_a_batch_gets_fresh_sums_and_only_as_many_as_it_lacks() -> None:
    things = week(8)
    batch = batch_of(*things)
    script = knowing(*things)
    asks(script, Partial(batch.shape.id, 3))
    script.wait(120_000)
    assert {one.shape for one in symbols(script)} == {batch.shape}
    assert all(one.index >= batch.shape.data_count for one in symbols(script))
    assert len(symbols(script)) == 3
    assert not any(isinstance(body, Objects) for body in script.bodies(script.sent))
    assert link(script).contacts.spent_ms[Purpose.REPAIR] > 0


def test_who_asks_again_gets_others_than_before() -> None:
    things = week(8)
    batch = batch_of(*things)
    script = knowing(*things)
    for _ in range(3):
        asks(script, Partial(batch.shape.id, 2))
        script.wait(120_000)
    indices = [one.index for one in symbols(script)]
    assert len(indices) == len(set(indices)) == 6


def test_an_asker_that_hears_badly_gets_some_more_than_it_lacks() -> None:
    things = week(8)
    batch = batch_of(*things)
    script = knowing(*things)
    for _ in range(12):
        script.hear(beacon_of(*things, hour=hour_of(script)), sender=BERT, lost=1)
        script.wait(1_000)
    script.wait(300_000)
    script.sent.clear()
    asks(script, Partial(batch.shape.id, 4), lost=1)
    script.wait(120_000)
    assert 4 < len(symbols(script)) <= 12


def test_what_it_gets_completes_the_batch_whatever_it_had_heard() -> None:
    things = week(8)
    batch = batch_of(*things)
    script = knowing(*things)
    count = batch.shape.data_count
    other = Script(me=BERT, minute=script.minute)
    for index in (0, count - 1):
        other.hear(symbol_of(batch, index, 0), sender=ANNA)
    asks(script, Partial(batch.shape.id, count - 2))
    script.wait(120_000)
    for one in script.sent:
        other(FrameReceived(RADIO, one.frame))
    assert {thing.id for thing in things} <= other.held


def test_who_has_said_a_batch_itself_supplies_it_too() -> None:
    script = quiet()
    large = sized(HERE, 1_500)
    script.submit(large)
    script.wait(60_000)
    batch = batch_of(large)
    script.sent.clear()
    asks(script, Partial(batch.shape.id, 2))
    script.wait(60_000)
    assert len(symbols(script)) == 2
    assert all(one.index >= batch.shape.data_count for one in symbols(script))


def test_who_lacks_some_of_a_batch_itself_leaves_it_to_others() -> None:
    things = week(8)
    batch = batch_of(*things)
    script = knowing(*things, heard=3)
    asks(script, Partial(batch.shape.id, 2))
    script.wait(10_000)
    assert symbols(script) == []


def test_who_knows_the_things_but_not_the_batch_waits_for_others_and_then_says_them() -> None:
    things = week(8)
    waits_ms = []
    for partials in ((), (Partial(batch_of(*things).shape.id, 2),)):
        script = quiet(held=things)
        script.hear(beacon_of(*things[:5], hour=hour_of(script), partials=partials), sender=BERT)
        waits_ms.append(until(script, partial(said, script)))
        script.wait(60_000)
        assert set(said(script)) == {thing.encoded for thing in things[5:]}
    assert waits_ms[1] > waits_ms[0] + 8 * FRAME_MS


def test_overhearing_anothers_sums_leaves_fewer_to_say() -> None:
    things = week(8)
    batch = batch_of(*things)
    script = knowing(*things)
    asks(script, Partial(batch.shape.id, 3))
    script.hear(symbol_of(batch, 90, 1), sender=CEM)
    script.hear(symbol_of(batch, 91, 0), sender=CEM)
    script.wait(120_000)
    assert len(symbols(script)) == 1
    assert symbols(script)[0].index not in (90, 91)


def test_sums_of_another_count_only_if_the_asker_hears_it() -> None:
    things = week(8)
    batch = batch_of(*things)
    script = knowing(*things)
    meet(script, {CEM: (HERE, ANNA), BERT: (HERE,)}, *things)
    asks(script, Partial(batch.shape.id, 3))
    script.hear(symbol_of(batch, 90, 1), sender=CEM)
    script.hear(symbol_of(batch, 91, 0), sender=CEM)
    script.wait(120_000)
    assert len(symbols(script)) == 3


def test_every_further_repair_of_a_batch_waits_longer_too() -> None:
    things = week(8)
    batch = batch_of(*things)
    script = knowing(*things)
    counts = []
    for _ in range(20):
        asks(script, Partial(batch.shape.id, 1))
        script.wait(20_000)
        counts.append(len(symbols(script)))
    assert counts[FREE_REPAIRS - 1] == FREE_REPAIRS
    assert counts[-1] < FREE_REPAIRS + 6


def test_one_repair_of_a_large_object_counts_once_however_many_frames_it_takes() -> None:
    large = sized(ANNA, 1_500)
    script = quiet(held=[large])
    count = batch_of(large).shape.data_count
    for _ in range(FREE_REPAIRS):
        script.sent.clear()
        script.hear(beacon_of(hour=hour_of(script)))
        script.wait(60_000)
        assert [one.index for one in symbols(script)] == list(range(count))


def test_an_urgent_repair_is_not_put_off_while_another_speaks() -> None:
    for severity, is_put_off in ((Severity.INFO, True), (Severity.EXTREME, False)):
        thing = long_lived(ANNA, "Weg!", severity=severity)
        script = quiet(held=[thing])
        script.hear(beacon_of(hour=hour_of(script)), sender=BERT)
        fresh = bulletin(CEM, minute=script.minute)
        script.hear(Objects((fresh.encoded,)), sender=CEM)
        script.wait(round(3 * FRAME_MS))
        assert (thing.encoded not in said(script)) == is_put_off
        script.wait(60_000)
        assert thing.encoded in said(script)


# Sketches that are decoded elsewhere


def handed_out(effects: list[Effect]) -> list[Decode]:
    return [effect for effect in effects if isinstance(effect, Decode)]


def far_behind(script: Script, things: list[SignedObject], *, syndromes: int = 24) -> Beacon:
    """The beacon of somebody who lacks all but the first two of these."""
    return beacon_of(*things[:2], hour=hour_of(script), syndromes=syndromes)


def waiting(things: list[SignedObject]) -> Script:
    script = quiet(held=things)
    script.decodes = False
    return script


def test_only_long_sketches_are_handed_out() -> None:
    things = week(6)
    script = waiting(things)
    assert handed_out(script.hear(far_behind(script, things, syndromes=DECODED_AT_ONCE_MAX))) == []
    longer = far_behind(script, things, syndromes=DECODED_AT_ONCE_MAX + 1)
    (wanted,) = handed_out(script.hear(longer))
    assert wanted.link == RADIO
    assert wanted.effort == DECODED_AT_ONCE_MAX + 1
    assert len(wanted.difference) == 4 * wanted.effort


def test_nothing_is_repaired_before_the_result_is_here() -> None:
    things = week(15)
    script = waiting(things)
    (wanted,) = handed_out(script.hear(far_behind(script, things)))
    script.wait(30_000)
    assert said(script) == []
    script(decoded(wanted))
    script.wait(120_000)
    assert set(said(script)) == {thing.encoded for thing in things[2:]}


def test_a_result_that_comes_after_the_set_changed_is_ignored() -> None:
    things = week(15)
    script = waiting(things)
    (wanted,) = handed_out(script.hear(far_behind(script, things)))
    news = bulletin(CEM, minute=script.minute)
    script.hear(Objects((news.encoded,)), sender=ANNA)
    script(decoded(wanted))
    assert link(script).pending_count == 0
    # The way is free for the next one.
    assert len(handed_out(script.hear(far_behind(script, things)))) == 1


def test_a_result_is_taken_once_and_only_the_one_that_is_waited_for() -> None:
    things = week(15)
    script = waiting(things)
    (wanted,) = handed_out(script.hear(far_behind(script, things)))
    script(Decoded(RADIO, wanted.token + 1, [1]))
    script(Decoded("elsewhere", wanted.token, [1]))
    assert link(script).pending_count == 0
    script(decoded(wanted))
    assert link(script).pending_count == 13
    script.wait(120_000)
    script.sent.clear()
    script(decoded(wanted))
    assert link(script).pending_count == 0


def test_a_result_for_a_link_that_came_back_meanwhile_is_ignored() -> None:
    things = week(15)
    script = waiting(things)
    (wanted,) = handed_out(script.hear(far_behind(script, things)))
    script(LinkDown(RADIO))
    script(decoded(wanted))
    script(LinkUp(RADIO, RADIO_MEDIUM))
    script(decoded(wanted))
    assert link(script).pending_count == 0


def test_one_sketch_is_decoded_at_a_time_and_a_lost_result_does_not_block_for_ever() -> None:
    things = week(15)
    script = waiting(things)
    (first,) = handed_out(script.hear(far_behind(script, things)))
    assert handed_out(script.hear(far_behind(script, things), sender=BERT)) == []
    script.wait(DECODING_MS_MAX - 10_000)
    assert handed_out(script.hear(far_behind(script, things), sender=BERT)) == []
    script.wait(10_001)
    (second,) = handed_out(script.hear(far_behind(script, things), sender=BERT))
    assert second.token != first.token
    script(decoded(first))
    assert link(script).pending_count == 0
    script(decoded(second))
    assert link(script).pending_count == 13


def test_a_long_sketch_that_cannot_be_decoded_makes_us_say_more_of_our_own() -> None:
    # They hold as many as we, and others than a sketch can name.
    things = week(120)
    script = waiting(things[:80])
    beacon = beacon_of(*things[40:], hour=hour_of(script), syndromes=SYNDROMES_MAX)
    (wanted,) = handed_out(script.hear(beacon))
    assert decoded(wanted).elements is None
    script(decoded(wanted))
    script.wait(60_000)
    assert next(one.depth for one in script.bodies(script.sent) if isinstance(one, Beacon)) > 0


# Who lacks much


def portions(script: Script, times: int, *, count: int = 2) -> list[int]:
    """How many objects somebody is told each time that it says that it holds so few of them."""
    things = [one.object for one in script.engine.held.values() if one.object.kind != 1]
    told = []
    for _ in range(times):
        script.sent.clear()
        script.hear(beacon_of(*things[:count], hour=hour_of(script), syndromes=4), sender=BERT)
        script.wait(300_000)
        told.append(len(said(script)))
    return told


def test_who_lacks_more_than_a_sketch_can_name_is_told_what_came_last_in_portions() -> None:
    things = [
        bulletin(ANNA, f"Eintrag {n}", sequence=n, minute=MINUTE - n, minutes=7 * 1440)
        for n in range(80)
    ]
    script = quiet(held=things)
    script.hear(beacon_of(*things[:2], hour=hour_of(script), syndromes=4), sender=BERT)
    script.wait(300_000)
    told = set(said(script))
    assert len(told) == PORTION_OBJECTS
    last = things[-2 * PORTION_OBJECTS :]
    assert told <= {thing.encoded for thing in last} | {one.encoded for one in MEMBERSHIPS}


def test_nobody_can_make_a_node_tell_its_board_again_and_again() -> None:
    script = quiet(held=week(80))
    told = portions(script, 12)
    assert told[0] == PORTION_OBJECTS
    assert sum(told) <= 80 + len(MEMBERSHIPS)
    assert told[-1] == 0
