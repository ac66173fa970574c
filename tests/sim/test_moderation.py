"""Moderation in a small world: corrections go along, what is erased stays away, restarts or not."""

from collections.abc import Callable
from random import Random

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act, Reason
from meshnode.board.trust.role import Role
from meshnode.protocol.effects import Effect, StoreObject
from meshnode.protocol.events import Event
from meshnode.protocol.object import ObjectId
from meshnode.sim import topology
from meshnode.sim.channel import Path
from meshnode.sim.node import Node
from meshnode.sim.world import World

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
NAMES = [f"n{index}" for index in range(6)]
AWAY = NAMES[4:]
"""Who is cut off for a while."""
LAG_MS = 10_000
"""Two frames that collide, and their repair."""


def world(seed: int, *, loss: float = 0.0, names: list[str] = NAMES) -> World:
    """Six who hear each other and know who is who; the second one moderates."""
    made = World(seed, names)
    topology.full(made.channel, names, Path(snr_db=5, loss=loss))
    made.start()
    made.nodes[names[1]].empower(Role.MODERATOR)
    made.share_disks()
    return made


def everywhere(made: World, *things: ObjectId) -> Callable[[], bool]:
    return lambda: made.holds_all(list(things))


def nowhere(made: World, thing: ObjectId) -> Callable[[], bool]:
    return lambda: all(thing not in node.ids for node in made.nodes.values())


def stored_again(made: World, thing: ObjectId) -> list[str]:
    """Return a list to which the names of nodes are added that store it from now on."""
    names: list[str] = []

    def watch(name: str, _: Event, effects: list[Effect]) -> None:
        names.extend(
            name for one in effects if isinstance(one, StoreObject) and one.object.id == thing
        )

    made.watchers.append(watch)
    return names


def said_enough(made: World, *, posts: int, from_: str) -> None:
    """Let so much be said that whoever was away lacks more than a sketch can name."""
    for number in range(posts):
        severity = Severity.SEVERE if number % 6 == 0 else Severity.INFO
        made.nodes[from_].post(f"Eintrag {number}", severity=severity)
        made.run_for(2 * MINUTE_MS)


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.EXTREME])
@pytest.mark.parametrize("seed", range(3))
def test_who_comes_back_reads_a_rumour_and_its_correction_together(
    seed: int, severity: Severity
) -> None:
    made = world(seed)
    here = [name for name in NAMES if name not in AWAY]
    made.channel.partition(here, AWAY)
    rumour = made.nodes["n0"].post("Die Brunnen sind vergiftet!", severity=severity)
    assert made.run_until(lambda: rumour in made.nodes["n1"].ids, limit_ms=HOUR_MS, step_ms=1_000)
    right = made.nodes["n1"].say_about(rumour, Act.CORRECT, text="Das Wasser ist geprüft und gut.")
    said_enough(made, posts=60, from_="n2")
    for name in here:
        assert made.nodes[name].ids >= {rumour, right}
    made.channel.heal()
    assert made.run_until(everywhere(made, rumour, right), limit_ms=8 * HOUR_MS, step_ms=5_000)
    for name in AWAY:
        arrivals = made.nodes[name].arrivals_ms
        lag_ms = arrivals[right] - arrivals[rumour]
        assert lag_ms <= LAG_MS, f"{name} showed it uncorrected for {lag_ms / 1000:.0f} s"


def test_over_a_wire_the_correction_is_never_behind() -> None:
    made = World(1, ["a", "b"], has_radios=False)
    made.start()
    first, second = made.nodes["a"], made.nodes["b"]
    rumours = [first.post(f"Gerücht {number}") for number in range(40)]
    notices = [first.say_about(one, Act.CORRECT, text="Nein.") for one in rumours]
    made.wire("a", "b")
    assert made.run_until(everywhere(made, *rumours, *notices), limit_ms=HOUR_MS, step_ms=50)
    places = {thing: at for at, thing in enumerate(second.arrivals_ms)}
    for rumour, notice in zip(rumours, notices, strict=True):
        assert places[notice] < places[rumour]


