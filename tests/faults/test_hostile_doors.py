"""Hostile objects and flipped bits at a whole node, by each of its doors.

They are its socket, a phone, lines of paper, and a member's node over TLS.
`test_hostile` tries the core alone.
"""

import asyncio
import gc
import logging
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from meshnode.board import rules as rules_module
from meshnode.board.trust.permissions import Action, Office
from meshnode.protocol.object import Kind
from tests.everykind import village
from tests.faults.test_mutation import mutants
from tests.hostile import ATTACKS, welcome
from tests.villagenode import WAYS, state, village_node

OBJECTS = 1_000
OBJECTS_SWEEP = 50_000
"""By each of four doors: 200,000."""
FLIPS = 8
"""Of each kind, besides those of `test_mutation`."""
FLIPS_SWEEP = 500
"""A withdrawal has little more bits than that."""
MEMORY_BYTES_MAX = 300_000
"""What a whole node may grow by over 1,500 hostile objects, after as many before."""


def hostile(count: int, seed: str) -> list[bytes]:
    dice = Random(seed)
    return [dice.choice(ATTACKS).make(dice) for _ in range(count)]


def flipped(count: int, seed: str) -> list[bytes]:
    dice = Random(seed)
    return [one for kind in Kind for one in mutants(kind, count, dice)]


@contextmanager
def no_complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that others send is an error of ours."""
    caplog.clear()
    yield
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []


async def storm(directory: Path, way: str, things: Sequence[bytes]) -> None:
    async with village_node(directory) as here:
        before = state(here)
        # The node says its own name anew.
        assert len(before.held) == len(village().things)
        await WAYS[way](here, things)
        after = state(here)
        assert after.standing == before.standing
        assert after.held - before.held <= {welcome(0).id}
        assert before.held <= after.held
        assert way == "wire" or after == before
        assert (await here.get("/status"))["objects"] == len(after.held)


@pytest.mark.parametrize("way", WAYS)
def test_hostile_objects_stay_outside_a_whole_node(
    tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    with no_complaints(caplog):
        asyncio.run(storm(tmp_path, way, hostile(OBJECTS, way)))


@pytest.mark.parametrize("way", WAYS)
def test_flipped_bits_stay_outside_a_whole_node(
    tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    with no_complaints(caplog):
        asyncio.run(storm(tmp_path, way, flipped(FLIPS, way)))


@pytest.mark.sweep
@pytest.mark.parametrize("way", WAYS)
def test_very_many_hostile_objects_stay_outside_a_whole_node(
    tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    with no_complaints(caplog):
        asyncio.run(storm(tmp_path / "objects", way, hostile(OBJECTS_SWEEP, way)))
        asyncio.run(storm(tmp_path / "bits", way, flipped(FLIPS_SWEEP, way)))


@pytest.mark.parametrize("way", ["socket", "lines of paper", "wire"])
def test_they_would_be_seen_on_a_node_where_everybody_may_everything(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = dict.fromkeys(Action, frozenset(Office))
    monkeypatch.setattr(rules_module, "PERMISSIONS", everybody)
    with pytest.raises((AssertionError, ExceptionGroup)):
        asyncio.run(storm(tmp_path, way, hostile(200, way)))


@pytest.mark.parametrize(("way", "count"), [("socket", 300), ("wire", 1_500)])
def test_a_whole_node_keeps_nothing_of_them_in_memory(tmp_path: Path, way: str, count: int) -> None:
    async def play() -> None:
        async with village_node(tmp_path) as here:
            # Tables fill up to their bounds first.
            await WAYS[way](here, hostile(count, "first"))
            gc.collect()
            before_bytes, _ = tracemalloc.get_traced_memory()
            await WAYS[way](here, hostile(count, "then"))
            gc.collect()
            after_bytes, _ = tracemalloc.get_traced_memory()
            assert after_bytes - before_bytes < MEMORY_BYTES_MAX

    tracemalloc.start()
    try:
        asyncio.run(play())
    finally:
        tracemalloc.stop()
