"""The time of day that commands show is the one of the node's sentences."""

import time
from datetime import UTC, datetime

import pytest

from meshnode.commands.localtime import _zone_of, local

WINTER = datetime(2026, 11, 26, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "said"), [("UTC", "23:05"), ("Europe/Kyiv", "00:05"), ("Europe/Berlin", "23:05")]
)
def test_a_computer_without_a_zone_stands_in_germany_and_others_where_they_are(
    zone: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as here:
        here.setenv("TZ", zone)
        time.tzset()
        _zone_of.cache_clear()
        assert f"{local(WINTER):%H:%M}" == said
    time.tzset()
    _zone_of.cache_clear()
