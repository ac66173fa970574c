"""The tables of docs/spec/kinds.md and frames.md hold the numbers that the code has."""

import re
from enum import IntEnum
from pathlib import Path

import pytest

from meshnode.board import lifetimes
from meshnode.board.bulletins.notice import Act, Reason
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.revocation import RevocationReason
from meshnode.board.trust.role import Role
from meshnode.protocol.object import Kind
from meshnode.protocol.quota import (
    FAIR_AUTHORITY_HOUR,
    FAIR_OBJECTS_HOUR,
    FAIR_URGENT_HOUR,
)

SPEC = Path(__file__).parents[2] / "docs/spec"
KINDS = (SPEC / "kinds.md").read_text(encoding="utf-8")
FRAMES = (SPEC / "frames.md").read_text(encoding="utf-8")
NOT_SPECIFIED_YET = {Kind.PREKEY, Kind.SEALED, Kind.CIRCLE}


def test_the_table_names_every_kind_and_how_long_it_lives_at_most() -> None:
    rows = re.findall(r"^\| (\d+) \| (\w+) \|.*\| (\d+) d \|$", KINDS, re.MULTILINE)
    said = {int(number): (name, 1440 * int(days)) for number, name, days in rows}
    assert said == {
        kind.value: (kind.name.lower(), lifetimes._MINUTES_MAX[kind])
        for kind in Kind
        if kind not in NOT_SPECIFIED_YET
    }
    (days,) = re.findall(r"Kinds that a node does not know live (\d+) d at most", KINDS)
    assert 1440 * int(days) == lifetimes.OPAQUE_MINUTES_MAX


@pytest.mark.parametrize("choice", [Act, Reason, Role, IdentityClass])
def test_every_choice_stands_there_with_its_number(choice: type[IntEnum]) -> None:
    for one in choice:
        assert re.search(rf"[|,:] {one.value} {one.name.lower()}\b", KINDS), one


def test_every_reason_of_a_revocation_stands_in_the_column_of_its_number() -> None:
    table = r"^\| reason \| (0 .*) \|\n\|[-|]*\n\| \| (.*) \|$"
    ((header, row),) = re.findall(table, KINDS, re.MULTILINE)
    columns = zip(header.split(" | "), row.split(" | "), strict=True)
    assert [(int(number), word) for number, word in columns] == [
        (one.value, one.word) for one in RevocationReason
    ]


def test_the_table_of_fair_hours_holds_the_numbers_of_the_quota() -> None:
    section = FRAMES.split("## 7.")[1].split("### 7.1")[0]
    rows = re.findall(r"^\| (\w+).* \| (\d+)(.*) \|$", section, re.MULTILINE)
    assert [(rank, int(number)) for rank, number, _ in rows] == [
        ("urgent", FAIR_URGENT_HOUR),
        ("authority", FAIR_AUTHORITY_HOUR),
        ("ordinary", FAIR_OBJECTS_HOUR),
    ]
    assert rows[0][2] == f"; the {FAIR_URGENT_HOUR + 1}th to the {FAIR_OBJECTS_HOUR}th are ordinary"
