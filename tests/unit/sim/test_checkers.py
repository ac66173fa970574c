"""Every checker finds the defect it is for, and nothing where there is none."""

from dataclasses import replace

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act
from meshnode.protocol.effects import RemoveObject, StoreObject
from meshnode.protocol.events import Tick, TransmitDone
from meshnode.protocol.medium import Outcome
from meshnode.sim.channel import Path
from meshnode.sim.checkers import (
    CHECKERS,
    check_airtime,
    check_alerts_in_time,
    check_all,
    check_corrections,
    check_hops,
    check_no_comebacks,
    check_no_overtaking,
    check_nothing_starves,
    check_same_set,
    check_urgent_first,
)
from meshnode.sim.latency import arrivals
from meshnode.sim.play import Play
from meshnode.sim.record import HOUR_MS, RollingHour
from meshnode.sim.scenario import Expect, Flooders, Layout, Posts, Scenario, Shape

STREET = Scenario(
    title="a street",
    nodes=6,
    hours=1,
    settle_hours=0.2,
    layout=Layout(shape=Shape.FULL),
    posts=Posts(info=30, severe=30, lifetimes_hours=(24,)),
    expect=Expect(alert_p95_minutes=1, hops_max=1),
)
MINUTE_MS = 60_000


@pytest.fixture
def play() -> Play:
    """A street whose hour has been played, and in which nothing went wrong."""
    played = Play(STREET, 1)
    played.run()
    return played


def some_post(play: Play, *, is_urgent: bool = False):
    return next(post for post in play.record.posts.values() if post.is_urgent is is_urgent)


def other_than(play: Play, name: str) -> str:
    return next(one for one in play.names if one != name)


def test_where_nothing_is_wrong_every_checker_says_so_and_names_its_bound(play):
    verdicts = check_all(play)
    assert len(verdicts) == len(CHECKERS) == len({verdict.name for verdict in verdicts})
    assert [verdict for verdict in verdicts if not verdict.is_kept] == []
    said = "\n".join(verdict.sentence for verdict in verdicts)
    for bound in ("bound 0.2 h", "bound 1 min", "bound 1)"):
        assert bound in said


def test_a_node_that_lacks_a_post_is_not_in_the_same_set(play):
    post = some_post(play)
    name = other_than(play, post.author)
    del play.nodes[name].disk.objects[post.id]
    verdict = check_same_set(play)
    assert not verdict.is_kept
    assert f"{name} lacks 1 of" in verdict.sentence


def test_who_cannot_reach_the_others_need_not_hold_the_same(play):
    post = some_post(play)
    name = other_than(play, post.author)
    del play.nodes[name].disk.objects[post.id]
    play.world.channel.partition([name], [one for one in play.names if one != name])
    assert check_same_set(play).is_kept


def test_what_is_about_to_expire_need_not_be_held_by_all(play):
    post = some_post(play)
    play.record.posts[post.id] = replace(post, expires_min=play.world.minute + 1)
    del play.nodes[other_than(play, post.author)].disk.objects[post.id]
    assert check_same_set(play).is_kept


def test_a_world_in_which_nobody_repairs_is_not_in_the_same_set():
    lossy = replace(STREET, nodes=3, hours=0.3, layout=Layout(shape=Shape.FULL, loss=0.5))
    play = Play(lossy, 2)
    for node in play.nodes.values():
        radio = node.radio
        radio.on_receive = lambda *_: None  # They speak and hear nothing.
    play.run()
    assert play.settled_ms is None
    assert not check_same_set(play).is_kept


def test_more_than_eight_per_cent_of_an_hour_is_over_the_budget(play):
    name = play.names[2]
    for _ in range(300):
        play.record.stations[name].all.add(play.world.kernel.now_ms, 1_000)
    verdict = check_airtime(play)
    assert not verdict.is_kept
    assert f"{name} sent" in verdict.sentence


def test_more_than_four_per_cent_for_what_is_not_urgent_is_over_the_budget(play):
    play.record.stations["n001"].ordinary.add(play.world.kernel.now_ms, 0.0401 * HOUR_MS)
    verdict = check_airtime(play)
    assert not verdict.is_kept
    assert "not urgent" in verdict.sentence