@pytest.mark.parametrize("seed", range(4))
def test_an_erased_text_leaves_every_copy_and_comes_back_from_nobody(seed: int) -> None:
    """Some were cut off, some off, some restarted; who kept a copy says it to the others."""
    dice = Random(seed)
    made = world(seed, loss=0.1)
    text = made.nodes["n0"].post("Frau Schulze wohnt allein im dritten Stock.", minutes=3 * 1440)
    assert made.run_until(everywhere(made, text), limit_ms=2 * HOUR_MS, step_ms=1_000)
    made.channel.partition([name for name in NAMES if name not in AWAY], AWAY)
    made.nodes["n3"].crash()
    erasure = made.nodes["n1"].say_about(text, Act.ERASE, reason=Reason.PRIVATE)
    assert made.run_until(
        lambda: all(text not in made.nodes[name].ids for name in ("n0", "n1", "n2")),
        limit_ms=2 * HOUR_MS,
        step_ms=1_000,
    )
    again = stored_again(made, text)
    ways = [made.channel.heal, made.nodes["n3"].start, lambda: restart(made.nodes["n2"])]
    dice.shuffle(ways)
    for way in ways:
        way()
        made.run_for(dice.randrange(20) * MINUTE_MS)
    made.wire("n0", "n5")
    assert made.run_until(nowhere(made, text), limit_ms=8 * HOUR_MS, step_ms=5_000)
    assert made.run_until(everywhere(made, erasure), limit_ms=2 * HOUR_MS, step_ms=5_000)
    for node in made.nodes.values():
        restart(node)
    made.run_for(4 * HOUR_MS)
    assert nowhere(made, text)()
    assert again == []


def test_an_erasure_that_comes_first_keeps_the_text_out() -> None:
    made = World(2, ["a", "b", "c"], has_radios=False)
    made.start()
    made.nodes["a"].empower(Role.MODERATOR)
    made.share_disks()
    text = made.nodes["b"].post("nicht für alle")
    made.nodes["a"].disk.objects[text] = made.nodes["b"].disk.objects[text]
    restart(made.nodes["a"])
    erasure = made.nodes["a"].say_about(text, Act.ERASE, reason=Reason.REQUEST)
    first = made.wire("a", "c")
    assert made.run_until(lambda: erasure in made.nodes["c"].ids, limit_ms=HOUR_MS, step_ms=100)
    first.cut()
    made.wire("b", "c")
    assert made.run_until(nowhere(made, text), limit_ms=HOUR_MS, step_ms=100)
    assert text not in made.nodes["c"].arrivals_ms


def test_what_is_hidden_stays_hidden_after_restarts_and_is_shown_again_when_restored() -> None:
    made = world(5)
    posted = made.nodes["n0"].post("Kommt alle zur Brücke")
    assert made.run_until(everywhere(made, posted), limit_ms=HOUR_MS, step_ms=1_000)
    hiding = made.nodes["n1"].say_about(posted, Act.HIDE, reason=Reason.RUMOUR)
    assert made.run_until(everywhere(made, hiding), limit_ms=HOUR_MS, step_ms=1_000)
    for node in made.nodes.values():
        restart(node)
        assert acts_on(node, posted) == ["hide"]
    made.run_for(2 * MINUTE_MS)
    made.nodes["n2"].say_about(posted, Act.RESTORE, reason=Reason.OTHER)
    assert made.run_until(
        lambda: all(acts_on(node, posted)[-1:] == ["restore"] for node in made.nodes.values()),
        limit_ms=HOUR_MS,
        step_ms=1_000,
    )


def restart(node: Node) -> None:
    if node.engine is not None:
        node.crash()
    node.start()


def acts_on(node: Node, posted: ObjectId) -> list[str]:
    return [Act(one.body[0] >> 4).word for one in node.rules.notices_on(posted)]
