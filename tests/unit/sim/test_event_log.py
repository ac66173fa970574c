"""The trace file: one JSON object a line, and a run that is not changed by being written down."""

import io
import json
from dataclasses import dataclass

from meshnode.protocol.effects import Drop
from meshnode.protocol.events import Tick
from meshnode.sim.abuse import Liar
from meshnode.sim.eventlog import EventLog
from meshnode.sim.play import Play
from meshnode.sim.scenario import Layout, Liars, Posts, Scenario, Shape
from meshnode.sim.streams import stream

CORNER = Scenario(
    title="a corner",
    nodes=4,
    hours=1,
    layout=Layout(shape=Shape.LINE, loss=0.2),
    posts=Posts(info=10, severe=4, withdrawn_share=0.5),
    liars=Liars(count=1),
)


def written(scenario: Scenario = CORNER):
    play = Play(scenario, 1)
    file = io.StringIO()
    EventLog(play.world, file)
    play.run()
    return play, [json.loads(line) for line in file.getvalue().splitlines()]


def test_every_line_has_a_time_a_node_and_an_event_in_order_of_time():
    _, log = written()
    assert len(log) > 200
    assert all({"t_s", "node", "event"} <= line.keys() for line in log)
    assert [line["t_s"] for line in log] == sorted(line["t_s"] for line in log)
    kinds = {line["event"] for line in log}
    assert {"clock", "link up", "made", "heard", "sent", "was on air"} <= kinds


def test_a_post_can_be_followed_from_its_author_to_another_node():
    play, log = written()
    post = next(iter(play.record.posts.values()))
    short = post.id.hex()[:4]
    made = next(line for line in log if line["event"] == "made" and line["what"] == short)
    assert made["node"] == post.author
    assert f"store {short} from here" in made["effects"]
    stored = [line for line in log if f"store {short} from radio" in line.get("effects", [])]
    assert stored
    assert all(short in line["what"] for line in stored if line["what"].startswith("objects"))
    on_air = [line for line in log if line["event"] == "was on air" and short in line["what"]]
    assert any("received" in line for line in on_air)


def test_writing_a_run_down_does_not_change_it():
    play, _ = written()
    plain = Play(CORNER, 1)
    plain.run()
    assert plain.world.trace_hash == play.world.trace_hash


def test_what_the_log_does_not_know_is_named():
    @dataclass(frozen=True, slots=True)
    class Sneezed:
        loudly: bool

    play = Play(CORNER, 1)
    file = io.StringIO()
    EventLog(play.world, file)
    node = play.nodes["n000"]
    play.world.note(node, Sneezed(loudly=True), [Sneezed(loudly=False)])
    play.world.note(node, Tick(), [Drop("expired", "radio", "x" * 99)])
    play.world.note(node, Tick(), [])
    first, second = (json.loads(line) for line in file.getvalue().splitlines())
    assert first == {"t_s": 0.0, "node": "n000", "event": "Sneezed", "effects": ["Sneezed"]}
    assert second["effects"] == ["drop: expired " + "x" * 40]


def test_a_frame_that_is_not_ours_is_shown_by_why_it_is_not():
    play = Play(CORNER, 1)
    file = io.StringIO()
    EventLog(play.world, file)
    node = play.nodes["n000"]
    node.start()
    Liar(node, beacons_an_hour=3_600, dice=stream(1, "lies"))
    node.radio.send(b"hello, is anybody there?")
    play.world.run_for(10_000)
    what = [json.loads(line).get("what", "") for line in file.getvalue().splitlines()]
    assert "foreign_frame (24 bytes)" in what
    assert any(text.startswith("beacon ") for text in what)
