"""Who draws what: a further node or post does not move the dice of the others."""

from dataclasses import replace

from meshnode.sim.channel import Channel
from meshnode.sim.kernel import Kernel
from meshnode.sim.play import Play
from meshnode.sim.presets import PRESETS
from meshnode.sim.radio import VirtualRadio
from meshnode.sim.scenario import Churn, Flooders, Layout, Liars, Posts, Scenario, Shape
from meshnode.sim.streams import ranked, stream
from meshnode.sim.topology import scattered

NAMES = [f"n{number:03}" for number in range(20)]
EVENING = Scenario(
    title="an evening",
    nodes=6,
    hours=1,
    layout=Layout(shape=Shape.FULL),
    posts=Posts(info=20, severe=10, lifetimes_hours=(3, 24, 48), withdrawn_share=0.3),
)


def posts_of(scenario: Scenario, seed: int = 5):
    play = Play(scenario, seed)
    bodies = {}
    play.world.watchers.append(
        lambda name, event, effects: bodies.update(
            (effect.object.id, effect.object.body)
            for effect in effects
            if type(effect).__name__ == "StoreObject"
        )
    )
    play.run()
    return {
        (post.at_ms, post.severity): (post.author, bodies[post.id], post.expires_min)
        for post in play.record.posts.values()
    }


def test_equal_names_give_equal_dice_and_others_give_others():
    assert stream(1, "a", 2).random() == stream(1, "a", 2).random()
    draws = {
        stream(*names).random() for names in [(1, "a"), (2, "a"), (1, "b"), (1, "a", 0), (1, "a0")]
    }
    assert len(draws) == 5
    assert stream(1, "a", "b").random() != stream(1, "ab").random()


def test_a_further_member_does_not_change_the_order_of_the_others():
    order = ranked(3, NAMES, "roles")
    assert order != NAMES
    assert sorted(order) == NAMES
    assert [name for name in ranked(3, [*NAMES, "new"], "roles") if name != "new"] == order
    assert ranked(4, NAMES, "roles") != order
    assert ranked(3, NAMES, "others") != order


def test_a_further_node_moves_neither_time_nor_text_nor_life_of_a_post():
    few, more = posts_of(EVENING), posts_of(replace(EVENING, nodes=7))
    assert few.keys() == more.keys()
    assert len(few) > 15
    for key, (author, body, expires_min) in few.items():
        assert more[key][1] == body
        # The community's clock, by which a post is dated, may be a minute further elsewhere.
        assert abs(more[key][2] - expires_min) <= 2
        assert more[key][0] in (author, "n006"), "only the new node may take a post over"


def test_more_posts_of_one_severity_do_not_move_those_of_another():
    few = posts_of(EVENING)
    more = posts_of(replace(EVENING, posts=replace(EVENING.posts, info=60)))
    severe = {key: post for key, post in few.items() if key[1] == "severe"}
    assert severe
    assert severe == {key: post for key, post in more.items() if key[1] == "severe"}


def test_a_longer_day_begins_like_a_short_one():
    short, longer = posts_of(EVENING), posts_of(replace(EVENING, hours=1.5))
    assert short.items() <= longer.items()
    assert len(longer) > len(short)


def test_nodes_that_come_and_go_do_not_move_posts_of_the_others():
    calm = posts_of(EVENING)
    restless = posts_of(replace(EVENING, churn=Churn(count=1, on_hours=0.2, off_hours=0.2)))
    assert calm.keys() == restless.keys()
    for key, (_, body, expires_min) in calm.items():
        # The community's clock, by which a post is dated, may be a minute further elsewhere.
        assert restless[key][1] == body
        assert abs(restless[key][2] - expires_min) <= 2


def test_a_further_node_keeps_the_roles_of_the_others():
    base = replace(EVENING, flooders=Flooders(count=1), liars=Liars(count=1), nodes=20)
    one, other = Play(base, 1), Play(replace(base, nodes=21), 1)
    for mine, theirs in ((one.liars, other.liars), (one.honest, other.honest)):
        assert set(mine) ^ set(theirs) <= {"n020", *one.liars, *other.liars}
    moved = set(other.honest) ^ set(one.honest)
    assert len(moved - {"n020"}) <= 2


def test_a_further_node_does_not_move_the_places_and_walls_of_the_others():
    channels = []
    for names in (NAMES, [*NAMES, "new"]):
        channel = Channel(Kernel(), PRESETS["LONG_FAST"], seed=2)
        for number, name in enumerate(names):
            VirtualRadio(channel, name=name, number=number, dice=stream(2, "radio", name))
        scattered(channel, names, width_m=2_000, seed=2)
        channels.append(channel)
    few, more = channels
    pairs = [(one, other) for one in NAMES for other in NAMES if one != other]
    assert any(few.path(*pair) for pair in pairs)
    assert all(few.path(*pair) == more.path(*pair) for pair in pairs)
