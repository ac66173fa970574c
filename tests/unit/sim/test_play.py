"""What a scenario says happens: cuts, crashes, comings and goings, floods and lies."""

from collections import Counter
from dataclasses import replace

from meshnode.protocol.frames import Beacon, RadioCodec, Scope
from meshnode.sim.play import FLOOD_UNHEARD_MAX, Play
from meshnode.sim.record import HOUR_MS
from meshnode.sim.scenario import (
    Churn,
    Crash,
    Flooders,
    Layout,
    Liars,
    Newcomer,
    Partition,
    Posts,
    Scenario,
    Shape,
    WrongClock,
)
from meshnode.sim.texts import TEXTS_MAX, encoded, pool

STREET = Scenario(
    title="a street",
    nodes=6,
    hours=2,
    layout=Layout(shape=Shape.FULL, loss=0.1),
    posts=Posts(info=12, severe=6),
)


def played(**changes) -> Play:
    play = Play(replace(STREET, **changes), 3)
    play.run()
    return play


def off_spans(play: Play, name: str) -> list[tuple[float, float]]:
    return play.record._off[name]


def test_restless_nodes_come_and_go_and_are_all_there_at_the_end():
    play = played(hours=6, churn=Churn(count=2, on_hours=0.5, off_hours=0.5))
    restless = [name for name in play.names if off_spans(play, name)]
    assert len(restless) == 2
    for name in restless:
        spans = off_spans(play, name)
        assert len(spans) >= 2
        assert all(0 < begin < end <= 6 * HOUR_MS for begin, end in spans)
        off_ms = sum(end - begin for begin, end in spans)
        assert 0.1 < off_ms / (6 * HOUR_MS) < 0.9
    assert all(node.engine is not None for node in play.nodes.values())
    assert play.settled_ms is not None


def test_a_crash_takes_a_node_away_for_its_hours():
    play = played(crashes=(Crash(at_hours=0.5, restarts_at_hours=1.5, count=2),))
    spans = [span for name in play.names for span in off_spans(play, name)]
    assert spans == [(0.5 * HOUR_MS, 1.5 * HOUR_MS)] * 2


def test_while_a_neighbourhood_is_cut_nothing_is_judged_by_its_speed_and_then_all_catch_up():
    cut = Partition(at_hours=0.2, heals_at_hours=1.5)
    play = played(partitions=(cut,))
    record = play.record
    for begin, end, is_cut in (
        (0.0, 0.2, False),
        (0.1, 0.3, True),
        (1.4, 1.6, True),
        (1.5, 2, False),
    ):
        assert record.was_cut(begin * HOUR_MS, end * HOUR_MS) is is_cut
    assert play.is_settled()


def test_a_mesh_that_lost_its_only_bridge_is_cut_until_the_bridge_is_back():
    line = Layout(shape=Shape.LINE)
    play = Play(replace(STREET, nodes=3, hours=1, layout=line), 1)
    for hours, switch in ((0.3, play._switch_off), (0.6, play._switch_on)):
        play.world.kernel.call_at(hours * HOUR_MS, lambda switch=switch: switch("n001"))
    play.run()
    assert play.record.was_cut(0.29 * HOUR_MS, 0.31 * HOUR_MS)
    assert not play.record.was_cut(0.0, 0.29 * HOUR_MS)
    assert not play.record.was_cut(0.61 * HOUR_MS, HOUR_MS)


def test_a_newcomer_is_not_there_before_its_time_and_holds_everything_after():
    play = played(newcomers=(Newcomer(at_hours=1.0),))
    (new,) = [name for name in play.names if off_spans(play, name)]
    assert off_spans(play, new) == [(0.0, HOUR_MS)]
    assert min(play.nodes[new].arrivals_ms.values()) >= HOUR_MS
    assert play.nodes[new].ids == play.nodes[play.names[0]].ids


def test_a_wrong_clock_is_wrong_on_one_node_only():
    play = played(hours=0.5, clocks=(WrongClock(error_minutes=-1440),))
    errors = Counter(node.clock_error_min for node in play.nodes.values())
    assert errors == {0: 5, -1440: 1}
    assert play.is_settled()


def test_a_flooder_posts_until_its_node_takes_no_more():
    play = played(hours=0.3, flooders=Flooders(count=1, posts_a_second=2.0))
    (flooder,) = set(play.names) - set(play.honest)
    node = play.nodes[flooder]
    own = [one for one in node.disk.objects.values() if one.author == node.key.id]
    assert len(own) > 100
    assert len(play.record.stations[flooder].unheard) <= FLOOD_UNHEARD_MAX
    assert not {one.id for one in own} & play.record.posts.keys(), "nobody is owed them"


def test_a_liar_announces_sets_that_nobody_holds_and_stays_an_ordinary_member_else():
    play = Play(replace(STREET, liars=Liars(count=1, beacons_an_hour=60)), 3)
    codec = RadioCodec(play.world.network_key, b"")
    announced = Counter()

    def watch(name, packet, airtime_ms):
        body = codec.open(packet.body).body
        if isinstance(body, Beacon) and body.scope is Scope.ALL and body.depth == 0:
            held = len(play.nodes[name].disk.objects)
            announced[name, abs(body.count - held) > 5] += 1

    play.world.channel.watchers.append(watch)
    play.run()
    (liar,) = play.liars
    assert announced[liar, True] > 60
    assert {name for name, is_lie in announced if is_lie} == {liar}
    assert play.settled_ms is not None


def test_texts_have_the_lengths_that_are_asked_for_and_are_compressed_once():
    texts = pool(40, 160)
    assert len(set(texts)) == TEXTS_MAX
    assert all(38 <= len(text) <= 160 for text in texts), "a blank at the end may be cut off"
    assert min(map(len, texts)) < 45
    assert max(map(len, texts)) > 155
    assert pool(40, 160) is texts
    assert set(map(len, pool(3, 5))) <= {2, 3, 4, 5}
    before = encoded.cache_info().misses
    play = played()
    assert len(play.record.posts) > 20
    again = encoded.cache_info().misses
    played()
    assert encoded.cache_info().misses == again
    assert again - before <= len(play.record.posts)
