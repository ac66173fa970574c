"""A person whose own node refuses a post reads what was met, its bound, and what to do."""

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from meshnode.board.bulletin import Severity
from meshnode.board.rules import NeighbourhoodRules
from meshnode.node.clock import Clock
from meshnode.node.refused import refusal_sentence
from meshnode.node.runner import Runner
from meshnode.protocol import engine as engines
from meshnode.protocol.engine import Configuration, Engine
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import SignedObject
from meshnode.protocol.quota import DAY_OBJECTS_MAX
from meshnode.store.memory import MemoryStore
from tests.community import HERE, MINUTE, NETWORK_KEY, ROOT, bulletin, certificate


class Noon(Clock):
    """A wall clock that stands at one minute, set or not."""

    def __init__(self, minute: int = MINUTE) -> None:
        super().__init__()
        self._minute = minute

    def wall_minute(self) -> int:
        return self._minute

    async def is_synchronised(self) -> bool:
        return True


def post(sequence: int, *, severity: Severity = Severity.INFO, minute: int = MINUTE):
    return bulletin(HERE, "x", sequence=sequence, severity=severity, minute=minute)


def submitted(
    things: list[SignedObject], *held: SignedObject, clock: Clock | None = None
) -> list[str | None]:
    """Return for each thing what its author reads; None where it is on disk."""

    async def play() -> list[str | None]:
        now = clock or Noon()
        engine = Engine(
            Configuration(HERE.public, NETWORK_KEY),
            rules=NeighbourhoodRules(ROOT.public),
            dice=Random(1),
            now_ms=0,
        )
        engine.restore(held, [], {}, 0)
        runner = Runner(engine=engine, store=MemoryStore(), clock=now, own=HERE.id)
        running = asyncio.create_task(runner.run())
        await runner.is_running.wait()
        said: list[str | None] = []
        for thing in things:
            try:
                await runner.submit(thing)
            except LimitError as error:
                said.append(str(error))
            else:
                said.append(None)
        running.cancel()
        await asyncio.wait([running])
        return said

    return asyncio.run(play())


def test_who_posted_too_much_reads_the_bound_what_is_exempt_and_what_to_do() -> None:
    day = [post(sequence) for sequence in range(DAY_OBJECTS_MAX)]
    late = post(DAY_OBJECTS_MAX)
    urgent = post(DAY_OBJECTS_MAX + 1, severity=Severity.SEVERE)
    said, taken = submitted([late, urgent], certificate(HERE), *day)
    assert taken is None
    assert said == (
        "This node has posted 200 ordinary bulletins today. The neighbourhood takes no more from "
        "one node, so that the radio has room for all. Withdraw one that is over, or post this "
        "after midnight UTC. Severe and extreme bulletins are not counted: if people are in "
        "danger, post it as severe now."
    )


def test_what_the_sentence_advises_helps() -> None:
    day = [post(sequence) for sequence in range(DAY_OBJECTS_MAX - 1)]
    assert submitted([post(DAY_OBJECTS_MAX)], certificate(HERE), *day) == [None]
    tomorrow = MINUTE - MINUTE % 1440 + 1440
    full = [*day, post(DAY_OBJECTS_MAX)]
    next_day = post(DAY_OBJECTS_MAX + 1, minute=tomorrow)
    assert submitted([next_day], certificate(HERE), *full, clock=Noon(tomorrow)) == [None]


def test_a_full_node_says_how_full_and_takes_what_is_severe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "HELD_OBJECTS_MAX", 2)
    things = [post(2), post(3, severity=Severity.EXTREME)]
    said, taken = submitted(things, certificate(HERE), post(1))
    assert taken is None
    assert said is not None
    assert said.startswith("This node is full: it holds 50000 objects and takes only severe and")


@pytest.mark.parametrize(
    ("thing", "clock", "words"),
    [
        (
            lambda: post(1, minute=MINUTE + 1441),
            Noon,
            "24 hours ahead of the community's",
        ),
        (lambda: post(1, minute=MINUTE - 20 * 1440), Noon, "over already"),
        (lambda: post(1, minute=0), lambda: Noon(0), "does not know what time it is"),
    ],
)
def test_a_wrong_clock_is_said_to_be_one(
    thing: Callable[[], SignedObject], clock: Callable[[], Clock], words: str
) -> None:
    (said,) = submitted([thing()], certificate(HERE), clock=clock())
    assert said is not None
    assert words in said
    assert "post it again" in said


def test_a_node_for_which_nobody_vouches_reads_so() -> None:
    (said,) = submitted([post(1)])
    assert said is not None
    assert "join again with a fresh invite" in said


def test_other_reasons_are_named_as_they_are() -> None:
    assert refusal_sentence(["key_collision"]) == "This node refused its own object: key_collision."
    assert refusal_sentence([]) == "This node refused its own object: held already."