def test_what_a_radio_sends_without_its_engine_s_knowledge_counts_against_the_budget():
    play = Play(replace(STREET, hours=0.5, posts=Posts()), 3)
    node = play.nodes["n003"]

    def chatter() -> None:
        node.radio.send(bytes(200))
        play.world.kernel.call_in(10_000, chatter)

    play.world.kernel.call_at(0.0, chatter)
    play.run()
    verdict = check_airtime(play)
    assert not verdict.is_kept
    assert verdict.sentence.startswith("n003 sent")


def test_flooders_and_liars_are_not_judged_by_their_airtime():
    play = Play(replace(STREET, hours=0.1, flooders=Flooders(count=1)), 1)
    play.run()
    (flooder,) = set(play.names) - set(play.honest)
    play.record.stations[flooder].all.add(play.world.kernel.now_ms, HOUR_MS)
    assert check_airtime(play).is_kept


def test_a_rolling_hour_finds_the_busiest_hour_wherever_it_lies():
    hour = RollingHour()
    for minute, airtime_ms in ((0, 100), (50, 200), (59, 300), (61, 400), (150, 500)):
        hour.add(minute * MINUTE_MS, airtime_ms)
    assert hour.max_ms == 200 + 300 + 400
    assert hour.sum_ms == 500


def test_slow_alerts_are_told_against_the_scenario_s_own_bound(play):
    assert len([1 for post, _ in arrivals(play) if post.is_urgent]) >= 100
    for post in play.record.posts.values():
        if post.is_urgent:
            for name in play.names[3:]:
                play.nodes[name].arrivals_ms[post.id] = post.at_ms + 2 * MINUTE_MS
    verdict = check_alerts_in_time(play)
    assert not verdict.is_kept
    assert "2.0 min (bound 1 min)" in verdict.sentence


def test_alerts_that_never_arrived_count_as_slow(play):
    for post in play.record.posts.values():
        if post.is_urgent and post.author != "n005":
            play.nodes["n005"].arrivals_ms.pop(post.id, None)
    verdict = check_alerts_in_time(play)
    assert not verdict.is_kept, verdict.sentence


def test_a_node_without_power_is_owed_no_alert(play):
    for post in play.record.posts.values():
        if post.is_urgent and post.author != "n005":
            play.nodes["n005"].arrivals_ms.pop(post.id, None)
    play.record._off["n005"].append((0.0, float("inf")))
    assert check_alerts_in_time(play).is_kept


def test_without_a_bound_or_with_few_alerts_nothing_is_judged(play):
    for post in play.record.posts.values():
        for name in play.names:
            play.nodes[name].arrivals_ms[post.id] = post.at_ms + 9 * MINUTE_MS
    assert not check_alerts_in_time(play).is_kept
    play.scenario = replace(STREET, expect=Expect())
    assert check_alerts_in_time(play).is_kept
    play.scenario = STREET
    urgent = [post for post in play.record.posts.values() if post.is_urgent]
    for post in urgent[3:]:
        del play.record.posts[post.id]
    assert "too few" in check_alerts_in_time(play).sentence


def test_alerts_that_are_slower_than_other_posts_are_told(play):
    for post in play.record.posts.values():
        late_ms = 3 * MINUTE_MS if post.is_urgent else 1_000
        for name in play.names:
            play.nodes[name].arrivals_ms[post.id] = post.at_ms + late_ms
    verdict = check_urgent_first(play)
    assert not verdict.is_kept
    assert "180 s, ordinary 1 s" in verdict.sentence


def test_a_node_that_sends_other_frames_before_its_own_alert_is_told():
    play = Play(replace(STREET, hours=0.2, posts=Posts()), 1)
    node = play.nodes["n002"]
    alert = []

    def post() -> None:
        # A driver that says "busy" to everything while its radio chatters on.
        node._transmit = lambda link, frame, priority, token: node._report_when_on_air(
            TransmitDone(link, token, Outcome.BUSY)
        )
        alert.append(node.post("Gas! Leave the house.", severity=Severity.EXTREME))
        for number in range(4):
            node.radio.send(bytes([number]) * 20)

    play.world.kernel.call_at(5 * MINUTE_MS, post)
    play.run()
    verdict = check_no_overtaking(play)
    assert not verdict.is_kept
    assert verdict.sentence == f"n002 let others go before its alert {alert[0].hex()[:8]}"


