"""The tables of docs/spec/trust.md say what the code does."""

import re
from pathlib import Path

from meshnode.board import rules
from meshnode.board.trust import accounts, community
from meshnode.board.trust.evidence import DEVICES_MAX
from meshnode.board.trust.founding import ROLE_MINUTES
from meshnode.board.trust.membership import VOUCHERS_MIN, VOUCHES_MAX
from meshnode.board.trust.permissions import PERMISSIONS, Action, Office
from meshnode.board.trust.pinning import FINAL_MINUTES
from meshnode.protocol.quota import TOTAL_DAYS

SPEC = (Path(__file__).parents[3] / "docs/spec/trust.md").read_text()


def rows(section: str) -> list[list[str]]:
    """The cells of the first table of a section, without the rule under its head."""
    part = SPEC.split(f"\n## {section}")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [cells[0], *cells[2:]]


def test_the_permissions_are_those_of_the_table() -> None:
    head, *body = rows("5.")
    assert [Office(word) for word in head[1:]] == list(Office)
    said = {
        Action(action): {Office(word) for word, cell in zip(head[1:], cells, strict=True) if cell}
        for action, *cells in body
    }
    assert said == PERMISSIONS
    assert list(said) == list(Action)


def test_the_quotas_are_those_of_the_table() -> None:
    numbers = [int(re.match(r"\d+", cell).group()) for _, cell in rows("7.")[1:]]  # type: ignore[union-attr]
    assert numbers == [
        accounts.PERSON_DAY_MAX,
        accounts.VOUCHED_DAY_MAX,
        accounts.SPEAKER_DAY_MAX,
        accounts.URGENT_DAY_MAX,
        accounts.CALLS_DAY_MAX,
        accounts.CLAIMS_DAY_MAX,
        accounts.SALES_DAY_MAX,
        accounts.NEWEST_DAY_MAX,
        accounts.SPEAKER_DAY_MAX,
        accounts.GOVERNANCE_DAY_MAX,
        accounts.GOVERNANCE_DAY_MAX,
        accounts.GOVERNANCE_DAY_MAX,
        accounts.GOVERNANCE_DAY_MAX,
        accounts.NEWEST_DAY_MAX,
    ]
    assert f"as {TOTAL_DAYS} full days hold" in SPEC


def test_the_bounds_in_the_text_are_those_of_the_code() -> None:
    assert f"({FINAL_MINUTES} minutes" in SPEC
    assert f"first {VOUCHES_MAX} people" in SPEC
    assert (VOUCHERS_MIN, "**two full members**" in SPEC) == (2, True)
    assert (DEVICES_MAX, "first eight count" in SPEC) == (8, True)
    assert f"At most {community.SIGNERS_MAX} keys of one id" in SPEC
    assert f"{rules.GRANT_SLACK_MINUTES} minutes before the grant" in SPEC
    assert f"ends after {ROLE_MINUTES // 1440} days" in SPEC
