"""Times are shown in the zone in which they are typed."""

import time

import click
import pytest

from meshnode.commands.bookingwords import moment
from meshnode.commands.callwords import clock
from meshnode.commands.localtime import local_text
from meshnode.commands.session import Session
from meshnode.node.home import Home
from meshnode.node.settling import settle


@pytest.fixture
def at_utc(monkeypatch):
    """A system that was never told where it stands."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_system_that_stands_at_utc_shows_what_its_people_typed(at_utc):
    assert moment("2026-11-24T11:00:00Z") == "Tue 24 Nov 12:00"
    assert clock("2020-11-24T11:00:00Z") == "2020-11-24 12:00"


def test_what_the_node_s_configuration_says_counts(at_utc, tmp_path):
    home = Home(tmp_path / "nord")
    settle([home], ["Nord"], minute=1_000_000)
    home.config.write_text('[node]\nname = "Nord"\ntime_zone = "Asia/Tokyo"\n')
    with click.Context(click.Command("x"), obj=Session.of(home.directory)):
        assert f"{local_text('2026-11-24T11:00:00Z'):%H:%M}" == "20:00"
