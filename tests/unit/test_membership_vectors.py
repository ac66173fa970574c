"""The vectors of who is who are what this code finds; the phone compares itself with the same."""

import json
import runpy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make_membership.py"))
CASES: dict[str, Any] = json.loads(MAKE["PATH"].read_text("utf-8"))["cases"]


def test_the_file_is_what_this_code_makes() -> None:
    assert MAKE["build"]()["cases"] == CASES


def test_the_cases_have_what_makes_a_difference() -> None:
    standings = [one["standing"] for one in CASES.values()]
    people = [one for each in standings for one in each["identities"].values()]
    assert any(one["is_revoked"] for one in people)
    assert any(not one["is_full"] for one in people)
    assert any(len(one["charters"]) > 2 for one in standings)
    assert any(
        one["last"] for each in standings for some in each["signers"].values() for one in some
    )
    said = [verdict for one in CASES.values() for verdict in one["may_say"].values()]
    assert set(said) == {True, False}
