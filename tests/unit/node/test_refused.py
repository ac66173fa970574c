"""A person whose own node refuses a post reads what was met, its bound, and what to do."""

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.trust.accounts import PERSON_DAY_MAX, SPEAKER_DAY_MAX
from meshnode.board.trust.certificate import IdentityClass
from meshnode.node.clock import Clock
from meshnode.node.denials import RefusedError
from meshnode.node.desks.refused import refusal_sentence
from meshnode.node.runner import Runner
from meshnode.protocol import ingress
from meshnode.protocol.engine import Configuration, Engine
from meshnode.protocol.object import SignedObject
from meshnode.store.memory import MemoryStore
from tests.community import (
    CHARTER,
    HERE,
    MINUTE,
    NETWORK_KEY,
    bulletin,
    certificate,
    role,
    rules,
    signing_key,
    withdrawal,
)


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


def refusals(
    things: list[SignedObject], *held: SignedObject, clock: Clock | None = None
) -> list[RefusedError | None]:
    """Return for each thing why it is refused; None where it is on disk."""

    async def play() -> list[RefusedError | None]:
        now = clock or Noon()
        engine = Engine(
            Configuration(HERE.public, NETWORK_KEY), rules=rules(), dice=Random(1), now_ms=0
        )
        engine.restore(held, [], {}, 0)
        runner = Runner(engine=engine, store=MemoryStore(), clock=now, own=HERE.id)
        running = asyncio.create_task(runner.run())
        await runner.is_running.wait()
        said: list[RefusedError | None] = []
        for thing in things:
            try:
                await runner.submit(thing)
            except RefusedError as error:
                said.append(error)
            else:
                said.append(None)
        running.cancel()
        await asyncio.wait([running])
        return said

    return asyncio.run(play())


def submitted(
    things: list[SignedObject], *held: SignedObject, clock: Clock | None = None
) -> list[str | None]:
    """Return for each thing what its author reads; None where it is on disk."""
    return [one and str(one) for one in refusals(things, *held, clock=clock)]


def test_who_posted_too_much_reads_the_bound_what_is_exempt_and_what_to_do() -> None:
    day = [post(sequence) for sequence in range(SPEAKER_DAY_MAX)]
    late = post(SPEAKER_DAY_MAX)
    urgent = post(SPEAKER_DAY_MAX + 1, severity=Severity.SEVERE)
    said, taken = submitted([late, urgent], certificate(HERE), role(HERE), *day)
    assert taken is None
    assert said == (
        "So much was posted under this name today that the neighbourhood takes no more: 200 "
        "ordinary objects from a node or an organisation, 40 from a person, 12 from somebody for "
        "whom only neighbours speak, so that the radio has room for all; of calls for help 12. "
        "Withdraw one that is over, or post this after midnight UTC. Severe and extreme bulletins "
        "and calls for help are counted apart: if people are in danger, say so as one of those now."
    )


def test_a_person_has_the_quota_that_the_sentence_names() -> None:
    person = certificate(HERE, name="Anna", identity_class=IdentityClass.PERSON)
    day = [post(sequence) for sequence in range(PERSON_DAY_MAX - 1)]
    last, late = submitted([post(PERSON_DAY_MAX), post(PERSON_DAY_MAX + 1)], person, *day)
    assert last is None
    assert late is not None
    assert "40 from a person" in late


def test_what_the_sentence_advises_helps() -> None:
    day = [post(sequence) for sequence in range(SPEAKER_DAY_MAX - 1)]
    assert submitted([post(SPEAKER_DAY_MAX)], certificate(HERE), *day) == [None]
    tomorrow = MINUTE - MINUTE % 1440 + 1440
    full = [*day, post(SPEAKER_DAY_MAX)]
    next_day = post(SPEAKER_DAY_MAX + 1, minute=tomorrow)
    assert submitted([next_day], certificate(HERE), *full, clock=Noon(tomorrow)) == [None]


def test_a_full_node_says_how_full_and_takes_what_is_severe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ingress, "HELD_OBJECTS_MAX", 3)
    things = [post(2), post(3, severity=Severity.EXTREME)]
    said, taken = submitted(things, certificate(HERE), role(HERE), post(1))
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


def test_what_may_not_be_said_is_refused_with_the_word_and_the_sentence_for_it() -> None:
    gone = post(2)
    member = certificate(HERE, minutes=1440)
    for thing, held, reason, words in (
        (post(3, severity=Severity.SEVERE), (member,), "role", "Ask a steward"),
        (bulletin(HERE, minutes=2 * 1440), (member,), "outlives_certificate", "last longer than"),
        (bulletin(HERE, minutes=30 * 1440), (certificate(HERE),), "lifetime", "two weeks"),
        (bulletin(signing_key("?"), "x"), (member,), "stranger", "fresh invite"),
        (certificate(HERE, certifier=HERE), (member,), "role", "Ask a steward"),
        (gone, (member, withdrawal(HERE, gone, minutes=3 * 1440)), "withdrawn", "Post it anew"),
    ):
        (error,) = refusals([thing], *held)
        assert error is not None
        assert error.reason == reason
        assert words in str(error)


def test_what_is_held_already_is_taken_again_without_a_word() -> None:
    assert submitted([post(1), post(1)], certificate(HERE)) == [None, None]
    assert submitted([CHARTER, CHARTER], certificate(HERE)) == [None, None]


def test_no_sentence_is_a_bare_word() -> None:
    for reason in ("quota", "role", "revoked", "superseded", "withdrawn", "erased", "bad_length"):
        sentence = refusal_sentence([reason])
        assert sentence.endswith(".")
        assert "_" not in sentence
    assert refusal_sentence(["erased"]) != refusal_sentence(["bad_length"])
    assert refusal_sentence([]) == refusal_sentence(["anything else"])
