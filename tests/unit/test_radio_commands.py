"""The radio commands that we print must be commands that the radio's own client takes.

Reads the shell blocks of the pages for volunteers and holds each call of the stock `meshtastic`
client against its option parser and against the settings its protobuf messages have. The client
itself skips a misspelt setting silently when several stand in one call.
"""

import argparse
import re
import shlex
import sys
from pathlib import Path

import pytest
from meshtastic import __main__ as stock
from meshtastic import mt_config
from meshtastic.protobuf import localonly_pb2

HARDWARE = Path(__file__).resolve().parents[2] / "hardware"
PAGES = ("profiles/README.md", "first-bulletin.md", "Kurzanleitung.md")


def shell_lines(page: Path) -> list[str]:
    """Return the lines of a page's shell blocks."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def radio_commands(page: str) -> list[list[str]]:
    """Return the arguments of each call of the stock client on a page."""
    lines = shell_lines(HARDWARE / page)
    return [shlex.split(line)[1:] for line in lines if line.startswith("radio ")]


def parsed(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> argparse.Namespace:
    """Return what the stock client's own parser makes of the arguments."""
    monkeypatch.setattr(sys, "argv", ["meshtastic", *arguments])
    monkeypatch.setattr(
        mt_config, "parser", argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    )
    monkeypatch.setattr(mt_config, "args", None)
    stock.initParser()
    return mt_config.args


def setting_problem(name: str, value: str | None) -> str | None:
    """Return what is wrong with a radio setting, if anything."""
    section, _, field = name.partition(".")
    for config in (localonly_pb2.LocalConfig, localonly_pb2.LocalModuleConfig):
        part = config.DESCRIPTOR.fields_by_name.get(section)
        known = part.message_type.fields_by_name if part and part.message_type else {}
        if field not in known:
            continue
        choices = known[field].enum_type
        if value is not None and choices and value not in choices.values_by_name:
            return f"{name} cannot be {value}"
        return None
    return f"there is no setting {name}"


@pytest.mark.parametrize("page", PAGES)
def test_the_stock_client_understands_every_command_we_print(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = radio_commands(page)
    assert commands
    for arguments in commands:
        understood = parsed(arguments, monkeypatch)
        settings = [(name, value) for name, value in understood.set or []]
        settings += [(name, None) for (name,) in understood.get or []]
        assert [setting_problem(*each) for each in settings if setting_problem(*each)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_sets_what_a_lawful_and_useful_radio_needs(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    understood = [parsed(arguments, monkeypatch) for arguments in radio_commands(page)]
    settings = dict(pair for each in understood for pair in each.set or [])
    assert settings["lora.region"] == "EU_868"
    assert settings["lora.modem_preset"] == "MEDIUM_FAST"
    assert settings["lora.override_duty_cycle"] == "false"
    assert settings["device.role"] == "CLIENT"
    assert settings["device.rebroadcast_mode"] == "ALL"
    assert settings["bluetooth.enabled"] == "false"
    assert "meshnode" in [each.ch_add for each in understood]


def test_a_misspelt_radio_setting_is_noticed() -> None:
    assert setting_problem("lora.reguon", "EU_868") == "there is no setting lora.reguon"
    assert setting_problem("lora.region", "EU868") == "lora.region cannot be EU868"
    assert setting_problem("telemetry.device_update_interval", "86400") is None


def test_the_german_page_says_the_same_commands_as_the_english_one() -> None:
    def without_texts(page: str) -> list[str]:
        return [
            re.sub(r"\"[^\"]*\"|'[A-Z ]+'", "TEXT", line) for line in shell_lines(HARDWARE / page)
        ]

    assert without_texts("Kurzanleitung.md") == without_texts("first-bulletin.md")