def test_one_frame_that_was_in_the_radio_already_may_go_before_an_alert():
    play = Play(replace(STREET, hours=0.2, posts=Posts()), 1)
    node = play.nodes["n002"]

    def post() -> None:
        node.radio.send(bytes(20))
        node.post("Gas! Leave the house.", severity=Severity.EXTREME)

    play.world.kernel.call_at(5 * MINUTE_MS, post)
    play.run()
    assert check_no_overtaking(play).is_kept


def test_a_post_that_never_left_its_author_has_starved(play):
    old = next(post for post in play.record.posts.values() if post.at_ms < 30 * MINUTE_MS)
    for name in play.names:
        if name != old.author:
            del play.nodes[name].arrivals_ms[old.id]
    verdict = check_nothing_starves(play)
    assert not verdict.is_kept
    assert f"never left {old.author}" in verdict.sentence
    play.record._off[old.author].append((old.at_ms, float("inf")))
    assert check_nothing_starves(play).is_kept, "who has no power cannot send"


def test_an_expired_post_that_is_still_there_is_told(play):
    post = some_post(play)
    thing = play.nodes["n001"].disk.objects[post.id]
    play.world.kernel.run_until(play.world.kernel.now_ms)
    play.world.kernel.now_ms = (thing.expires_min - 1_500_000 + 62) * MINUTE_MS
    verdict = check_no_comebacks(play)
    assert not verdict.is_kept
    assert "expired" in verdict.sentence


def test_a_withdrawn_post_that_is_still_there_is_told(play):
    post = some_post(play)
    author = play.nodes[post.author]
    thing = author.disk.objects[post.id]
    author.withdraw(post.id)
    other = play.nodes[other_than(play, post.author)]
    withdrawal = next(one for one in author.disk.objects.values() if one.parent == thing.short_id)
    other.disk.objects[withdrawal.id] = withdrawal
    assert not check_no_comebacks(play).is_kept


def test_a_post_that_was_removed_and_is_stored_again_is_told(play):
    post = some_post(play)
    node = play.nodes["n001"]
    thing = node.disk.objects[post.id]
    removed = RemoveObject(post.id, "withdrawn", thing.expires_min)
    play.world.note(node, Tick(), [removed])
    play.world.note(node, Tick(), [StoreObject(thing, "radio")])
    verdict = check_no_comebacks(play)
    assert not verdict.is_kept
    assert "again after it was withdrawn" in verdict.sentence


def test_a_layout_with_more_hops_than_the_scenario_says_is_told(play):
    channel = play.world.channel
    for one, other in (("n000", "n005"), ("n005", "n000")):
        channel.disconnect(one, other)
    verdict = check_hops(play)
    assert not verdict.is_kept
    assert verdict.sentence == "hops on the longest way: 2 (bound 1)"
    for one, other in (("n000", "n005"), ("n005", "n000")):
        channel.connect(one, other, Path())
    assert check_hops(play).is_kept


def corrected(play: Play, *, behind_ms: float) -> str:
    """Let one come back to all who know a post and its correction, and hear that so much later."""
    post = some_post(play)
    late = other_than(play, post.author)
    author = play.nodes[post.author]
    notice = author.say_about(post.id, Act.CORRECT, text="Nein.")
    play.record.corrections[post.id] = notice
    came_ms = play.world.kernel.now_ms + HOUR_MS
    for name, node in play.nodes.items():
        node.arrivals_ms[notice] = came_ms + behind_ms if name == late else came_ms - MINUTE_MS
    play.nodes[late].arrivals_ms[post.id] = came_ms
    play.scenario = replace(play.scenario, expect=Expect(correction_lag_s=60))
    return late


def test_a_correction_that_lags_behind_what_it_corrects_is_told(play):
    late = corrected(play, behind_ms=61_000)
    verdict = check_corrections(play)
    assert not verdict.is_kept
    assert "for 61 s (bound 60 s)" in verdict.sentence
    assert late in verdict.sentence


def test_a_correction_that_came_along_or_that_not_all_around_knew_is_no_lag(play):
    corrected(play, behind_ms=-1_000)
    assert check_corrections(play).is_kept
    late = corrected(play, behind_ms=61_000)
    ignorant = next(name for name in play.names if name != late)
    (notice,) = play.record.corrections.values()
    play.nodes[ignorant].arrivals_ms[notice] = float("inf")
    assert "nobody was told" in check_corrections(play).sentence
