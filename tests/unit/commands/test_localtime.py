"""Who typed 12:00 reads 12:00, whatever the machine believes where it stands."""

import time
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from meshnode.commands.session import Session
from meshnode.commands.terminal.localtime import _zone_of, local

NOON_UTC = "2026-11-24T12:00:00Z"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch):
    """Let this machine stand in a zone while a test lasts."""

    def stand(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        _zone_of.cache_clear()

    yield stand
    monkeypatch.undo()
    time.tzset()
    _zone_of.cache_clear()


def shown(home: Path) -> str:
    with click.Context(click.Command("meshnode"), obj=Session.of(home)):
        return f"{local(NOON_UTC):%H:%M}"


def configured(home: Path, zone: str) -> Path:
    home.mkdir()
    (home / "config.toml").write_text(f'[node]\ntime_zone = "{zone}"\n', encoding="utf-8")
    return home


def test_a_machine_that_was_never_told_its_zone_stands_in_germany(machine, tmp_path):
    machine("UTC")
    assert shown(configured(tmp_path / "node", "")) == "13:00"
    assert shown(tmp_path / "nowhere") == "13:00"
    assert f"{local(NOON_UTC):%H:%M}" == "13:00"


def test_the_configured_zone_counts_before_the_machine_s(machine, tmp_path):
    machine("America/New_York")
    assert shown(configured(tmp_path / "node", "Europe/Kyiv")) == "14:00"


def test_else_it_is_the_machine_s(machine, tmp_path):
    machine("America/New_York")
    assert shown(configured(tmp_path / "node", "")) == "07:00"
    assert f"{local(datetime(2026, 11, 24, 12, tzinfo=UTC)):%H:%M}" == "07:00"


@pytest.mark.parametrize("text", ["[node", "node = 1", '[node]\ntime_zone = "Nowhere/Land"', "\0"])
def test_a_configuration_that_is_wrong_hides_no_list(machine, tmp_path, text):
    machine("America/New_York")
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    assert shown(tmp_path) == "07:00"
