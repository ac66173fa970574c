"""Which time zone a node's people live in."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from meshnode.node.config import parse_config, render_config
from meshnode.node.zone import local_zone
from meshnode.protocol.errors import LimitError

SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def system_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def offset(configured: str) -> timedelta | None:
    return SUMMER.astimezone(local_zone(configured)).utcoffset()


@pytest.mark.parametrize(
    ("system", "hours"), [("UTC", 2), ("Europe/London", 1), ("America/New_York", -4)]
)
def test_the_systems_zone_counts_unless_it_was_never_set(
    system_zone: pytest.MonkeyPatch, system: str, hours: int
) -> None:
    system_zone.setenv("TZ", system)
    time.tzset()
    assert offset("") == timedelta(hours=hours)


def test_the_configured_zone_counts_most(system_zone: pytest.MonkeyPatch) -> None:
    system_zone.setenv("TZ", "America/New_York")
    time.tzset()
    assert offset("UTC") == timedelta(0)
    assert offset("Europe/Kyiv") == timedelta(hours=3)


@pytest.mark.parametrize("name", ["Dortmund", "../../etc/passwd", "\x00", "Europe"])
def test_a_zone_that_is_not_there_is_refused_with_words(name: str) -> None:
    with pytest.raises(LimitError, match=r"node\.time_zone: there is no zone"):
        local_zone(name)


def test_the_zone_is_a_key_of_the_configuration() -> None:
    assert parse_config({"node": {"time_zone": "Europe/Kyiv"}}, "x").node.time_zone == "Europe/Kyiv"
    assert "time_zone" in render_config("x")
