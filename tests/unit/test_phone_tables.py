"""The phone's tables say the same as the code of the node: numbers on the wire, bounds, lists."""

import json
from collections.abc import Iterable
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any

import pytest

from meshnode.board.bulletins import notice
from meshnode.board.bulletins.blanks import Parameter
from meshnode.board.bulletins.bulletin import CATEGORIES, Severity
from meshnode.board.bulletins.templates import TEMPLATES
from meshnode.board.calls import checkin, triage
from meshnode.board.capacity import timetable
from meshnode.board.exchange import claim, things
from meshnode.board.lifetimes import lives_too_long
from meshnode.board.modes.mode import Mode
from meshnode.board.places import level, place
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.revocation import RevocationReason
from meshnode.board.trust.role import Role
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.object import LIFETIME_MINUTES, Kind, compose

TABLES = Path(__file__).parents[2] / "web/src/core/tables"


def numbers(choices: type[IntEnum]) -> dict[str, int]:
    """Return the words of an enum as programs say them, with their numbers."""
    return {getattr(one, "word", one.name.lower()): int(one) for one in choices}


def places_in(words: Iterable[str | Enum]) -> dict[str, int]:
    """Return words whose number is their place in a list."""
    return {str(word): number for number, word in enumerate(words)}


def as_json(parameter: Parameter) -> dict[str, Any]:
    said = {
        "optional": parameter.is_optional,
        "largest": parameter.largest,
        "choices": list(parameter.choices),
    }
    kind = {"name": parameter.name, "kind": str(parameter.kind)}
    return kind | {name: value for name, value in said.items() if value}


def longest(kind: Kind) -> int:
    """Return how many minutes an object of a kind may live, found by asking the rules."""
    key = SigningKey(bytes(32))
    lives = [
        LIFETIME_MINUTES[code]
        for code in range(16)
        if not lives_too_long(
            compose(
                key=key,
                community=CommunityId(bytes(16)),
                kind=kind,
                body=b"",
                sequence=1,
                created_min=1,
                lifetime_code=code,
            )
        )
    ]
    return max(lives)


EXPECTED: dict[str, Any] = {
    "kinds": {kind.name.lower(): int(kind) for kind in Kind},
    "lifetimes": list(LIFETIME_MINUTES),
    "longest": {kind.name.lower(): longest(kind) for kind in Kind},
    "bulletin": {"severity": places_in(Severity), "category": places_in(CATEGORIES)},
    "identity": {
        "identityClass": numbers(IdentityClass),
        "role": numbers(Role),
        "revocationReason": numbers(RevocationReason),
    },
    "moderation": {"act": numbers(notice.Act), "reason": numbers(notice.Reason)},
    "exchange": {
        "direction": numbers(things.Direction),
        "sort": numbers(things.Sort),
        "unit": places_in(things.UNITS),
        "step": numbers(claim.Step),
    },
    "things": [
        {
            "number": one.number,
            "identifier": one.identifier,
            "sort": one.sort.word,
            "category": one.category,
            "unit": str(one.unit),
        }
        for one in things.THINGS
    ],
    "places": {
        "category": places_in(place.CATEGORIES),
        "steps": {one.name.lower().replace("_", "-"): int(one) for one in place.Steps},
        "level": numbers(level.Level),
        "source": numbers(level.Source),
    },
    "calls": {
        "state": numbers(checkin.State),
        "need": {checkin.need_word(one): one.bit_length() - 1 for one in checkin.Need},
        "act": numbers(triage.Act),
    },
    "modes": {"mode": numbers(Mode)},
    "capacity": {"sort": numbers(timetable.Sort)},
    "templates": [
        {
            "number": one.number,
            "identifier": one.identifier,
            "category": one.category,
            "severity": one.severity,
            "parameters": [as_json(parameter) for parameter in one.parameters],
        }
        for one in TEMPLATES
    ],
}
"""Every table, as the code of the node says it."""


def test_every_table_is_compared():
    assert {path.stem for path in TABLES.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_table_says_the_same_as_the_node(name):
    assert json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8")) == EXPECTED[name]


def test_numbers_stand_in_their_order():
    """The phone shows lists as they stand."""
    for name in EXPECTED:
        table = json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8"))
        for words in table.values() if isinstance(table, dict) else ():
            if isinstance(words, dict):
                assert list(words.values()) == sorted(words.values())
